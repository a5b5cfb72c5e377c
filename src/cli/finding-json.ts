import type { Finding } from '../cluster/finding';

/** A finding as `--format json` prints it: lines and columns from 1, the end exclusive. */
export function findingJson(file: string, finding: Finding) {
  const { start, end } = finding.range;
  return {
    file,
    line: start.line + 1,
    column: start.character + 1,
    endLine: end.line + 1,
    endColumn: end.character + 1,
    severity: finding.severity,
    code: finding.code,
    message: finding.message,
    related: finding.related.map((related) => ({
      file: related.file ?? file,
      line: related.range.start.line + 1,
      column: related.range.start.character + 1,
      message: related.message,
    })),
  };
}
