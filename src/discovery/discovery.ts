import type { Cluster } from '../cluster/cluster';
import type { SystemSpec } from '../cluster/spec';
import type { Connections } from '../ssh/connection';
import type { AskedNode, LiveCluster, Unknown } from './discovered';
import type { Discoverer } from './discoverer';

/** What `discover` of discover.ts is given; it rejects with the reason of `signal` only. */
export interface DiscoverOptions {
  readonly spec: SystemSpec;
  readonly discoverer: Discoverer;
  /** Whom to ask: `clusterToAsk` of addresses, or the cluster of a file that is compared. */
  readonly cluster: Cluster;
  /** To the nodes of `cluster`; the caller disposes them. */
  readonly connections: Connections;
  /** Milliseconds for all of it, questions to a person about keys and secrets among them. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** The name that the file gets; absent: the cluster's own, else the system's id. */
  readonly name?: string;
  /** Called as each node has answered, or has not. */
  readonly onNode?: (node: AskedNode) => void;
}

/** What was found out, and the cluster file that says so. */
export interface Discovery {
  /** A commented cluster file without an error of the group "The file", as long as one node answered. */
  readonly text: string;
  readonly live: LiveCluster;
  /** All nodes that were asked, in their order. */
  readonly nodes: readonly AskedNode[];
  /** What could not be found out; each is a `# TODO` in the text, too. */
  readonly unknown: readonly Unknown[];
}
