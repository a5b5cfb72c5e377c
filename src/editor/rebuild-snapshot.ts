import type { Node } from '../cluster/cluster';
import type { ClusterState } from '../heartbeat/state';
import { headline } from '../rebuild/headline';
import { clusterMap, type Fill } from '../rebuild/map';
import type { RebuildSnapshot, WhatIfView } from './protocol';
import type { RebuildHistory } from './rebuild-history';
import type { ClusterEntry } from './row';
import { shownName } from './words';

/** What the panel knows of the chosen cluster besides its state. */
export interface Reckoned {
  /** How many more failures are survivable; absent where nobody can tell. */
  readonly survivable?: number;
  readonly whatIf?: WhatIfView;
  /** Whether a node holds data. */
  readonly stores: (node: Node) => boolean;
}

/** What the page shows of the clusters, with `wanted` chosen while it exists, else the first. */
export function rebuildSnapshot(
  entries: readonly ClusterEntry[],
  wanted: string | undefined,
  history: RebuildHistory,
  reckoned: (chosen: ClusterEntry) => Reckoned = () => ({ stores: () => false }),
): RebuildSnapshot {
  const chosen = chosenEntry(entries, wanted);
  const state = chosen?.state;
  const more = chosen && reckoned(chosen);
  return {
    clusters: entries.map(({ key, cluster }) => ({ key, name: shownName(cluster) })),
    ...(chosen ? { chosen: chosen.key } : {}),
    ...(state ? { at: state.at } : {}),
    watched: chosen?.watched ?? false,
    observerLost: state?.observerLost ?? false,
    troubled: (state?.nodes ?? [])
      .filter((node) => node.liveness !== 'active')
      .map(({ name, liveness }) => ({ name, liveness })),
    rebuild: (state?.rebuild ?? []).map((progress) => ({
      progress,
      ...(chosen?.cluster.demo ? { timeFactor: chosen.cluster.demo.timeFactor } : {}),
      points: ((chosen && history.of(chosen.key, progress.what)?.points) ?? []).map(
        ({ at, remaining, rate }) => (rate === undefined ? [at, remaining] : [at, remaining, rate]),
      ),
    })),
    ...(state ? { headline: headline(state.rebuild, more?.survivable, state.at) } : {}),
    map: chosen && state && more ? mapOf(chosen, state, more) : [],
    ...(more?.whatIf ? { whatIf: more.whatIf } : {}),
  };
}

/** The cluster that the panel shows. */
export function chosenEntry<T extends { readonly key: string }>(
  entries: readonly T[],
  wanted: string | undefined,
): T | undefined {
  return entries.find((entry) => entry.key === wanted) ?? entries[0];
}

function mapOf({ cluster }: ClusterEntry, state: ClusterState, { stores }: Reckoned): RebuildSnapshot['map'] {
  const states = new Map(state.nodes.map((node) => [node.name, node]));
  return clusterMap(
    cluster,
    (node) => {
      const seen = states.get(node.name);
      const fill = fillOf(node, state.reading?.disks?.[node.name] ?? seen?.reading?.disks);
      return { liveness: seen?.liveness ?? 'unknown', stores: stores(node), ...(fill ? { fill } : {}) };
    },
    state.rebuild.flatMap(({ flow, state: now }) => (flow && now === 'rebuilding' ? [flow] : [])),
  );
}

interface Used {
  readonly capacity?: bigint;
  readonly used?: bigint;
}

/** What the node reported, else what the file says. */
function fillOf(node: Node, reported: readonly Used[] | undefined): Fill | undefined {
  const disks = reported && reported.length > 0 ? reported : node.disks;
  const known = disks.flatMap(({ capacity, used }) =>
    capacity === undefined || used === undefined ? [] : [{ capacity: Number(capacity), used: Number(used) }],
  );
  if (known.length === 0 || known.length < disks.length) return undefined;
  return {
    capacity: known.reduce((sum, { capacity }) => sum + capacity, 0),
    used: known.reduce((sum, { used }) => sum + used, 0),
  };
}
