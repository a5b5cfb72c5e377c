import type { Finding } from './finding';

/** Findings by line, column and code. */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((a, b) => {
    const { start: from } = a.range;
    const { start: to } = b.range;
    return (
      from.line - to.line || from.character - to.character || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
    );
  });
}
