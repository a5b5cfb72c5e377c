import type { ClusterDraft } from '../cluster/draft';
import type { SystemSpec } from '../cluster/spec';
import type { Simulator } from '../demo/simulator';
import type { Discoverer } from '../discovery/discoverer';
import type { Planner } from '../failover/planner';
import type { Probes } from '../heartbeat/probe';
import type { ClusterState } from '../heartbeat/state';
import type { Consequences } from '../rebuild/what-if/answer';
import type { Observed } from '../rules/observed';
import type { Rule } from '../rules/rule';
import type { NodeScripts } from './node-scripts';
import type { SystemRow } from './system-row';

/** One storage system: everything the rest of Standby needs to know about it. */
export interface System {
  readonly spec: SystemSpec;
  readonly rules: readonly Rule[];
  readonly probes: Probes;
  readonly planners: readonly Planner[];
  /**
   * What only this system knows of a cluster, to be shown above its nodes. Pure; `now` in epoch milliseconds.
   * Countdowns by `leftUntil` of `src/rebuild/due.ts`.
   */
  rows?(state: ClusterState, now: number): readonly SystemRow[];
  /** What would make a cluster's redundancy better, as sentences with its numbers. Pure. */
  advice?(draft: ClusterDraft, observed?: Observed): readonly string[];
  /** What the loss of nodes means beside the pieces of chunks. Pure. */
  readonly whatIf?: Consequences;
  /** How a running cluster is asked what it consists of; absent: it cannot be. */
  readonly discovery?: Discoverer;
  /** Scripts that it writes for its nodes. */
  readonly scripts?: NodeScripts;
  /** A simulated cluster for newcomers; loaded only on demand. */
  readonly simulator?: () => Promise<new () => Simulator>;
}
