import type { Chunk, PlacedChunk, Segment } from './chunk';
import type { Kept } from './kept';

/** The chunks of a text that was read, where they stand in it. */
export function placedChunks(kept: Kept): readonly PlacedChunk[] {
  let { start, line } = kept;
  return kept.chunks.map((chunk) => {
    const placed = { chunk, start, line };
    start += chunk.length;
    line += chunk.lines;
    return placed;
  });
}

/** The items of a text that was read, by their number in the whole list. Where they stand is summed up by chunk. */
export class KeptItems {
  readonly count: number;
  /** The offset and the number of the line on which the list is over. */
  readonly end: number;
  readonly endLine: number;
  private readonly chunks: readonly (PlacedChunk & { readonly first: number })[];

  constructor(kept: Kept) {
    let first = 0;
    this.chunks = placedChunks(kept).map((placed) => {
      const numbered = { ...placed, first };
      first += placed.chunk.segments.length;
      return numbered;
    });
    this.count = first;
    const last = this.chunks.at(-1);
    this.end = last ? last.start + last.chunk.length : kept.start;
    this.endLine = last ? last.line + last.chunk.lines : kept.line;
  }

  /** The item with this number, at its place in the text. */
  at(index: number): Segment | undefined {
    const chunk = this.chunks[lastUpTo(this.chunks, index, ({ first }) => first)];
    const segment = chunk?.chunk.segments[index - chunk.first];
    return segment && placedIn(chunk, segment);
  }

  /** Where an item begins; for the number of items, where the list is over. */
  startOf(index: number): number {
    return this.at(index)?.start ?? this.end;
  }

  /** The line of an item's dash, likewise. */
  lineOf(index: number): number {
    return this.at(index)?.line ?? this.endLine;
  }

  /** How many items begin before this offset. */
  countBefore(offset: number): number {
    const chunk = this.chunks[lastUpTo(this.chunks, offset - 1, ({ start }) => start)];
    if (!chunk || chunk.start >= offset) return 0;
    const { segments } = chunk.chunk;
    return chunk.first + 1 + lastUpTo(segments, offset - 1 - chunk.start, ({ start }) => start);
  }

  /** The numbers of the items that are read each time, in their order, up to one more than wanted. */
  tied(most: number): readonly number[] {
    const found: number[] = [];
    for (const { chunk, first } of this.chunks) {
      if (chunk.tied.length > 0) found.push(...chunk.tied.map((index) => first + index));
      if (found.length > most) break;
    }
    return found;
  }

  /**
   * Items and chunks of the list with these numbers, moved. A chunk stays whole where `isWhole` says so of it and
   * where it lies in the stretch with all of its items.
   */
  stretch(
    from: number,
    to: number,
    by: { readonly delta: number; readonly lines: number },
    isWhole: (chunk: Chunk, first: number) => boolean,
  ): readonly Numbered[] {
    return this.chunks.flatMap(({ chunk, start, line, first }): Numbered[] => {
      const past = first + chunk.segments.length;
      if (past <= from || first >= to) return [];
      const placed = { chunk, start: start + by.delta, line: line + by.lines };
      if (first >= from && past <= to && isWhole(chunk, first)) return [{ index: first, part: placed }];
      return chunk.segments
        .slice(Math.max(0, from - first), to - first)
        .map((segment, at) => ({ index: Math.max(first, from) + at, part: placedIn(placed, segment) }));
    });
  }
}

interface Numbered {
  readonly index: number;
  readonly part: Segment | PlacedChunk;
}

function placedIn({ start, line }: PlacedChunk, segment: Segment): Segment {
  return { ...segment, start: start + segment.start, line: line + segment.line };
}

/** The index of the last element whose number is at most `limit` (numbers grow); 0 when there is none. */
function lastUpTo<T>(sorted: readonly T[], limit: number, numberOf: (one: T) => number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const one = sorted[middle];
    if (one !== undefined && numberOf(one) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
