import type { TierOutcome } from './what-if';

/** What the time of a rebuild is reckoned from. */
export type Speed =
  /** What each node's network carries in each direction, bytes a second. */
  | { readonly by: 'bandwidth'; readonly bytesPerSecond: number }
  /** What the cluster as a whole was seen to rebuild, bytes a second. */
  | { readonly by: 'measured'; readonly bytesPerSecond: number };

/**
 * Seconds that a rebuild takes at least, or undefined where nothing is rebuilt. By bandwidth it is that of the
 * busiest domain: each receives what it has to store (of an encoding M + N, the M pieces from which it computes it),
 * and all send in proportion to what they hold.
 */
export function rebuildSeconds(outcome: TierOutcome, speed: Speed): number | undefined {
  const { rebuild, survivors, data } = outcome;
  if (rebuild.able !== 'yes' || speed.bytesPerSecond <= 0) return undefined;
  if (speed.by === 'measured') return Number(rebuild.bytes) / speed.bytesPerSecond;
  const held = survivors.reduce((sum, { used }) => sum + Number(used), 0);
  const written = survivors.reduce((sum, { used, after }) => sum + Math.max(0, Number(after - used)), 0);
  const sent = written * data;
  const busiest = survivors.map(({ used, after, nodes }) => {
    const received = Math.max(0, Number(after - used)) * data;
    const own = held === 0 ? 0 : (sent * Number(used)) / held;
    return Math.max(received, own) / nodes;
  });
  return Math.max(0, ...busiest) / speed.bytesPerSecond;
}
