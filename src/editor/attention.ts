import type { ClusterState, NodeState } from '../heartbeat/state';
import { livenessText } from './liveness-look';
import * as l10n from './l10n';
import { some } from './words';

/** What a person was told of a cluster: a node's name, or `lostKey`, with the time (epoch milliseconds). */
export type Told = Readonly<Record<string, number>>;

/** No name of a node begins with a colon. */
export const lostKey = ':lost';

/** Milliseconds for which a node must be well before its next trouble is news: one that flaps is told of once. */
const wellMs = 5 * 60_000;

/** What needs a person and was not told yet. */
export interface News {
  readonly lost: boolean;
  readonly offline: readonly string[];
  readonly denied: readonly string[];
}

export const noNews: News = { lost: false, offline: [], denied: [] };

/**
 * What of a snapshot needs a person: nodes that became offline or refuse us, or the one sentence that this machine
 * has lost the cluster, which stands for all its nodes. Maintenance silences. `before` is the last snapshot.
 */
export function attention(
  told: Told,
  before: ClusterState | undefined,
  state: ClusterState,
): { readonly news: News; readonly told: Told } {
  const now = new Map(Object.entries(told));
  if (state.observerLost) {
    const isNew = !now.has(lostKey);
    now.set(lostKey, state.at);
    return { news: { ...noNews, lost: isNew }, told: Object.fromEntries(now) };
  }
  const lostAt = now.get(lostKey);
  if (lostAt !== undefined && state.at - lostAt > wellMs) now.delete(lostKey);
  const earlier = new Map(before?.nodes.map((node) => [node.name, node]));
  const offline: string[] = [];
  const denied: string[] = [];
  for (const node of state.nodes) {
    if (isWell(node, state.at)) now.delete(node.name);
    if (now.has(node.name) || node.maintenance) continue;
    const list = needsPerson(node, earlier.get(node.name));
    if (list === undefined) continue;
    (list === 'offline' ? offline : denied).push(node.name);
    now.set(node.name, state.at);
  }
  return { news: { lost: false, offline, denied }, told: Object.fromEntries(now) };
}

function isWell({ liveness, since }: NodeState, at: number): boolean {
  return liveness === 'active' && since !== undefined && at - since >= wellMs;
}

/** A login that was refused from the start waits for Connect, and the tree says so; one that worked before is news. */
function needsPerson(node: NodeState, before: NodeState | undefined): 'offline' | 'denied' | undefined {
  if (node.liveness === 'offline') return 'offline';
  if (node.liveness !== 'denied') return undefined;
  const isSuspicious = ['host-key-changed', 'host-key-revoked'].includes(node.failure?.reason ?? '');
  return isSuspicious || before?.liveness === 'active' ? 'denied' : undefined;
}

/** Two lots of news as one. */
export function together(a: News, b: News): News {
  const union = (x: readonly string[], y: readonly string[]) => [...new Set([...x, ...y])];
  return {
    lost: a.lost || b.lost,
    offline: union(a.offline, b.offline),
    denied: union(a.denied, b.denied),
  };
}

/** The news that are still true; undefined when there are none. */
export function stillTrue(news: News, state: ClusterState): News | undefined {
  if (state.observerLost) return news.lost ? { ...noNews, lost: true } : undefined;
  const are = (liveness: NodeState['liveness']) => {
    const names = new Set(state.nodes.filter((node) => node.liveness === liveness).map(({ name }) => name));
    return (name: string) => names.has(name);
  };
  const offline = news.offline.filter(are('offline'));
  const denied = news.denied.filter(are('denied'));
  return offline.length + denied.length > 0 ? { lost: false, offline, denied } : undefined;
}

/** One sentence for a notification, whatever the number of nodes. */
export function newsText(news: News, state: ClusterState, lastPrimary: ReadonlySet<string>): string {
  const { name } = state.cluster;
  if (news.lost)
    return l10n.t(
      'This machine has lost the cluster {0}: most of its {1} nodes fell silent at once, and no other node confirms one of them down. Check your own network first.',
      name,
      state.nodes.length,
    );
  const primaries = new Set(primariesOf(news, lastPrimary));
  const named = (nodes: readonly string[]) => {
    const ordered = [...nodes].sort((a, b) => Number(primaries.has(b)) - Number(primaries.has(a)));
    return some(ordered.map((node) => (primaries.has(node) ? l10n.t('{0} (primary)', node) : node)));
  };
  const only = news.offline.length + news.denied.length === 1;
  const one = state.nodes.find((node) => node.name === (news.offline[0] ?? news.denied[0]));
  if (only && one) return l10n.t('{0}: {1} is {2}.', name, named([one.name]), livenessText(one));
  const offline = named(news.offline);
  const denied = named(news.denied);
  const parts = [
    ...(news.offline.length > 0
      ? [
          l10n.plural(
            news.offline.length,
            l10n.t('{0} is offline', offline),
            l10n.t('{0} are offline', offline),
          ),
        ]
      : []),
    ...(news.denied.length > 0
      ? [l10n.plural(news.denied.length, l10n.t('{0} refuses us', denied), l10n.t('{0} refuse us', denied))]
      : []),
  ];
  return `${name}: ${parts.join('; ')}.`;
}

/** The nodes in trouble that were last seen as primary. */
export function primariesOf(news: News, lastPrimary: ReadonlySet<string>): readonly string[] {
  return [...news.offline, ...news.denied].filter((name) => lastPrimary.has(name));
}

/** Who was last seen as primary: a silent master says nothing any more, and nobody speaks for it. */
export function lastPrimary(known: ReadonlySet<string>, state: ClusterState): ReadonlySet<string> {
  const seen = state.reading?.primary ?? [];
  return seen.length === 0 ? known : new Set(seen.map(({ node }) => node));
}
