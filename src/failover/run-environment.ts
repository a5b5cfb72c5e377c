import type { Cluster } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import type { Reached } from '../heartbeat/reached';
import type { Connections } from '../ssh/connection';
import type { Consoles } from './console';
import type { EvidenceReader } from './evidence';
import type { Journal } from './journal';
import type { RunLock } from './lock';
import type { Operator } from './operator';

/** Everything a run works with; whoever starts it owns and disposes the connections. */
export interface RunEnvironment {
  readonly run: string;
  readonly resumed?: boolean;
  /** The cluster file, for the journal's first line. */
  readonly file?: string;
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly operator: Operator;
  /** Closed by the run, however it ends. */
  readonly journal: Journal;
  readonly clock: Clock;
  /** Who reached whom before, for the witnesses that are asked about a node that falls silent in a step. */
  readonly reached?: Reached;
  readonly evidence: EvidenceReader;
  readonly consoles: Consoles;
  readonly lock: RunLock;
  /** Ctrl-C, a closed terminal, the end of the editor. */
  readonly signal: AbortSignal;
  /**
   * What ends the way back as well: a second Ctrl-C, a closed terminal, the end of the editor. While it is not aborted, a
   * command that runs at the first Ctrl-C is waited for, and what happened is taken back. Absent: neither.
   */
  readonly insisted?: AbortSignal;
}
