import type { Sessions } from './sessions';

/** What the tests in the real editor look at; no interface for other extensions. */
export interface TestApi {
  /** The running of the bundle's top level and of `activate`; what the host does between them is not ours. */
  readonly activationMs: number;
  sshLoaded(): boolean;
  clusters(): readonly ClusterSummary[];
}

/** One cluster of the window: is it watched, and the liveness of its nodes by name. */
export interface ClusterSummary {
  /** What commands about it are called with. */
  readonly key: string;
  readonly name: string;
  readonly watched: boolean;
  readonly nodes: Readonly<Record<string, string>>;
}

export function clusterSummaries(sessions: Sessions): readonly ClusterSummary[] {
  return sessions.all.map((session) => ({
    key: session.key,
    name: session.cluster.name,
    watched: session.watched,
    nodes: Object.fromEntries((session.state?.nodes ?? []).map((node) => [node.name, node.liveness])),
  }));
}
