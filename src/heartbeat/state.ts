import type { Cluster } from '../cluster/cluster';
import type { RebuildProgress } from '../rebuild/progress';
import type { SshFailure } from '../ssh/error';
import type { ClusterReading, NodeReading } from './probe';

export type Liveness = 'unknown' | 'active' | 'inactive' | 'offline' | 'maintenance' | 'denied';

/** What the witnesses say about a silent node. */
export type Verdict = 'down' | 'partitioned' | 'undetermined';

/** Maintenance of a node that is in force. Times are epoch milliseconds. */
export interface MaintenanceInForce {
  /** Who declared it: the cluster file, or a person on this machine. */
  readonly by: 'file' | 'operator';
  readonly since?: number;
  /** Its end; absent when it lasts until somebody ends it. */
  readonly until?: number;
}

/** The last failure to get a heartbeat from a node. */
export interface NodeFailure {
  readonly at: number;
  readonly reason: SshFailure | 'unreadable';
  readonly message: string;
}

export interface NodeState {
  readonly name: string;
  readonly liveness: Liveness;
  /** When this liveness began; epoch milliseconds. */
  readonly since?: number;
  /** Why it became so: a sentence for people. */
  readonly reason?: string;
  readonly verdict?: Verdict;
  /** Maintenance in force, whatever the liveness. */
  readonly maintenance?: MaintenanceInForce;
  /** Epoch milliseconds of the last heartbeat; absent when it never answered. */
  readonly lastHeartbeat?: number;
  /** Epoch milliseconds of the first attempt to reach it. */
  readonly firstAttempt?: number;
  readonly failure?: NodeFailure;
  /** What its last answers said; kept when it falls silent, with `readingAt` as its time. */
  readonly reading?: NodeReading;
  readonly readingAt?: number;
  /** Probes whose last answer came late or could not be read: their data is old. */
  readonly stale: readonly { readonly probe: string; readonly message: string }[];
}

/** Who was last seen as primary of something that has no primary now: a silent master speaks no more. */
export interface FormerPrimary {
  readonly what: string;
  readonly node: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** An immutable snapshot of one cluster. The monitor alone makes new ones. */
export interface ClusterState {
  readonly cluster: Cluster;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly nodes: readonly NodeState[];
  /** What the node said that answers for the whole cluster. */
  readonly reading?: ClusterReading;
  readonly readingAt?: number;
  readonly rebuild: readonly RebuildProgress[];
  /** Absent: nobody is known. */
  readonly wasPrimary?: readonly FormerPrimary[];
  /** This machine has lost the cluster: most nodes fell silent at once and nobody confirms one down. */
  readonly observerLost: boolean;
}
