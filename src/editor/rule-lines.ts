/** The line (from 1) at which a page of rules explains each code: the first heading of the code in backquotes. */
export function ruleLines(page: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of page.split(/\r?\n/).entries()) {
    const code = /^#+\s*`([a-z][a-z-]*)`/.exec(line)?.[1];
    if (code !== undefined && !lines.has(code)) lines.set(code, index + 1);
  }
  return lines;
}
