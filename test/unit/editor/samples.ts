import type { Cluster, Node } from '../../../src/cluster/cluster';
import type { ClusterEntry } from '../../../src/editor/row';
import type { ClusterState, NodeState } from '../../../src/heartbeat/state';

/** A moment that all samples agree on; epoch milliseconds. */
export const now = Date.UTC(2026, 10, 21, 3, 0, 0);

export function node(name: string, roles: readonly string[], more: Partial<Node> = {}): Node {
  return { name, address: `${name}.example.net`, roles, ssh: { become: 'none' }, disks: [], ...more };
}

export function cluster(more: Partial<Cluster> = {}): Cluster {
  return {
    name: 'media',
    system: 'moosefs',
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5000,
      inactiveAfter: 15_000,
      offlineAfter: 60_000,
      maintenanceOfflineAfter: 1_800_000,
      witnesses: 3,
    },
    nodes: [node('m1', ['master']), node('m2', ['master']), node('c1', ['chunkserver'])],
    section: {},
    ...more,
  };
}

export function active(name: string, more: Partial<NodeState> = {}): NodeState {
  return {
    name,
    liveness: 'active',
    lastHeartbeat: now - 2000,
    firstAttempt: now - 60_000,
    stale: [],
    ...more,
  };
}

export function state(more: Partial<ClusterState> = {}): ClusterState {
  const base = more.cluster ?? cluster();
  return {
    cluster: base,
    at: now,
    nodes: base.nodes.map(({ name }) => active(name)),
    rebuild: [],
    observerLost: false,
    ...more,
  };
}

export function entry(more: Partial<ClusterEntry> = {}): ClusterEntry {
  return {
    key: 'file:///media.cluster.yaml#media',
    cluster: cluster(),
    file: 'media.cluster.yaml',
    watched: true,
    asks: false,
    hasPlans: true,
    targets: new Set(['m1']),
    ...more,
  };
}
