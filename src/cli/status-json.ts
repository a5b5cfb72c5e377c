import { findNode, type Cluster } from '../cluster/cluster';
import type { Finding } from '../cluster/finding';
import type { ClusterState, NodeState } from '../heartbeat/state';
import type { RebuildProgress } from '../rebuild/progress';
import { secondsLeft } from '../rebuild/time-left';
import { findingJson } from './finding-json';

/** One look at one cluster, with the findings that hold at its time. */
export interface Seen {
  readonly file: string;
  readonly state: ClusterState;
  readonly findings: readonly Finding[];
}

/** The look as `status --format json` prints it; bigints are left to `toJson`. */
export function statusJson({ file, state, findings }: Seen) {
  const { cluster, reading } = state;
  return {
    cluster: cluster.name,
    system: cluster.system,
    at: new Date(state.at).toISOString(),
    nodes: state.nodes.map((node) => nodeJson(cluster, node, state)),
    primary: (reading?.primary ?? []).map(({ what, node }) => ({ what, node })),
    mirrors: (reading?.mirrors ?? []).map(({ resource, target, connection, roles, disks, splitBrain }) => ({
      resource,
      ...(target === undefined ? {} : { target }),
      connection,
      roles,
      disks,
      splitBrain,
    })),
    rebuild: state.rebuild.map((progress) => rebuildJson(progress, state.at)),
    findings: findings.map((finding) => findingJson(file, finding)),
  };
}

function rebuildJson(progress: RebuildProgress, at: number) {
  const { what, unit, total, remaining, atRisk, state, ratePerSecond } = progress;
  const etaSeconds = secondsLeft(progress, at);
  return {
    what,
    unit,
    ...(total === undefined ? {} : { total }),
    remaining,
    ...(atRisk === undefined ? {} : { atRisk }),
    state,
    ...(ratePerSecond === undefined ? {} : { ratePerSecond }),
    ...(etaSeconds === undefined ? {} : { etaSeconds }),
  };
}

function nodeJson(cluster: Cluster, node: NodeState, { at, reading }: ClusterState) {
  const reason = reasonOf(node);
  // The cluster may know more about a disk than its node does (a chunkserver's through the master).
  const disks = node.reading?.disks ?? (reading?.disks && own(reading.disks, node.name)) ?? [];
  return {
    name: node.name,
    roles: findNode(cluster, node.name)?.roles ?? [],
    liveness: node.liveness,
    ...(node.verdict === undefined ? {} : { verdict: node.verdict }),
    ...(node.lastHeartbeat === undefined ? {} : { ageMs: Math.max(0, at - node.lastHeartbeat) }),
    ...(reason === undefined ? {} : { reason }),
    services: (node.reading?.services ?? []).map(({ name, state }) => ({ name, state })),
    disks: disks.map(({ path, capacity, used, state }) => ({
      path,
      ...(capacity === undefined ? {} : { capacity }),
      ...(used === undefined ? {} : { used }),
      ...(state === undefined ? {} : { state }),
    })),
  };
}

/** Why a node is not simply active: its failure's reason for code, then the sentence for people. */
export function reasonOf(node: NodeState): string | undefined {
  if (node.failure && node.liveness !== 'active') return `${node.failure.reason}: ${node.failure.message}`;
  if (node.stale.length > 0) return node.stale.map(({ probe, message }) => `${probe}: ${message}`).join(' ');
  return undefined;
}

/** A node may be called `constructor`: own keys only. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
