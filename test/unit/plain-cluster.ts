import type { Cluster, Node } from '../../src/cluster/cluster';

/** A MooseFS cluster with the usual timing and nothing special; tests change what they are about. */
export function plainCluster(name: string, nodes: readonly Node[], more: Partial<Cluster> = {}): Cluster {
  return {
    name,
    system: 'moosefs',
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5000,
      inactiveAfter: 15000,
      offlineAfter: 60000,
      maintenanceOfflineAfter: 1800000,
      witnesses: 3,
    },
    nodes,
    section: {},
    ...more,
  };
}
