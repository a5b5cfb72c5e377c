import type { Position, Range } from './place';

/**
 * Turns offsets of a text into lines and columns. Counted from the text itself, because the line counter
 * of `yaml` misses line starts in broken files.
 */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The place of an offset; never past the end of its line, and a CR before LF is no part of the line. */
  position(offset: number): Position {
    const wanted = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= wanted) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: Math.min(wanted, this.endOfLine(low)) - (this.starts[low] ?? 0) };
  }

  /** The range between two offsets. */
  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** The range between two offsets, cut at the end of the line on which it begins. */
  rangeInLine(start: number, end: number): Range {
    const from = this.position(start);
    const lineEnd = this.endOfLine(from.line);
    return { start: from, end: this.position(Math.max(start, Math.min(end, lineEnd))) };
  }

  private endOfLine(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text[next - 2] === '\r' && next - 2 >= (this.starts[line] ?? 0) ? next - 2 : next - 1;
  }
}
