import type { Cluster, Node } from '../cluster/cluster';
import type { ExecResult } from '../ssh/connection';
import type { LiveCluster } from './discovered';

/** What a node answered, as its system's reader understood it. */
export interface Answer {
  readonly node: Node;
  /** Facts that only the system understands; it narrows them with a function of its own. */
  readonly facts: unknown;
}

/** What a system supplies so that its clusters can be discovered. All of it is pure. */
export interface Discoverer {
  /**
   * The one script that every node is asked, whatever it turns out to be. It only reads, prints no secret, and may
   * be cut off: what was printed before a command that hangs is read all the same.
   */
  readonly script: string;
  /** Milliseconds for one node. */
  readonly timeoutMs: number;
  /** Reads as much as there is. Throws `UnreadableAnswer` only where nothing can be told. */
  read(result: Pick<ExecResult, 'stdout' | 'stderr' | 'truncated'>, node: Node): unknown;
  /** Puts the answers together. `cluster` holds all nodes that were asked, those without an answer among them. */
  combine(answers: readonly Answer[], cluster: Cluster): LiveCluster;
}

/** Thrown by a reader whose text tells nothing. `message` says what was found and expected. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
}
