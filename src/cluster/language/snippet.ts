/** Text for a snippet in which nothing is a place to fill in. */
export function literal(text: string): string {
  return text.replace(/[\\$}]/g, (sign) => `\\${sign}`);
}
