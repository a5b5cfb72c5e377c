/**
 * The cluster as the file declares it: complete and plain, without places in the text.
 * Only a file without errors of the group "The file" yields one; what the rules work on is the
 * located form in `draft.ts`.
 */

export interface Disk {
  readonly path: string;
  /** Bytes. */
  readonly capacity: bigint;
  /** Bytes, when the file says used or free. */
  readonly used?: bigint;
  readonly tier: number;
}

export type Become = 'none' | 'sudo';

/** How to reach a node, after the cluster's defaults and the node's overrides were merged. */
export interface SshSettings {
  readonly user?: string;
  readonly port?: number;
  readonly identityFile?: string;
  readonly proxyJump?: string;
  readonly become: Become;
}

/** Maintenance as declared in the file; times are ISO 8601 as written. */
export interface Maintenance {
  readonly since?: string;
  readonly until?: string;
}

export interface Node {
  readonly name: string;
  readonly address: string;
  readonly roles: readonly string[];
  readonly ssh: SshSettings;
  readonly disks: readonly Disk[];
  readonly maintenance?: Maintenance;
  /** A command line for the operator's machine, split into words and never given to a shell. */
  readonly console?: string;
  readonly rack?: string;
  readonly row?: string;
  readonly room?: string;
}

/** Milliseconds; the file's value, else the system's default. */
export interface HeartbeatTiming {
  readonly interval: number;
  readonly inactiveAfter: number;
  readonly offlineAfter: number;
  readonly maintenanceOfflineAfter: number;
  readonly witnesses: number;
}

export interface Redundancy {
  /** Pieces of a chunk: replicas, or M+N of an encoding. */
  readonly pieces: number;
  /** Pieces that may be lost. */
  readonly tolerance: number;
  readonly failureDomain: 'disk' | 'host' | 'rack' | 'row' | 'room';
}

export interface Cluster {
  readonly name: string;
  /** The id of a storage system, as in `system:`. */
  readonly system: string;
  readonly isProtected: boolean;
  readonly readOnly: boolean;
  readonly heartbeat: HeartbeatTiming;
  readonly redundancy?: Redundancy;
  readonly nodes: readonly Node[];
  /**
   * A simulated cluster, from its key `x-demo`, where all nodes are at 127.0.0.1; its time may run faster than that of
   * the world.
   */
  readonly demo?: { readonly timeFactor: number };
  /**
   * The system's own section (`moosefs:` …) as plain values: strings, numbers, booleans, lists, maps;
   * sizes as bigint bytes, durations as milliseconds. The system narrows it with a function of its own.
   */
  readonly section: Readonly<Record<string, unknown>>;
}

/** The node of that name, or undefined. */
export function findNode(cluster: Cluster, name: string): Node | undefined {
  return cluster.nodes.find((node) => node.name === name);
}

/** The nodes that have a role, in the order of the file. */
export function nodesWithRole(cluster: Cluster, role: string): readonly Node[] {
  return cluster.nodes.filter((node) => node.roles.includes(role));
}
