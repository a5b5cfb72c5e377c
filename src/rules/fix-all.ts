import type { Finding, Fix } from '../cluster/finding';
import type { Position, Range } from '../cluster/place';

/**
 * The safe fixes that can be applied together: the first safe one of each finding, unless it would touch
 * the same text as one before it. Pure.
 */
export function safeFixes(findings: readonly Finding[]): readonly Fix[] {
  const taken: Range[] = [];
  return findings.flatMap(({ fixes }) => {
    const fix = fixes.find(({ safe }) => safe === true);
    if (!fix || fix.edits.some(({ range }) => taken.some((other) => touch(range, other)))) return [];
    taken.push(...fix.edits.map(({ range }) => range));
    return [fix];
  });
}

function touch(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
