import type { Edit } from '../cluster/finding';
import type { Position } from '../cluster/place';

/**
 * A text with edits put in. Of two that overlap the first wins: both cannot be right. Places count as the editor does,
 * whose lines end with LF, CR LF or CR.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const starts = lineStarts(text);
  const offset = ({ line, character }: Position) => {
    const start = starts[line] ?? text.length;
    return Math.min(start + character, text.length);
  };
  const pieces: string[] = [];
  let done = 0;
  const placed = edits
    .map(({ range, newText }) => ({ from: offset(range.start), to: offset(range.end), newText }))
    .sort((a, b) => a.from - b.from);
  for (const { from, to, newText } of placed) {
    if (from < done) continue;
    pieces.push(text.slice(done, from), newText);
    done = to;
  }
  return [...pieces, text.slice(done)].join('');
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const found of text.matchAll(/\r\n|\r|\n/g)) starts.push(found.index + found[0].length);
  return starts;
}
