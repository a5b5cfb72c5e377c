// What the nodes of a large file come to, without looking at all of them after each edit: the list is a row of
// chunks whose identity survives edits elsewhere, and what was worked out from one is remembered with it.
import type { Chunk, PlacedChunk } from './chunk';
import type { NodeDraft } from './draft';
import { movedBy, movedNode } from './moved-node';
import { shifted } from './shift';

/**
 * The same without any place: a chunk that an edit merely moves keeps what was worked out from it, so nothing of
 * that may depend on where it stands. Answer with the index of a node, and ask that node for its place.
 */
export type Placeless<T> = T extends string | number | bigint | boolean | undefined | ReadonlySet<string>
  ? T
  : T extends readonly (infer E)[]
    ? readonly Placeless<E>[]
    : { readonly [K in keyof T as K extends 'range' ? never : K]: Placeless<T[K]> };

/** What was worked out from some neighbouring nodes; the first of them has the index `start` in the whole list. */
export interface Part<S> {
  readonly start: number;
  readonly value: S;
}

type Nodes = readonly NodeDraft[];

/** The lists that were made of chunks: the drafts of each chunk as they were read. */
const chunked = new WeakMap<Nodes, readonly Nodes[]>();

/** The nodes of a chunk where it stood last. */
const placed = new WeakMap<Chunk, { readonly line: number; readonly nodes: Nodes }>();

/** All nodes of some chunks, where they stand. */
export function joinChunks(chunks: readonly PlacedChunk[]): Nodes {
  const nodes = concat(chunks.map(nodesOf));
  chunked.set(
    nodes,
    chunks.map(({ chunk }) => chunk.nodes),
  );
  return nodes;
}

function nodesOf({ chunk, line }: PlacedChunk): Nodes {
  const known = placed.get(chunk);
  if (known?.line === line) return known.nodes;
  const nodes = chunk.segments.flatMap(({ item, line: at, readAt }) =>
    item.draft ? [movedNode(item.draft, line + at - readAt)] : [],
  );
  placed.set(chunk, { line, nodes });
  return nodes;
}

/** Answers that are remembered for one chunk, with other arguments: what nodes report comes and goes. */
const mostKnown = 4;

/**
 * A pure function of some neighbouring nodes, made into one of all nodes that answers part by part: after an edit it
 * looks only at the chunk in which something changed. The further arguments are compared by identity.
 */
export function perChunk<S, A extends readonly unknown[]>(
  work: (nodes: readonly Placeless<NodeDraft>[], ...rest: A) => S,
): (nodes: Nodes, ...rest: A) => readonly Part<S>[] {
  const known = new WeakMap<Nodes, readonly { readonly rest: A; readonly value: S }[]>();
  const answer = (part: Nodes, rest: A): S => {
    const answers = known.get(part) ?? [];
    const found = answers.find((one) => one.rest.every((each, at) => each === rest[at]));
    if (found) return found.value;
    const value = work(part, ...rest);
    known.set(part, [{ rest, value }, ...answers.slice(0, mostKnown - 1)]);
    return value;
  };
  return (nodes, ...rest) => {
    let start = 0;
    return (chunked.get(nodes) ?? [nodes]).map((part) => {
      const at = start;
      start += part.length;
      return { start: at, value: answer(part, rest) };
    });
  };
}

/** Those nodes of all for which something holds; it is asked as `perChunk` asks. */
export function nodesThat<A extends readonly unknown[]>(
  holds: (node: Placeless<NodeDraft>, ...rest: A) => boolean,
): (nodes: Nodes, ...rest: A) => Nodes {
  const indexes = perChunk((nodes, ...rest: A) =>
    nodes.flatMap((node, index) => (holds(node, ...rest) ? [index] : [])),
  );
  return (nodes, ...rest) =>
    indexes(nodes, ...rest).flatMap(({ start, value }) =>
      value.flatMap((index) => nodes[start + index] ?? []),
    );
}

/**
 * A pure function from one node to some plain data (findings, most often), made into one of all nodes that looks only
 * at those that changed. The data may hold places of that node and no others, and no text that names a line; the
 * further arguments are values, compared by identity.
 */
export function perNode<T, A extends readonly unknown[]>(
  work: (node: NodeDraft, ...rest: A) => readonly T[],
): (nodes: Nodes, ...rest: A) => readonly T[] {
  const worked = perChunk((nodes, ...rest: A) =>
    nodes.flatMap((node, index) => {
      // As it was read: what comes of it moves with the node below.
      const data = work(node as NodeDraft, ...rest);
      return data.length > 0 ? [{ index, data }] : [];
    }),
  );
  return (nodes, ...rest) => {
    const all: T[] = [];
    for (const { start, value } of worked(nodes, ...rest)) {
      for (const { index, data } of value) {
        const node = nodes[start + index];
        if (node) all.push(...shifted(data, movedBy(node)));
      }
    }
    return all;
  };
}

/** A node that shares something with an earlier one, by their indexes. */
export interface Twin {
  readonly index: number;
  readonly first: number;
}

/** More new parts than this make another list, perhaps of another file. */
const mostNew = 8;

/** Finds the nodes that share a text with an earlier one. */
export function twins<A extends readonly unknown[]>(
  textOf: (node: Placeless<NodeDraft>, ...rest: A) => string | undefined,
): (nodes: Nodes, ...rest: A) => readonly Twin[] {
  const textsOf = perChunk((nodes, ...rest: A) => nodes.map((node) => textOf(node, ...rest)));
  const last = new DistinctTexts();
  return (nodes, ...rest) => {
    const parts = textsOf(nodes, ...rest).map(({ value }) => value);
    if (last.goOn(parts)) return [];
    const found = compareAll(parts);
    if (found.length === 0) last.remember(parts);
    return found;
  };
}

type Texts = readonly (string | undefined)[];

/** The texts of the last list in which none stood twice: after an edit, only new parts have to be looked at. */
class DistinctTexts {
  #parts: ReadonlySet<Texts> = new Set();
  #texts = new Set<string | undefined>();

  /** Goes on to another list; returns whether all texts are known to be distinct there. Then it is remembered. */
  goOn(parts: readonly Texts[]): boolean {
    const next = new Set(parts);
    const fresh = parts.filter((part) => !this.#parts.has(part));
    if (next.size < parts.length || fresh.length > mostNew) return false;
    for (const part of this.#parts) {
      if (!next.has(part)) for (const text of part) this.#texts.delete(text);
    }
    this.#parts = next;
    for (const text of fresh.flat()) {
      if (text !== undefined && this.#texts.has(text)) {
        this.remember([]);
        return false;
      }
      this.#texts.add(text);
    }
    return true;
  }

  remember(parts: readonly Texts[]): void {
    this.#parts = new Set(parts);
    this.#texts = new Set(parts.flat());
  }
}

function compareAll(parts: readonly Texts[]): readonly Twin[] {
  const seen = new Map<string, number>();
  const found: Twin[] = [];
  for (const [index, text] of parts.flat().entries()) {
    if (text === undefined) continue;
    const first = seen.get(text);
    if (first === undefined) seen.set(text, index);
    else found.push({ index, first });
  }
  return found;
}

/** All elements of some lists; far faster than `flat`, which looks at each. */
export function concat<T>(parts: readonly (readonly T[])[]): readonly T[] {
  return ([] as readonly T[]).concat(...parts);
}
