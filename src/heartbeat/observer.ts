import type { NodeState } from './state';

/** A node's silence as the question about this machine's own network needs it. */
export interface Silence {
  readonly since: number;
  readonly verdict: NodeState['verdict'];
}

/**
 * Whether this machine, not the cluster, is what failed: more than half of the nodes fell silent within one
 * `interval`, and no witness confirms one of those down. While witnesses are still to be heard (`canAsk`)
 * the answer is no, so that it does not flicker.
 */
export function observerLost(
  silences: readonly Silence[],
  nodeCount: number,
  interval: number,
  canAsk: boolean,
): boolean {
  const sorted = silences.toSorted((a, b) => a.since - b.since);
  return sorted.some((first, index) => {
    const burst = sorted.slice(index).filter((silence) => silence.since - first.since <= interval);
    if (burst.length * 2 <= nodeCount) return false;
    if (canAsk && burst.some(({ verdict }) => verdict === undefined)) return false;
    return burst.every(({ verdict }) => verdict !== 'down');
  });
}
