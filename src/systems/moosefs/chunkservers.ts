import { nodesWithRole } from '../../cluster/cluster';
import type { PlanInput } from '../../failover/planner';

/**
 * How many chunkservers should register with a new master: as many as were connected when Standby last
 * looked, else as many as the cluster file names.
 */
export function expectedChunkservers({ cluster, history }: PlanInput): number {
  const seen = history.facts['chunkservers']?.value as { connected?: unknown } | undefined;
  const declared = nodesWithRole(cluster, 'chunkserver').length;
  return Array.isArray(seen?.connected) ? Math.min(seen.connected.length, declared) : declared;
}
