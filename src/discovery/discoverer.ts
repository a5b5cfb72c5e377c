import type { Cluster, Node } from '../cluster/cluster';
import type { LiveCluster } from './discovered';
import type { HostFacts } from './host';
import type { Parts } from './parts';

/** What a node answered, as its system's reader understood it. */
export interface Answer {
  /** As in the cluster that `combine` gets. */
  readonly node: Node;
  readonly host: HostFacts;
  /** Facts that only the system understands; it narrows them with a function of its own. */
  readonly facts: unknown;
}

/** What a system supplies so that its clusters can be discovered. All of it is pure. */
export interface Discoverer {
  /**
   * Shell text by part, run one after the other on every node that is asked, whatever it turns out to be. It only
   * reads, prints no secret, and its commands have limits of their own where they can hang (`limited COMMAND…`).
   */
  readonly parts: Readonly<Record<string, string>>;
  /** Reads as much as there is; whatever a part holds, it never throws. */
  read(parts: Parts): unknown;
  /** Puts the answers together. `cluster` holds all nodes that were asked, those without an answer among them. */
  combine(answers: readonly Answer[], cluster: Cluster): LiveCluster;
}
