import type { Finding } from '../cluster/finding';
import { oneLine } from '../failover/plain';
import { painter, type Colour } from './output';

const colours: Readonly<Record<Finding['severity'], Colour>> = {
  error: 'red',
  warning: 'yellow',
  information: 'blue',
};

/** A finding in one line that terminals and editors turn into a link: FILE:LINE:COLUMN, from 1. */
export function findingLine(file: string, finding: Finding, colour = false): string {
  const paint = painter(colour);
  const { line, character } = finding.range.start;
  const place = `${oneLine(file, 4096)}:${line + 1}:${character + 1}`;
  const severity = paint(finding.severity, colours[finding.severity]);
  return `${paint(place, 'bold')}: ${severity}: ${oneLine(finding.message, 1000)} ${paint(`[${finding.code}]`, 'dim')}`;
}

/** The finding and, indented below it, the other lines that it is about. */
export function findingLines(file: string, finding: Finding, colour: boolean): readonly string[] {
  return [
    findingLine(file, finding, colour),
    ...finding.related.map(({ file: other, range, message }) => {
      const { line, character } = range.start;
      return `    ${oneLine(other ?? file, 4096)}:${line + 1}:${character + 1}: ${oneLine(message, 1000)}`;
    }),
  ];
}
