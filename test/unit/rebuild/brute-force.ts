/** Every way in which chunks can lie, for clusters small enough to try them all. Knows nothing of the formulas. */

/** Sizes in pieces: what each domain holds and may hold. */
export interface SmallCluster {
  readonly pieces: number;
  readonly used: readonly number[];
  readonly fillable: readonly number[];
}

/** A chunk is the set of domains that have a piece of it. */
type Chunk = readonly number[];

/** All choices of `size` out of `from`. */
export function choices(from: readonly number[], size: number): readonly Chunk[] {
  if (size === 0) return [[]];
  return from.flatMap((first, index) =>
    choices(from.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}

/** Every set of chunks, in no order, that fills the domains as far as they are. */
export function placements({ pieces, used }: SmallCluster): readonly (readonly Chunk[])[] {
  const all = choices([...used.keys()], pieces);
  const found: Chunk[][] = [];
  const place = (from: number, left: readonly number[], chunks: readonly Chunk[]): void => {
    if (left.every((rest) => rest === 0)) {
      found.push([...chunks]);
      return;
    }
    for (let next = from; next < all.length; next++) {
      const chunk = all[next] ?? [];
      if (chunk.every((domain) => (left[domain] ?? 0) > 0)) {
        const after = left.map((rest, domain) => (chunk.includes(domain) ? rest - 1 : rest));
        place(next, after, [...chunks, chunk]);
      }
    }
  };
  place(0, used, []);
  return found;
}

/** Whether all chunks find a place on the domains that are left, each piece on another. */
export function fits({ pieces, used, fillable }: SmallCluster, lost: ReadonlySet<number>): boolean {
  const chunks = used.reduce((sum, one) => sum + one, 0) / pieces;
  const all = choices(
    [...used.keys()].filter((domain) => !lost.has(domain)),
    pieces,
  );
  const place = (from: number, left: readonly number[], rest: number): boolean => {
    if (rest === 0) return true;
    for (let next = from; next < all.length; next++) {
      const chunk = all[next] ?? [];
      if (!chunk.every((domain) => (left[domain] ?? 0) > 0)) continue;
      const after = left.map((room, domain) => (chunk.includes(domain) ? room - 1 : room));
      if (place(next, after, rest - 1)) return true;
    }
    return false;
  };
  return place(0, fillable, chunks);
}
