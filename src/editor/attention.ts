import type { ClusterState, NodeState } from '../heartbeat/state';
import type { RebuildState } from '../rebuild/progress';
import { livenessText } from './liveness-look';
import * as l10n from './l10n';
import { some } from './words';

/**
 * What a person was told of a cluster: a node's name, `lostKey`, or the key of a recovery, with the time (epoch
 * milliseconds).
 */
export type Told = Readonly<Record<string, number>>;

/** No name of a node begins with a colon. */
export const lostKey = ':lost';

/** States of a recovery that neither end by themselves nor show in the liveness of a node. */
const graveStates: readonly RebuildState[] = ['split-brain', 'suppressed'];

/** A recovery that needs a person. */
export interface GraveRecovery {
  /** Its name among those of the cluster. */
  readonly what: string;
  readonly state: RebuildState;
}

const recoveryKey = ({ what, state }: GraveRecovery) => `:${state}:${what}`;

/** Milliseconds for which a node must be well before its next trouble is news: one that flaps is told of once. */
const wellMs = 5 * 60_000;

/** What needs a person and was not told yet. */
export interface News {
  readonly lost: boolean;
  readonly offline: readonly string[];
  readonly denied: readonly string[];
  readonly recoveries: readonly GraveRecovery[];
}

export const noNews: News = { lost: false, offline: [], denied: [], recoveries: [] };

/** Whether there is nothing to tell. */
export function isNone({ lost, offline, denied, recoveries }: News): boolean {
  return !lost && offline.length + denied.length + recoveries.length === 0;
}

/**
 * What of a snapshot needs a person: nodes that became offline or refuse us, or the one sentence that this machine
 * has lost the cluster, which stands for all its nodes; and recoveries that a person must settle, which no node's
 * maintenance silences. `before` is the last snapshot.
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
  const recoveries = newRecoveries(now, state);
  return { news: { lost: false, offline, denied, recoveries }, told: Object.fromEntries(now) };
}

/** Marks them as told, and forgets those that have been over for long enough. */
function newRecoveries(told: Map<string, number>, state: ClusterState): readonly GraveRecovery[] {
  const grave = graveOf(state);
  const present = new Set(grave.map(recoveryKey));
  for (const { what } of state.rebuild)
    for (const each of graveStates) {
      const key = recoveryKey({ what, state: each });
      const at = told.get(key);
      if (at !== undefined && !present.has(key) && state.at - at > wellMs) told.delete(key);
    }
  const fresh = grave.filter((each) => !told.has(recoveryKey(each)));
  // While it lasts the time moves on: what is over must have been so for a while before it is news again.
  for (const key of present) told.set(key, state.at);
  return fresh;
}

function graveOf({ rebuild }: ClusterState): readonly GraveRecovery[] {
  return rebuild
    .filter(({ state }) => graveStates.includes(state))
    .map(({ what, state }) => ({ what, state }));
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
    recoveries: [
      ...new Map([...a.recoveries, ...b.recoveries].map((each) => [recoveryKey(each), each])).values(),
    ],
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
  const grave = new Set(graveOf(state).map(recoveryKey));
  const recoveries = news.recoveries.filter((each) => grave.has(recoveryKey(each)));
  const left = { lost: false, offline, denied, recoveries };
  return isNone(left) ? undefined : left;
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
  const only = news.offline.length + news.denied.length === 1 && news.recoveries.length === 0;
  const one = state.nodes.find((node) => node.name === (news.offline[0] ?? news.denied[0]));
  if (only && one) return l10n.t('{0}: {1} is {2}.', name, named([one.name]), livenessText(one));
  const offline = named(news.offline);
  const denied = named(news.denied);
  const parts = [
    ...recoveryTexts(news.recoveries),
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

function recoveryTexts(recoveries: readonly GraveRecovery[]): readonly string[] {
  const names = (wanted: RebuildState) =>
    recoveries.filter(({ state }) => state === wanted).map(({ what }) => what);
  const [split, suppressed] = [names('split-brain'), names('suppressed')];
  return [
    ...(split.length > 0
      ? [l10n.t('split brain, both sides were written to and a person must decide: {0}', some(split))]
      : []),
    ...(suppressed.length > 0
      ? [l10n.t('too much is offline at once, the cluster does not rebuild: {0}', some(suppressed))]
      : []),
  ];
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
