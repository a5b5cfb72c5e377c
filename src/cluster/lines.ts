import type { Position, Range } from './place';

/** From this line of a text on, its lines stand `by` lines further down in the file. */
export interface LineJump {
  readonly line: number;
  readonly by: number;
}

/**
 * Turns offsets of a text into lines and columns. Counted from the text itself, because the line counter
 * of `yaml` misses line starts in broken files. A text that is made of pieces of a file says with jumps,
 * in their order, where its lines stand there.
 */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(
    private readonly text: string,
    private readonly jumps: readonly LineJump[] = [],
  ) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The place of an offset; never past the end of its line, and a CR before LF is no part of the line. */
  position(offset: number): Position {
    const wanted = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineOf(wanted);
    const character = Math.min(wanted, this.endOfLine(line)) - (this.starts[line] ?? 0);
    return { line: line + this.jumpAt(line), character };
  }

  /** The offset of a place; only for the text of a whole file. */
  offset({ line, character }: Position): number {
    return (this.starts[line] ?? this.text.length) + character;
  }

  /** The range between two offsets. */
  range(start: number, end: number): Range {
    return { start: this.position(start), end: this.position(Math.max(start, end)) };
  }

  /** The range between two offsets, cut at the end of the line on which it begins. */
  rangeInLine(start: number, end: number): Range {
    const from = Math.max(0, Math.min(start, this.text.length));
    const line = this.lineOf(from);
    const lineStart = this.starts[line] ?? 0;
    const lineEnd = this.endOfLine(line);
    const inFile = line + this.jumpAt(line);
    const to = Math.max(start, Math.min(end, lineEnd));
    return {
      start: { line: inFile, character: Math.min(from, lineEnd) - lineStart },
      end: to <= lineEnd ? { line: inFile, character: Math.max(0, to) - lineStart } : this.position(to),
    };
  }

  private lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private jumpAt(line: number): number {
    let by = 0;
    for (const jump of this.jumps) {
      if (jump.line > line) break;
      by = jump.by;
    }
    return by;
  }

  private endOfLine(line: number): number {
    const next = this.starts[line + 1];
    if (next === undefined) return this.text.length;
    return this.text[next - 2] === '\r' && next - 2 >= (this.starts[line] ?? 0) ? next - 2 : next - 1;
  }
}
