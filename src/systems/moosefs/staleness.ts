import type { Doubt } from '../../failover/doubt';
import type { ClusterHistory } from '../../heartbeat/history';
import type { Worth } from './candidate';

/** What Standby remembers of the master's metadata; the fact `metadata` of a ClusterReading. */
export interface MetadataFact {
  readonly node: string;
  readonly version: number;
  /** Epoch milliseconds by the master's own clock. */
  readonly clock: number;
}

/** The last metadata fact in a history, if it has the expected shape. */
export function lastMetadata(history: ClusterHistory): MetadataFact | undefined {
  const value = history.facts['metadata']?.value as Partial<MetadataFact> | undefined;
  return value &&
    typeof value.node === 'string' &&
    typeof value.version === 'number' &&
    typeof value.clock === 'number'
    ? (value as MetadataFact)
    : undefined;
}

const maxChangesBehind = 1000;
const maxSecondsBehind = 10;
/**
 * Milliseconds that may lie between the last thing known (a look at the master, or a change that reached the
 * candidate) and the end of the old master: what it wrote in a longer gap may have gone to nobody.
 */
const longestGapMs = 30_000;

/**
 * Whether promoting this candidate may lose writes that the old master acknowledged (safety 8); undefined when it was in
 * step with the master as last seen. `now` in epoch milliseconds. `livesOn`: a node may live on unseen from now on.
 */
export function staleness(
  worth: Worth,
  history: ClusterHistory,
  now: number,
  livesOn: (node: string) => boolean,
): Doubt | undefined {
  const seen = lastMetadata(history);
  if (!seen) {
    return { why: 'Standby has no record of the old master: nobody knows how many writes are missing here' };
  }
  const behind = seen.version - (worth.last + 1);
  if (behind <= 0) return unknownSince(worth, seen, history, now, livesOn(seen.node));
  const seconds = worth.lastAt === undefined ? undefined : seen.clock / 1000 - worth.lastAt;
  if (behind <= maxChangesBehind && seconds !== undefined && seconds <= maxSecondsBehind)
    return unknownSince(worth, seen, history, now, livesOn(seen.node));
  const since = worth.lastAt === undefined ? '' : `, since ${new Date(worth.lastAt * 1000).toISOString()}`;
  return {
    why: `it is ${behind} changes behind what ${seen.node} had when it was last seen${since}: those writes would be lost`,
  };
}

/**
 * Being ahead of the last look proves little when the old master lived on unseen: the metalogger may have been cut
 * off meanwhile. The master's end is when witnesses first found it down, else only known to be before `now`.
 */
function unknownSince(
  worth: Worth,
  seen: MetadataFact,
  history: ClusterHistory,
  now: number,
  livesOn: boolean,
): Doubt | undefined {
  const seenAt = history.facts['metadata']?.at ?? 0;
  // The change's time stamp is by the master's clock, which may differ from this machine's.
  const received = worth.lastAt === undefined ? 0 : worth.lastAt * 1000 + (seenAt - seen.clock);
  const known = Math.max(seenAt, received);
  const down = foundDown(history, seen.node, known);
  const unknownUntil = (end: number) =>
    `${seen.node} was last seen at ${time(seenAt)}, this metalogger's last change is from ${time(received)}, and ` +
    `${seen.node} may have gone on writing until ${time(end)}: nobody knows whether it was in step until the end`;
  const end = down ?? now;
  if (end - known > longestGapMs) return { why: unknownUntil(end) };
  if (down !== undefined || !livesOn) return undefined;
  const after = known + longestGapMs;
  return { why: unknownUntil(after), after };
}

/**
 * When witnesses first said that nobody reaches it; void once it was heard again. Changes of it that came long after that
 * were a sign of life: it was cut off from the witnesses then, and how long it lived on nobody saw.
 */
function foundDown({ down, heard }: ClusterHistory, node: string, known: number): number | undefined {
  const at = down && Object.hasOwn(down, node) ? down[node] : undefined;
  if (at === undefined || known - at > longestGapMs) return undefined;
  return at > (heard?.[node] ?? 0) ? at : undefined;
}

function time(at: number): string {
  return at > 0 ? new Date(at).toISOString() : 'a time unknown';
}
