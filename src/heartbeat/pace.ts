import type { HeartbeatTiming } from '../cluster/cluster';
import type { Pulse } from './liveness';

/** How often to ask: `visible` while somebody looks, `hidden` while only the status bar and the log follow. */
export type Pace = 'visible' | 'hidden';

/** Shortest period of a cluster that nobody looks at, in milliseconds. */
export const HIDDEN_PERIOD_MS = 30_000;
/** Misses at the usual pace before the back-off begins: enough for `inactive` to be sure. */
export const MISSES_BEFORE_BACKOFF = 6;
/** Slowest pace for a silent node: a return is noticed within it. */
export const SILENT_BACKOFF_MS = 60_000;
/** Slowest pace for a node that refuses us: more tries would only fill its log and trip fail2ban. */
export const DENIED_BACKOFF_MS = 300_000;
/** Beats come up to this part early, never late, so that they spread over the period. */
export const JITTER = 0.1;
/** The same after failures: what failed together must not try again together. */
export const BACKOFF_JITTER = 0.5;

/** Milliseconds between two beats of a node that answers, before jitter. */
export function period(timing: HeartbeatTiming, pace: Pace): number {
  return pace === 'visible' ? timing.interval : Math.max(timing.interval, HIDDEN_PERIOD_MS);
}

/** Milliseconds from the start of one beat to the start of the next. `random` is in [0, 1). */
export function nextBeat(
  timing: HeartbeatTiming,
  pace: Pace,
  pulse: Pulse,
  denials: number,
  random: number,
): number {
  const base = period(timing, pace);
  const doublings = pulse.denied ? denials : Math.max(0, pulse.missed - MISSES_BEFORE_BACKOFF);
  const slowest = Math.max(base, pulse.denied ? DENIED_BACKOFF_MS : SILENT_BACKOFF_MS);
  const backedOff = Math.min(base * 2 ** Math.min(doublings, 20), slowest);
  return Math.round(backedOff * (1 - (doublings > 0 ? BACKOFF_JITTER : JITTER) * random));
}

/** Milliseconds a beat may take: it is over before the next one would make the node inactive. */
export function beatDeadline(timing: HeartbeatTiming): number {
  return Math.min(Math.max(timing.inactiveAfter - timing.interval, 2_000), 10_000);
}

/** Changes are gathered for this long, so that one round of beats makes one snapshot, in milliseconds. */
export const GATHER_MS = 50;

/**
 * Milliseconds for which changes are gathered. A snapshot looks at every node, and of many there is always news: that
 * one more heartbeat came can wait for a second with 1,000 nodes, that one fell silent or came back for a quarter.
 */
export function gatherMs(nodes: number, isUrgent: boolean): number {
  return Math.max(GATHER_MS, Math.min(isUrgent ? nodes / 4 : nodes, isUrgent ? 250 : 1_000));
}
