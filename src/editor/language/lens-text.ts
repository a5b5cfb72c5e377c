import type { Node } from '../../cluster/cluster';
import type { ClusterState } from '../../heartbeat/state';
import type { TierFacts } from '../../rules/facts';
import type { Observed } from '../../rules/observed';
import * as l10n from '../l10n';
import { livenessText } from '../liveness-look';
import { size } from '../words';

/** The lines above the nodes while they are watched, by name: liveness, roles, free space. */
export function nodeLenses(
  nodes: readonly Node[],
  state: ClusterState,
  observed: Observed | undefined,
): ReadonlyMap<string, string> {
  const states = new Map(state.nodes.map((one) => [one.name, one]));
  const primary = new Set((state.reading?.primary ?? []).map(({ node }) => node));
  const lines = new Map<string, string>();
  for (const { name, roles } of nodes) {
    const own = states.get(name);
    if (!own) continue;
    // What a silent node said before is history.
    const free = own.liveness === 'active' ? freeText(observed, name) : undefined;
    const served = roles.join(', ');
    const words = [livenessText(own), primary.has(name) ? l10n.t('{0} (primary)', served) : served, free];
    lines.set(name, words.filter((word) => word !== undefined).join(' · '));
  }
  return lines;
}

function freeText(observed: Observed | undefined, name: string): string | undefined {
  let [capacity, used] = [0n, 0n];
  for (const disk of observed?.disks.get(name)?.values() ?? []) {
    if (disk.capacity === undefined || disk.used === undefined) continue;
    capacity += disk.capacity;
    used += disk.used;
  }
  return capacity === 0n
    ? undefined
    : l10n.t('{0} of {1} free', size(capacity > used ? capacity - used : 0n), size(capacity));
}

/**
 * The line above `redundancy`. `facts` are those of the nodes that answer, `whole` as if all did; until a
 * rebuild is known to be over, a domain that is gone has used up a part of the tolerance.
 */
export function redundancyLens(
  facts: readonly TierFacts[],
  whole: readonly TierFacts[],
  state: ClusterState | undefined,
): string {
  if (state?.observerLost) return l10n.t('This machine has lost the cluster');
  const isRebuilt =
    state !== undefined && state.rebuild.length > 0 && state.rebuild.every((one) => one.state === 'stable');
  return facts
    .map((tier) => {
      const before = whole.find((one) => one.tier === tier.tier)?.domains ?? tier.domains;
      const missing = Math.max(0, before - tier.domains);
      const survives = isRebuilt
        ? tier.tolerance
        : Math.max(0, Math.min(tier.tolerance, tolerated(tier, whole) - missing));
      const first =
        survives === 0
          ? l10n.t('Survives no more failure')
          : l10n.plural(
              survives,
              l10n.t('Survives {0} more failure', survives),
              l10n.t('Survives {0} more failures', survives),
            );
      const second =
        tier.rebuildsAfter === 0
          ? l10n.t('cannot rebuild itself after one')
          : l10n.t('rebuilds itself after {0}', tier.rebuildsAfter);
      const text = `${first} · ${second}`;
      return tier.tier === undefined ? text : l10n.t('Tier {0}: {1}', tier.tier, text);
    })
    .join(' · ');
}

function tolerated(tier: TierFacts, whole: readonly TierFacts[]): number {
  return whole.find((one) => one.tier === tier.tier)?.tolerance ?? tier.tolerance;
}
