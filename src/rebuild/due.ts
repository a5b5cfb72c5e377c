import type { Cluster } from '../cluster/cluster';

/**
 * The moment (epoch milliseconds) at which `leftMs` of the cluster's own time will be over, as it said at `askedAt`.
 * The time of a simulated cluster may run faster than that of the world.
 */
export function dueAfter(cluster: Pick<Cluster, 'demo'>, askedAt: number, leftMs: number): number {
  return askedAt + leftMs / (cluster.demo?.timeFactor ?? 1);
}

/** The cluster's own time that is left until such a moment, in milliseconds; 0 once it is over. */
export function leftUntil(cluster: Pick<Cluster, 'demo'>, dueAt: number, now: number): number {
  return Math.max(0, (dueAt - now) * (cluster.demo?.timeFactor ?? 1));
}
