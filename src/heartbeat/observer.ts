import type { NodeState } from './state';

/** A node's silence as the question about this machine's own network needs it. */
export interface Silence {
  readonly since: number;
  readonly verdict: NodeState['verdict'];
}

/** Verdicts that are waited for in a burst: to hear about hundreds of nodes takes minutes, and a few tell it, too. */
export const ENOUGH_VERDICTS = 8;

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
  if (silences.length * 2 <= nodeCount) return false;
  const sorted = silences.toSorted((a, b) => a.since - b.since);
  let down = 0;
  let heard = 0;
  let end = 0;
  return sorted.some((first, begin) => {
    for (let next = sorted[end]; next && next.since - first.since <= interval; next = sorted[++end]) {
      if (next.verdict !== undefined) heard++;
      if (next.verdict === 'down') down++;
    }
    const burst = end - begin;
    const isLost =
      burst * 2 > nodeCount && down === 0 && !(canAsk && heard < Math.min(burst, ENOUGH_VERDICTS));
    if (first.verdict !== undefined) heard--;
    if (first.verdict === 'down') down--;
    return isLost;
  });
}
