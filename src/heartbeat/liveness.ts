import type { HeartbeatTiming, Maintenance } from '../cluster/cluster';
import type { Liveness } from './state';

/** What is remembered of one node between two heartbeats; times in epoch milliseconds. */
export interface Pulse {
  readonly firstAttempt?: number;
  readonly lastHeartbeat?: number;
  /** Start of the silence: the last heartbeat, else the first attempt, without the time nobody asked in. */
  readonly silentSince?: number;
  /** A question went out and no heartbeat came since. */
  readonly asking: boolean;
  /** When the question went out that has neither answer nor failure yet; absent when there is none. */
  readonly openSince?: number | undefined;
  /** Failed attempts since the last heartbeat. */
  readonly missed: number;
  /** The last attempt ended at the key or the login, which says nothing about the machine. */
  readonly denied: boolean;
}

/** The pulse of a node that was never asked. */
export const noPulse: Pulse = { asking: false, missed: 0, denied: false };

/**
 * A question goes out. Silence is counted from no earlier than one `period` before the first unanswered
 * question: time in which nobody asked (a hidden view polls slowly) proves nothing about the node.
 */
export function asked(pulse: Pulse, at: number, period: number): Pulse {
  if (pulse.denied) return pulse;
  const open = { ...pulse, asking: true, openSince: at };
  if (pulse.silentSince === undefined) return { ...open, firstAttempt: at, silentSince: at };
  return pulse.asking ? open : { ...open, silentSince: Math.max(pulse.silentSince, at - period) };
}

/** A heartbeat came. */
export function heard(pulse: Pulse, at: number): Pulse {
  return {
    firstAttempt: pulse.firstAttempt ?? at,
    lastHeartbeat: at,
    silentSince: at,
    asking: false,
    missed: 0,
    denied: false,
  };
}

/** An attempt failed. After a denial the silence begins only now: until then the node was not silent. */
export function missed(pulse: Pulse, at: number): Pulse {
  return {
    ...pulse,
    openSince: undefined,
    firstAttempt: pulse.firstAttempt ?? at,
    silentSince: pulse.denied ? at : (pulse.silentSince ?? at),
    asking: true,
    missed: pulse.missed + 1,
    denied: false,
  };
}

/** The attempt came to nothing on our side, and the node's SSH server had answered: its silence begins anew. */
export function postponed(pulse: Pulse, at: number): Pulse {
  return { ...pulse, openSince: undefined, silentSince: at, asking: false, missed: 0, denied: false };
}

/**
 * The attempt came to nothing on our side before the node could say anything: what was known of it stays, and the time
 * counts for nobody's silence.
 */
export function unasked(pulse: Pulse): Pulse {
  return { ...pulse, openSince: undefined, asking: pulse.missed > 0 };
}

/** The node's key or our login was refused; never counted as a failure of the machine. */
export function denied(pulse: Pulse, at: number): Pulse {
  return {
    ...pulse,
    openSince: undefined,
    firstAttempt: pulse.firstAttempt ?? at,
    asking: false,
    missed: 0,
    denied: true,
  };
}

/** This machine slept, or its clock was set, by `ms` until `now`: that time counts for nobody's silence. */
export function slept(pulse: Pulse, ms: number, now: number): Pulse {
  if (pulse.silentSince === undefined) return pulse;
  const moved = (at: number) => Math.min(at + ms, now);
  return {
    ...pulse,
    silentSince: moved(pulse.silentSince),
    ...(pulse.openSince !== undefined && { openSince: moved(pulse.openSince) }),
  };
}

/** Attempts that have to fail before a node counts as silent, however long ago its last heartbeat is. */
export const SURE_MISSES = 2;

/**
 * One beat that is late or lost is no outage: it takes two misses, or a miss and a question that waits, or a question
 * that waits for nearly as long as makes a node inactive.
 */
function isSure({ missed, openSince }: Pulse, timing: HeartbeatTiming, now: number): boolean {
  const waits = openSince === undefined ? -1 : now - openSince;
  const patience = timing.interval / 2;
  return (
    missed >= SURE_MISSES ||
    (missed === 1 && waits >= patience) ||
    (waits >= 0 && waits >= timing.inactiveAfter - patience)
  );
}

/**
 * The liveness by the age of the last heartbeat, or of the first attempt when none ever came.
 * `offline` needs a failed attempt besides, so that no node is called so before it was asked again.
 */
export function liveness(
  pulse: Pulse,
  timing: HeartbeatTiming,
  now: number,
  inMaintenance: boolean,
): Liveness {
  if (pulse.denied) return 'denied';
  const silence = pulse.asking && isSure(pulse, timing, now) ? now - (pulse.silentSince ?? now) : 0;
  const offlineAfter = inMaintenance ? timing.maintenanceOfflineAfter : timing.offlineAfter;
  if (silence >= offlineAfter && pulse.missed > 0) return 'offline';
  if (inMaintenance) return 'maintenance';
  if (silence >= timing.inactiveAfter) return 'inactive';
  return pulse.lastHeartbeat === undefined ? 'unknown' : 'active';
}

/** Whether the cluster file declares maintenance for this moment: `since` inclusive, `until` exclusive. */
export function inDeclaredMaintenance(maintenance: Maintenance | undefined, now: number): boolean {
  if (maintenance === undefined) return false;
  const since = maintenance.since === undefined ? -Infinity : Date.parse(maintenance.since);
  const until = maintenance.until === undefined ? Infinity : Date.parse(maintenance.until);
  return !(now < since) && !(now >= until);
}
