import type { NodeDraft } from './draft';
import type { Finding } from './finding';

/** What one item of `nodes` says. */
export interface NodeItem {
  /** Absent: the item had the wrong shape. */
  readonly draft?: NodeDraft;
  /** All that was found while it was read. */
  readonly findings: readonly Finding[];
}

/** Where an item stands: the offset of the line of its dash, and the number of that line. */
export interface ItemPlace {
  readonly start: number;
  readonly line: number;
  /** It holds an anchor, an alias, a tag or a block scalar (or looks like it): it is read each time. */
  readonly isTied: boolean;
}

/** An item and where it stands, in a chunk counted from the chunk's beginning. */
export interface Segment extends ItemPlace {
  readonly item: NodeItem;
  /** The line of the file on which it stood when it was read: its places are those of that reading. */
  readonly readAt: number;
}

/**
 * Some neighbouring items of `nodes`. A chunk is never changed: an edit makes the one anew in which something
 * changed and keeps the others, wherever they stand then. So what is worked out from one holds until it is edited.
 */
export interface Chunk {
  readonly segments: readonly Segment[];
  /** The drafts of its items, with the places of their readings. */
  readonly nodes: readonly NodeDraft[];
  /** Characters and lines from its first item to what follows its last. */
  readonly length: number;
  readonly lines: number;
  /** Which of its items are tied, and which have findings. */
  readonly tied: readonly number[];
  readonly found: readonly number[];
  /** Some item had the wrong shape. */
  readonly isBroken: boolean;
}

/** A chunk and where it stands now. */
export interface PlacedChunk {
  readonly chunk: Chunk;
  readonly start: number;
  readonly line: number;
}

/** Items in a chunk: fewer make an edit cheaper, more make the list of chunks shorter. */
export interface ChunkSizes {
  readonly most: number;
  /** A chunk with fewer joins its neighbour when that is made anew. */
  readonly fewest: number;
}

export const usualSizes: ChunkSizes = { most: 32, fewest: 8 };

/** Makes chunks of the items between chunks that are known already. `end` is where the last one ends. */
export function cutChunks(
  parts: readonly (Segment | PlacedChunk)[],
  end: { readonly start: number; readonly line: number },
  { most }: ChunkSizes,
): readonly PlacedChunk[] {
  const chunks: PlacedChunk[] = [];
  let run: Segment[] = [];
  const close = (next: { readonly start: number; readonly line: number }): void => {
    const size = Math.ceil(run.length / Math.ceil(run.length / most));
    for (let from = 0; from < run.length; from += size) {
      const placed = newChunk(run.slice(from, from + size), run[from + size] ?? next);
      if (placed) chunks.push(placed);
    }
    run = [];
  };
  for (const part of parts) {
    if ('chunk' in part) {
      close(part);
      chunks.push(part);
    } else run.push(part);
  }
  close(end);
  return chunks;
}

function newChunk(
  items: readonly Segment[],
  next: { readonly start: number; readonly line: number },
): PlacedChunk | undefined {
  const [first] = items;
  if (!first) return undefined;
  const { start, line } = first;
  const indexesOf = (is: (one: Segment) => boolean): readonly number[] =>
    items.flatMap((one, index) => (is(one) ? [index] : []));
  const chunk = {
    segments: items.map((one) => ({ ...one, start: one.start - start, line: one.line - line })),
    nodes: items.flatMap(({ item }) => item.draft ?? []),
    length: next.start - start,
    lines: next.line - line,
    tied: indexesOf(({ isTied }) => isTied),
    found: indexesOf(({ item }) => item.findings.length > 0),
    isBroken: items.some(({ item }) => !item.draft),
  };
  return { chunk, start, line };
}
