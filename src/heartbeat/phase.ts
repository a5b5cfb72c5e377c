import type { HeartbeatTiming } from '../cluster/cluster';
import { formatDuration } from '../cluster/duration';
import type { Pulse } from './liveness';
import type { Liveness, MaintenanceInForce, NodeFailure } from './state';

/** The liveness of a node with its beginning (epoch milliseconds) and the reason for it, a sentence for people. */
export interface Phase {
  readonly liveness: Liveness;
  readonly since: number;
  readonly reason: string;
}

/** What the reason of a transition is made of. */
export interface Circumstances {
  readonly pulse: Pulse;
  readonly timing: HeartbeatTiming;
  readonly failure: NodeFailure | undefined;
  /** When its uptime was last seen to have begun anew. */
  readonly restartSeenAt: number | undefined;
  readonly maintenance: MaintenanceInForce | undefined;
}

/**
 * The phase at `now`. While the liveness stays, so do its beginning and its reason; only a denial's reason
 * follows what the node says last, because that is what a person has to mend.
 */
export function nextPhase(
  before: Phase | undefined,
  liveness: Liveness,
  now: number,
  circumstances: Circumstances,
): Phase {
  if (before?.liveness === liveness) {
    const { failure, restartSeenAt } = circumstances;
    if (liveness === 'active' && restartSeenAt !== undefined && restartSeenAt > before.since)
      return { liveness, since: now, reason: RESTARTED };
    if (liveness !== 'denied' || failure === undefined || failure.message === before.reason) return before;
    return { ...before, reason: failure.message };
  }
  return { liveness, since: now, reason: reasonFor(before, liveness, now, circumstances) };
}

function reasonFor(
  before: Phase | undefined,
  liveness: Liveness,
  now: number,
  { pulse, timing, failure, restartSeenAt, maintenance }: Circumstances,
): string {
  const last = failure === undefined ? 'The last question has no answer yet.' : failure.message;
  const silence = pulse.lastHeartbeat === undefined ? 'No heartbeat ever came, for' : 'No heartbeat for';
  switch (liveness) {
    case 'unknown':
      return before === undefined ? 'It was not asked yet.' : 'It never answered so far.';
    case 'active':
      return restartSeenAt !== undefined && restartSeenAt > (before?.since ?? now)
        ? `${becameActive(before, now)} ${RESTARTED}`
        : becameActive(before, now);
    case 'inactive':
      return `${silence} ${formatDuration(timing.inactiveAfter)}. ${last}`;
    case 'offline':
      return maintenance === undefined
        ? `${silence} ${formatDuration(timing.offlineAfter)}. ${last}`
        : `${silence} ${formatDuration(timing.maintenanceOfflineAfter)}, longer than its maintenance allows. ${last}`;
    case 'denied':
      return failure?.message ?? 'Its key or our login was refused.';
    case 'maintenance':
      return maintenance?.by === 'file'
        ? 'The cluster file declares maintenance.'
        : 'Maintenance was declared on this machine.';
  }
}

const RESTARTED = 'It was restarted: its uptime began anew.';

function becameActive(before: Phase | undefined, now: number): string {
  switch (before?.liveness) {
    case 'inactive':
    case 'offline':
      return `A heartbeat came, ${rounded(now - before.since)} after it became ${before.liveness}.`;
    case 'denied':
      return 'Key and login are accepted again.';
    case 'maintenance':
      return 'Its maintenance ended.';
    case 'active':
    case 'unknown':
    case undefined:
      return 'Its first heartbeat came.';
  }
}

function rounded(ms: number): string {
  const unit = ms < 180_000 ? 1_000 : 60_000;
  return formatDuration(Math.max(1, Math.round(ms / unit)) * unit);
}
