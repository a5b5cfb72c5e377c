import type { Cluster } from '../cluster/cluster';
import { demoHomeOf } from './demo-home';
import * as l10n from './l10n';

/**
 * What a run on a demo begins with; undefined for all other clusters. That nothing real is changed is said only of the
 * demo of this window: a cluster file may have been copied from one, with nodes that are reached through tunnels.
 */
export function demoNotice(cluster: Pick<Cluster, 'nodes' | 'demo'>): string | undefined {
  if (demoHomeOf(cluster)) return l10n.t('A demo: this cluster is simulated, and nothing real is changed.');
  if (!cluster.demo) return undefined;
  return l10n.t(
    'The cluster file says that this is a demo (x-demo). Standby cannot tell whether that is so: whatever answers at these addresses is changed.',
  );
}
