import type { Doubt } from '../../failover/doubt';
import type { ClusterHistory } from '../../heartbeat/history';

/** Milliseconds that a primary may have lived on after the mirror broke: DRBD itself needs 6 to 7 s to notice (measured). */
const longestGapMs = 30_000;

/**
 * Milliseconds by which the survivor may have noticed later than the primary, which wrote alone from then on: an idle side
 * notices after its ping-int and timeout, 10 s and 6 s by default (drbd.conf(5)); 3 s were measured.
 */
const noticedLaterMs = 16_000;

/** What is known of the end of a mirror's connection and of its primary. Times are epoch milliseconds of this machine. */
export interface LastSigns {
  readonly resource: string;
  /** The node that is to be promoted. */
  readonly survivor: string;
  /** The silent node that was the primary, as far as anybody knows. */
  readonly primary: string;
  /** It still says that it is connected: the break is younger than DRBD's own time limit. */
  readonly isConnected: boolean;
  /** The primary's console says that it is off: it does not live on. */
  readonly isOff: boolean;
  /** When the survivor lost the connection, by its kernel log. */
  readonly lostAt?: number;
  /** When Standby last saw the two connected. */
  readonly seenConnectedAt?: number;
  /** When a client of the file system was last connected to a target of that primary. */
  readonly clientsUntil?: number;
  readonly protocol?: string;
  readonly history: ClusterHistory;
  readonly now: number;
}

/**
 * Whether promoting this copy may lose writes that the primary acknowledged (safety 7); undefined when the mirror was
 * connected until the primary's end. "UpToDate" and "out-of-sync 0" on the survivor say nothing about that.
 */
export function staleness(signs: LastSigns): Doubt | undefined {
  const { resource, survivor, primary, protocol, isConnected, isOff, now } = signs;
  if (protocol !== 'C') {
    const why =
      protocol === undefined
        ? `nobody could read which protocol ${resource} uses, so its last writes may not have reached ${survivor}`
        : `${resource} uses protocol ${protocol}: ${primary} acknowledged writes before they were on the disk of ${survivor}, so the last ones may be missing`;
    return { why };
  }
  // While it is connected, nothing is missing: the break is yet to come.
  const lostAt = isConnected ? now : (signs.lostAt ?? signs.seenConnectedAt);
  if (lostAt === undefined) {
    return {
      why: `there is no record of when ${survivor} lost the connection of ${resource} to ${primary}: nobody knows since when writes may be missing`,
    };
  }
  const alive = lastSign(signs);
  const missing = `writes since ${time(lostAt - noticedLaterMs)} may be missing`;
  if (alive !== undefined && alive - lostAt > longestGapMs) {
    return {
      why: `${survivor} lost the connection of ${resource} at ${time(lostAt)}, and ${primary} lived on until ${time(alive)} at least: ${missing}`,
    };
  }
  const down = foundDown(signs, lostAt);
  const unknownUntil = (end: number) =>
    `${survivor} lost the connection of ${resource} at ${time(lostAt)}${isConnected ? ' or later' : ''}, and nobody knows whether ${primary} was dead before ${time(end)}` +
    `${alive === undefined ? ': there is no record of its last sign of life' : ''}: ${missing}`;
  const end = down ?? now;
  if (end - lostAt > longestGapMs) return { why: unknownUntil(end) };
  // A mirror that is connected is a sign of life, whatever witnesses found before.
  if (isOff || (down !== undefined && !isConnected)) return undefined;
  const after = lostAt + longestGapMs;
  return { why: unknownUntil(after), after };
}

function lastSign({ primary, history, clientsUntil }: LastSigns): number | undefined {
  const signs = [own(history.heard, primary), clientsUntil].filter((at) => at !== undefined);
  return signs.length === 0 ? undefined : Math.max(...signs);
}

/**
 * When witnesses first said that nobody reaches it; void once it was heard again. A mirror that went on for long after that
 * was a sign of life: the node was cut off from the witnesses then, and how long it lived on alone nobody saw.
 */
function foundDown({ primary, history }: LastSigns, lostAt: number): number | undefined {
  const at = own(history.down, primary);
  if (at === undefined || lostAt - at > longestGapMs) return undefined;
  return at > (own(history.heard, primary) ?? 0) ? at : undefined;
}

function own(record: Readonly<Record<string, number>> | undefined, key: string): number | undefined {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
