import type { ClusterHistory } from './history';

/** How many entries of each kind a history keeps, the newest ones: several times what a large cluster needs. */
export const historyBounds = { nodes: 5_000, primaries: 1_000, facts: 2_000, pairs: 20_000 } as const;

/** A history that does not grow for ever, however often nodes are renamed. Of each kind the newest entries stay. */
export function bounded(history: ClusterHistory, bounds: Bounds = historyBounds): ClusterHistory {
  const { primary, facts, heard, down, reached, consoles, contradictions } = history;
  return {
    ...history,
    primary: newest(primary, bounds.primaries, ({ at }) => at),
    facts: newest(facts, bounds.facts, ({ at }) => at),
    ...(heard && { heard: newest(heard, bounds.nodes, (at) => at) }),
    ...(down && { down: newest(down, bounds.nodes, (at) => at) }),
    reached: newestPairs(reached, bounds.pairs),
    consoles: newest(consoles, bounds.nodes, ({ notOffAt }) => notOffAt),
    ...(contradictions && { contradictions: newest(contradictions, bounds.nodes, ({ offAt }) => offAt) }),
  };
}

type Bounds = Readonly<Record<keyof typeof historyBounds, number>>;

function newest<T>(entries: Readonly<Record<string, T>>, most: number, time: (entry: T) => number) {
  const all = Object.entries(entries);
  if (all.length <= most) return entries;
  return Object.fromEntries(all.toSorted(([, a], [, b]) => time(b) - time(a)).slice(0, most));
}

function newestPairs(reached: ClusterHistory['reached'], most: number): ClusterHistory['reached'] {
  const times = Object.values(reached).flatMap((row) => Object.values(row));
  if (times.length <= most) return reached;
  const oldest = times.toSorted((a, b) => b - a)[most - 1] ?? 0;
  let left = most;
  return Object.fromEntries(
    Object.entries(reached).flatMap(([witness, row]) => {
      const kept = Object.entries(row).filter(([, at]) => at >= oldest && left-- > 0);
      return kept.length === 0 ? [] : [[witness, Object.fromEntries(kept)] as const];
    }),
  );
}
