import type { Cluster, Node } from '../cluster/cluster';
import type { RebuildSample } from '../rebuild/progress';
import type { ExecResult } from '../ssh/connection';

export type ServiceStatus = 'running' | 'stopped' | 'failed' | 'unknown';

/** A process that belongs on the node, listed even when it is stopped. */
export interface ServiceReading {
  readonly name: string;
  readonly state: ServiceStatus;
}

export interface DiskReading {
  /** As in the cluster file, without a trailing slash. */
  readonly path: string;
  /** Bytes. */
  readonly capacity?: bigint;
  readonly used?: bigint;
  readonly state?: string;
}

/** What one node says about itself. Readings of several probes are merged, key by key. */
export interface NodeReading {
  readonly uptimeSeconds?: number;
  readonly load?: number;
  readonly services?: readonly ServiceReading[];
  readonly disks?: readonly DiskReading[];
  /** Facts that only the system understands; it narrows them with a function of its own. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** When each fact was asked for (epoch milliseconds), set by who asks: answers are put together much later, too. */
  readonly factsAt?: Readonly<Record<string, number>>;
}

export interface PrimaryReading {
  readonly what: string;
  readonly node: string;
}

export interface MirrorReading {
  readonly resource: string;
  readonly target?: string;
  readonly connection: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly disks: Readonly<Record<string, string>>;
  readonly splitBrain: boolean;
}

/** What the nodes say about the cluster as a whole. */
export interface ClusterReading {
  readonly primary: readonly PrimaryReading[];
  readonly mirrors: readonly MirrorReading[];
  readonly rebuild: readonly RebuildSample[];
  /** Disks by node, where the cluster knows more about them than the node does. */
  readonly disks?: Readonly<Record<string, readonly DiskReading[]>>;
  /** The cluster's own parameters as it has them now, by the names that the cluster file uses. */
  readonly parameters?: Readonly<Record<string, number>>;
  readonly facts?: Readonly<Record<string, unknown>>;
  /** When a fact was asked for (epoch milliseconds), where that matters; the others are as old as the reading. */
  readonly factsAt?: Readonly<Record<string, number>>;
}

/** Thrown by a reader whose text is not what it expects. `message` says what was found and expected. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/**
 * One question to a node. The heartbeat itself is asked by the monitor (uptime and load, built-ins only);
 * probes run beside it on channels of their own, so that a slow one never makes a node look silent.
 */
export interface Probe {
  /** Of two probes with one id only one may have a script for a node. */
  readonly id: string;
  /** Asked with every k-th heartbeat, and at once on a refresh. */
  readonly everyBeats: number;
  readonly timeoutMs: number;
  /**
   * Set where one node answers for the whole cluster: those that can, best first, by what is fresh. The first
   * is asked; the next takes over when it falls silent, fails, or reads nothing (an empty reading).
   */
  candidates?(cluster: Cluster, heard: ReadonlyMap<string, NodeReading>): readonly string[];
  /** The script, or undefined when this node is not asked. */
  script(cluster: Cluster, node: Node): string | undefined;
  /** Pure. Throws `UnreadableError`. */
  read(result: ExecResult, cluster: Cluster, node: Node): NodeReading;
}

/** What went before the answers that are put together. */
export interface Past {
  /** Now; epoch milliseconds. */
  readonly at: number;
  /** The last reading of the same cluster: what a system has to remember it carries on in `facts`. */
  readonly previous?: ClusterReading;
}

/** What a system supplies so that its nodes can be watched. */
export interface Probes {
  readonly node: readonly Probe[];
  /** Pure: what the nodes' readings say about the whole cluster. `heard` holds fresh answers only. */
  combine(cluster: Cluster, heard: ReadonlyMap<string, NodeReading>, past: Past): ClusterReading | undefined;
}
