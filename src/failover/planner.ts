import type { Cluster, Node } from '../cluster/cluster';
import type { ClusterHistory } from '../heartbeat/history';
import type { ExecResult } from '../ssh/connection';
import type { SshError } from '../ssh/error';
import type { Plan, PlanRequest } from './plan';

/** What a node said to the planner's survey, or why it said nothing. */
export type SurveyAnswer = { readonly result: ExecResult } | { readonly error: SshError };

/** What the operator's machine and other nodes know about a node that does not answer. */
export interface SilentNode {
  readonly node: string;
  /** Witnesses by what they said. A refused connection means that the host lives. */
  readonly reachedBy: readonly string[];
  readonly notReachedBy: readonly string[];
  /** undefined: no console declared, or not approved by this user yet (`consoleProblem` says which). */
  readonly console?: { readonly off: boolean; readonly output: string };
  readonly consoleProblem?: string;
}

/** Everything a planner may look at; a planner is a pure function of it. */
export interface PlanInput {
  readonly cluster: Cluster;
  readonly request: PlanRequest;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly history: ClusterHistory;
  /** Answers by node name, for the nodes that `surveyed` named. Empty when `offline`. */
  readonly answers: ReadonlyMap<string, SurveyAnswer>;
  readonly silent: ReadonlyMap<string, SilentNode>;
  /** From the file alone: nothing was asked, no evidence exists. */
  readonly offline: boolean;
}

/** Something else than a node that a plan may be about: a target, a mirror, a disk (`NODE/DISK`). */
export interface PlanItem {
  /** What a person writes as TARGET; unique among the items of its planner. */
  readonly name: string;
  /** For people who choose: where it lies, what it holds. */
  readonly detail?: string;
  /** The node that it belongs to; one node may have several. */
  readonly node?: string;
}

/** One kind of plan that a system offers. */
export interface Planner {
  readonly kind: string;
  readonly title: string;
  /** What the plan is about: the whole cluster, one node, or one of its `items`. */
  readonly target: 'cluster' | 'node' | 'item';
  /** What TARGET is in the help of the command line, such as `NODE|TARGET`; absent: `NODE` or `ITEM`. */
  readonly targetForm?: string;
  /** With `target: 'node'`, the nodes that it may be about; absent: any. */
  targets?(cluster: Cluster): readonly Node[];
  /** With `target: 'item'`, what it may be about, nodes among them where it takes nodes, too. */
  items?(cluster: Cluster): readonly PlanItem[];
  /** The nodes that may be named by `--to`, of the target where that matters; absent: the plan takes none. */
  takers?(cluster: Cluster, target?: string): readonly Node[];
  /** The nodes to ask before planning. */
  surveyed(cluster: Cluster): readonly Node[];
  /** The question to such a node: it changes nothing and its output holds no secret. */
  surveyScript(cluster: Cluster, node: Node): string;
  readonly surveyTimeoutMs: number;
  plan(input: PlanInput): Plan;
}
