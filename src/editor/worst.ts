import type { ClusterState, Liveness } from '../heartbeat/state';
import type { Icon } from './liveness-look';
import { livenessIcon } from './liveness-look';
import { count } from './words';

/** From best to worst. A node in maintenance is where its operator wants it. */
const order: readonly Liveness[] = ['active', 'maintenance', 'unknown', 'denied', 'inactive', 'offline'];

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
  if (first) parts.push(first.state.replace('-', ' '));
  const icon: Icon =
    worst === 'active' && first ? { id: 'sync', color: 'list.warningForeground' } : livenessIcon(worst);
  return {
    badness: 1 + order.indexOf(worst) + (first && worst === 'active' ? 0.5 : 0),
    icon,
    text: parts.join(', '),
  };
}

/** The cluster that needs a person first, of some; undefined when there is none. */
export function worstOf<T extends { readonly health: Health }>(clusters: readonly T[]): T | undefined {
  return clusters.reduce<T | undefined>(
    (worst, each) => (worst && worst.health.badness >= each.health.badness ? worst : each),
    undefined,
  );
}
