import type { Fix } from '../../../src/cluster/finding';

/** The text after all edits of a fix. */
export function applyEdits(text: string, { edits }: Fix): string {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const offset = ({ line, character }: { line: number; character: number }) =>
    (starts[line] ?? 0) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (done, { range, newText }) =>
        done.slice(0, offset(range.start)) + newText + done.slice(offset(range.end)),
      text,
    );
}
