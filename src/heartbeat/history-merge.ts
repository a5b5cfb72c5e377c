import { emptyHistory, type ClusterHistory } from './history';
import { mergeReached, type Reached } from './reached';
import type { ClusterState, NodeState } from './state';

/** Two histories of one cluster as one: of each entry the newest. */
export function mergeHistories(a: ClusterHistory, b: ClusterHistory): ClusterHistory {
  return {
    cluster: a.cluster,
    primary: newest(a.primary, b.primary, (entry) => entry.at),
    facts: newest(a.facts, b.facts, (entry) => entry.at),
    heard: newest(a.heard ?? {}, b.heard ?? {}, (at) => at),
    down: newest(a.down ?? {}, b.down ?? {}, (at) => at),
    reached: mergeReached(a.reached, b.reached),
    consoles: newest(a.consoles, b.consoles, (entry) => entry.notOffAt),
    contradictions: newest(a.contradictions ?? {}, b.contradictions ?? {}, (entry) => entry.offAt),
  };
}

/** What a snapshot adds to the history. Where two nodes claim to be primary, `known` keeps its word. */
export function historyOf(state: ClusterState, reached: Reached, known: ClusterHistory): ClusterHistory {
  const at = state.readingAt ?? state.at;
  const primary = state.reading?.primary ?? [];
  const factsAt = new Map(Object.entries(state.reading?.factsAt ?? {}));
  return {
    ...emptyHistory(state.cluster.name),
    primary: Object.fromEntries(
      primary.map(({ what }) => {
        const claims = primary.filter((claim) => claim.what === what);
        const before = Object.hasOwn(known.primary, what) ? known.primary[what]?.node : undefined;
        const claim = claims.find(({ node }) => node === before) ?? claims[0];
        return [what, { node: claim?.node ?? '', at }];
      }),
    ),
    facts: Object.fromEntries(
      Object.entries(state.reading?.facts ?? {})
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, { value, at: factsAt.get(key) ?? at }]),
    ),
    heard: Object.fromEntries(
      state.nodes.flatMap((node) =>
        node.lastHeartbeat === undefined ? [] : [[node.name, node.lastHeartbeat] as const],
      ),
    ),
    down: Object.fromEntries(
      state.nodes.flatMap((node) =>
        node.verdict === 'down' ? [[node.name, downSince(node, state.at, known)] as const] : [],
      ),
    ),
    reached,
  };
}

/** The first time stays, until the node is heard again. */
function downSince({ name, lastHeartbeat = 0 }: NodeState, at: number, known: ClusterHistory): number {
  const before = known.down && Object.hasOwn(known.down, name) ? (known.down[name] ?? 0) : 0;
  const heard = known.heard && Object.hasOwn(known.heard, name) ? (known.heard[name] ?? 0) : 0;
  return before > Math.max(heard, lastHeartbeat) ? Math.min(before, at) : at;
}

function newest<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  time: (entry: T) => number,
): Record<string, T> {
  const merged = new Map(Object.entries(a));
  for (const [key, entry] of Object.entries(b)) {
    const old = merged.get(key);
    if (old === undefined || time(entry) >= time(old)) merged.set(key, entry);
  }
  return Object.fromEntries(merged);
}
