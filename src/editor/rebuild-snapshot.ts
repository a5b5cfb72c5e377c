import type { RebuildSnapshot } from './protocol';
import type { RebuildHistory } from './rebuild-history';
import type { ClusterEntry } from './row';

/** What the page shows of the clusters, with `wanted` chosen while it exists, else the first. */
export function rebuildSnapshot(
  entries: readonly ClusterEntry[],
  wanted: string | undefined,
  history: RebuildHistory,
): RebuildSnapshot {
  const chosen = entries.find((entry) => entry.key === wanted) ?? entries[0];
  const state = chosen?.state;
  return {
    clusters: entries.map(({ key, cluster }) => ({ key, name: cluster.name })),
    ...(chosen ? { chosen: chosen.key } : {}),
    ...(state ? { at: state.at } : {}),
    watched: chosen?.watched ?? false,
    observerLost: state?.observerLost ?? false,
    troubled: (state?.nodes ?? [])
      .filter((node) => node.liveness !== 'active')
      .map(({ name, liveness }) => ({ name, liveness })),
    rebuild: (state?.rebuild ?? []).map((progress) => ({
      progress,
      points: chosen ? history.of(chosen.key, progress.what) : [],
    })),
  };
}
