import type { ClusterState, Liveness, NodeState } from '../heartbeat/state';
import type { RebuildState } from '../rebuild/progress';
import type { Icon } from './liveness-look';
import { livenessIcon, livenessOrder as order, lostSentence, rowText } from './liveness-look';
import { count } from './words';

/** How a cluster is, in one icon and one line. */
export interface Health {
  /** Higher is worse; comparable between clusters. */
  readonly badness: number;
  readonly icon: Icon;
  readonly text: string;
}

/** The worst liveness of a cluster, with the nodes counted by it; undefined state: nobody watches. */
export function health(state: ClusterState | undefined): Health {
  if (!state) return { badness: 0, icon: { id: 'circle-outline' }, text: 'not watched' };
  if (state.observerLost) {
    return {
      badness: order.length + 1,
      icon: { id: 'debug-disconnect', color: 'list.errorForeground' },
      text: 'this machine has lost the cluster',
    };
  }
  const by = new Map<Liveness, number>();
  for (const node of state.nodes) by.set(node.liveness, (by.get(node.liveness) ?? 0) + 1);
  const worst = order.findLast((liveness) => by.has(liveness)) ?? 'unknown';
  const rebuilding = state.rebuild.filter((progress) => progress.state !== 'stable');
  const parts =
    worst === 'active'
      ? [`all ${count(state.nodes.length, 'node')} active`]
      : order
          .toReversed()
          .filter((liveness) => by.has(liveness))
          .map((liveness) => `${by.get(liveness) ?? 0} ${liveness}`);
  const first = rebuilding[0];
  if (first) parts.push(rebuildText(first.state));
  const icon: Icon =
    worst === 'active' && first ? { id: 'sync', color: 'list.warningForeground' } : livenessIcon(worst);
  return {
    badness: 1 + order.indexOf(worst) + (first && worst === 'active' ? 0.5 : 0),
    icon,
    text: parts.join(', '),
  };
}

/** The state of a rebuild beside a count of nodes: "waiting" alone could be said of the nodes. */
function rebuildText(state: RebuildState): string {
  return ['stalled', 'held', 'waiting', 'suppressed'].includes(state)
    ? `rebuild ${state}`
    : state.replace('-', ' ');
}

/** The cluster that needs a person first, of some; undefined when there is none. */
export function worstOf<T extends { readonly health: Health }>(clusters: readonly T[]): T | undefined {
  return clusters.reduce<T | undefined>(
    (worst, each) => (worst && worst.health.badness >= each.health.badness ? worst : each),
    undefined,
  );
}

/** How many nodes are silent, for the badge: one for a cluster that is lost from here, whatever its nodes. */
export function silence(states: readonly (ClusterState | undefined)[]): {
  readonly value: number;
  readonly text: string;
} {
  let nodes = 0;
  const lost: string[] = [];
  for (const state of states) {
    if (!state) continue;
    if (state.observerLost) lost.push(state.cluster.name);
    else nodes += state.nodes.filter(isSilent).length;
  }
  const texts = [
    ...(nodes > 0 ? [count(nodes, 'silent node')] : []),
    ...lost.map((name) => `this machine has lost the cluster ${name}`),
  ];
  return { value: nodes + lost.length, text: texts.join(', ') };
}

/** A node in maintenance may be silent. */
function isSilent({ liveness, maintenance }: NodeState): boolean {
  return (liveness === 'inactive' || liveness === 'offline') && maintenance === undefined;
}

/** Nodes that are named one by one; the rest is counted. */
const mostNamed = 5;

/** The nodes that are not well, worst first, each with since when and why; a sentence a string. */
export function troubles(state: ClusterState, now: number): readonly string[] {
  if (state.observerLost) return [lostSentence];
  const troubled = state.nodes
    .filter(({ liveness }) => ['offline', 'inactive', 'denied'].includes(liveness))
    .toSorted((a, b) => order.indexOf(b.liveness) - order.indexOf(a.liveness));
  const lines = troubled
    .slice(0, mostNamed)
    .map((node) =>
      [`${node.name}: ${rowText(node, false, now)}.`, node.reason]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  const more = troubled.length - mostNamed;
  return more > 0 ? [...lines, `and ${count(more, 'other')}`] : lines;
}
