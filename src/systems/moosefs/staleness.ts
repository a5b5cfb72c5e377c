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
/** Seconds after which neither an old look at the master nor an old change says that a metalogger kept in step. */
const recordIsOldAfter = 3600;

/**
 * Whether promoting this candidate may lose writes that the old master acknowledged (safety 8), as a
 * sentence; undefined when it was in step with the master as last seen. `now` in epoch milliseconds.
 */
export function staleness(worth: Worth, history: ClusterHistory, now: number): string | undefined {
  const seen = lastMetadata(history);
  if (!seen) {
    return 'Standby has no record of the old master: nobody knows how many writes are missing here';
  }
  const behind = seen.version - (worth.last + 1);
  if (behind <= 0) return unknownSince(worth, seen, history.facts['metadata']?.at ?? 0, now);
  const seconds = worth.lastAt === undefined ? undefined : seen.clock / 1000 - worth.lastAt;
  if (behind <= maxChangesBehind && seconds !== undefined && seconds <= maxSecondsBehind) return undefined;
  const since = worth.lastAt === undefined ? '' : `, since ${new Date(worth.lastAt * 1000).toISOString()}`;
  return `it is ${behind} changes behind what ${seen.node} had when it was last seen${since}: those writes would be lost`;
}

/** Being ahead of a look of yesterday proves little: the metalogger may have been cut off soon after it. */
function unknownSince(worth: Worth, seen: MetadataFact, seenAt: number, now: number): string | undefined {
  const known = Math.max(seenAt / 1000, worth.lastAt ?? 0);
  if (now / 1000 - known <= recordIsOldAfter) return undefined;
  const hours = Math.floor((now / 1000 - known) / 3600);
  return (
    `${seen.node} was last seen, and its last change received, ${hours} h ago or more: nobody knows whether this ` +
    'metalogger was in step until the end'
  );
}
