import type { Cluster } from '../cluster/cluster';
import type { RebuildProgress } from '../rebuild/progress';
import type { SshFailure } from '../ssh/error';
import type { ClusterReading, NodeReading } from './probe';

export type Liveness = 'unknown' | 'active' | 'inactive' | 'offline' | 'maintenance' | 'denied';

/** What the witnesses say about a silent node. */
export type Verdict = 'down' | 'partitioned' | 'undetermined';

/** The last failure to get a heartbeat from a node. */
export interface NodeFailure {
  readonly at: number;
  readonly reason: SshFailure | 'unreadable';
  readonly message: string;
}

export interface NodeState {
  readonly name: string;
  readonly liveness: Liveness;
  readonly verdict?: Verdict;
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
  /** This machine has lost the cluster: most nodes fell silent at once and nobody confirms one down. */
  readonly observerLost: boolean;
}
