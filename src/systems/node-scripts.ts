import type { Cluster, Node } from '../cluster/cluster';
import type { ExecResult } from '../ssh/connection';

/** A file for nodes that Standby can write from the cluster file. */
export interface NodeScript {
  readonly name: string;
  /** Permissions, octal. */
  readonly mode: string;
  readonly text: string;
}

/** Something on a node that differs from the generated files. */
export interface ScriptDeviation {
  readonly node: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
}

/** Scripts that a system writes for its nodes; people put them there themselves. */
export interface NodeScripts {
  /** Why there are none for this cluster, as a sentence. */
  lacking(cluster: Cluster): string | undefined;
  files(cluster: Cluster): readonly NodeScript[];
  /** All of them as one Markdown page, with their reasons. */
  page(cluster: Cluster): string;
  /** The nodes that they are for, and the question that tells what is there now; it changes nothing. */
  nodes(cluster: Cluster): readonly Node[];
  survey(cluster: Cluster, node: Node): string;
  readonly surveyTimeoutMs: number;
  /** What differs, from the answers by node. Throws `UnreadableError`. */
  compare(cluster: Cluster, answers: ReadonlyMap<string, ExecResult>): readonly ScriptDeviation[];
}
