import type { Node } from '../cluster/cluster';
import type { Liveness } from '../heartbeat/state';
import * as l10n from './l10n';
import { livenessIcon, livenessOrder, shownLiveness } from './liveness-look';
import type { NodeFilter } from './node-filter';
import { nodeRow } from './node-row';
import { drawn, leaf, withChildren, type ClusterEntry, type Drawn, type Leaf, type Row } from './row';
import { systemRows } from './system-rows';
import { clockTime, moment } from './words';
import { health } from './worst';

/** More nodes than this under one role are shown by their state: who is in trouble must not be searched for. */
export const mostNodesInGroup = 30;

/** The rows of one cluster: what its system shows; then group by role (→ state) → node → its services and disks. */
export function clusterRow(entry: ClusterEntry, filter?: NodeFilter): Row {
  const { cluster, state } = entry;
  const overall = health(state);
  const marks = [
    cluster.readOnly ? l10n.t('read-only') : undefined,
    cluster.isProtected ? l10n.t('protected') : undefined,
    entry.isOutdated === true ? l10n.t('its file has errors: watched as before') : undefined,
    entry.asks ? l10n.t('Connect asks for keys') : undefined,
    entry.mutedUntil === undefined
      ? undefined
      : l10n.t('muted until {0}', moment(entry.mutedUntil, state?.at ?? 0)),
    entry.watched || !state ? undefined : l10n.t('as of {0}, not watched now', clockTime(state.at)),
  ];
  return withChildren(
    {
      id: entry.key,
      kind: 'cluster',
      cluster: entry.key,
      label: cluster.name,
      // First, so that a narrow view does not hide it.
      description: [
        ...(cluster.demo ? [demoMark(cluster.demo.timeFactor)] : []),
        overall.text,
        ...marks.filter((mark) => mark !== undefined),
      ].join(' · '),
      icon: overall.icon,
      context: [
        'cluster',
        entry.watched ? 'watched' : 'idle',
        ...(entry.asks ? ['asks'] : []),
        ...(entry.hasPlans ? ['plans'] : []),
        ...(entry.hasScripts ? ['scripts'] : []),
        ...(cluster.readOnly ? [] : ['writable']),
        ...(cluster.nodes.some((node) => node.console !== undefined) ? ['consoles'] : []),
        ...(entry.mutedUntil === undefined ? [] : ['muted']),
        ...(entry.isDemo ? ['demo'] : []),
      ].join(' '),
      expanded: true,
    },
    () => belowCluster(drawn(entry, filter)),
  );
}

/** A demo whose hours pass in minutes must not be taken for the world's time. */
function demoMark(timeFactor: number): string {
  return timeFactor === 1 ? l10n.t('demo') : l10n.t('demo ×{0}', timeFactor);
}

function belowCluster(entry: Drawn): readonly Row[] {
  return [...systemRows(entry), ...groupRows(entry)];
}

/** A cluster file that yields no cluster: without a row, its cluster would be missing without a word. */
export function brokenFileRow(key: string, file: string, errors: number): Row {
  return leaf({
    id: key,
    kind: 'file',
    cluster: key,
    label: file,
    description: l10n.plural(
      errors,
      l10n.t('{0} error, not watched', errors),
      l10n.t('{0} errors, not watched', errors),
    ),
    icon: { id: 'error', color: 'list.errorForeground' },
    context: 'file',
  });
}

/** How many nodes of a cluster a filter shows. */
export function shownNodes(entry: ClusterEntry, filter: NodeFilter): number {
  return filtered(drawn(entry, filter), entry.cluster.nodes).length;
}

function filtered(entry: Drawn, nodes: readonly Node[]): readonly Node[] {
  const { filter, states, primaries } = entry;
  return filter === undefined
    ? nodes
    : nodes.filter((node) => filter.matches(node, states.get(node.name), primaries.has(node.name)));
}

function groupRows(entry: Drawn): readonly Row[] {
  const byRole = new Map<string, Node[]>();
  for (const node of entry.cluster.nodes)
    for (const role of new Set(node.roles)) {
      const group = byRole.get(role);
      if (group) group.push(node);
      else byRole.set(role, [node]);
    }
  return [...byRole].flatMap(([role, nodes]) => {
    const shown = filtered(entry, nodes);
    return shown.length === 0 ? [] : [groupRow(entry, role, nodes, shown)];
  });
}

function groupRow(entry: Drawn, role: string, nodes: readonly Node[], shown: readonly Node[]): Row {
  const id = `${entry.key}/${role}`;
  const active = nodes.filter((node) => entry.states.get(node.name)?.liveness === 'active').length;
  const description = entry.state
    ? l10n.t('{0} of {1} active', active, nodes.length)
    : l10n.plural(nodes.length, l10n.t('{0} node', nodes.length), l10n.t('{0} nodes', nodes.length));
  const row: Leaf & { expanded: boolean } = {
    id,
    kind: 'group',
    cluster: entry.key,
    label: role,
    description:
      entry.filter === undefined ? description : l10n.t('{0} shown · {1}', shown.length, description),
    context: 'group',
    expanded: true,
  };
  return withChildren(row, () =>
    entry.state && shown.length > mostNodesInGroup
      ? stateRows(entry, shown, id)
      : shown.map((node) => nodeRow(entry, node, id)),
  );
}

const stateLabels: Readonly<Record<Liveness, () => string>> = {
  active: () => l10n.t('Active'),
  inactive: () => l10n.t('Inactive'),
  offline: () => l10n.t('Offline'),
  denied: () => l10n.t('Denied'),
  maintenance: () => l10n.t('Maintenance'),
  unknown: () => l10n.t('No answer yet'),
};

/** One row for each state that occurs, the worst one first; the many that are well stay closed. */
function stateRows(entry: Drawn, nodes: readonly Node[], parent: string): readonly Row[] {
  const isLost = entry.state?.observerLost ?? false;
  const byState = new Map<Liveness, Node[]>();
  for (const node of nodes) {
    const state = entry.states.get(node.name);
    const liveness = state ? shownLiveness(state, isLost) : 'unknown';
    const group = byState.get(liveness);
    if (group) group.push(node);
    else byState.set(liveness, [node]);
  }
  return livenessOrder.toReversed().flatMap((liveness) => {
    const inState = byState.get(liveness);
    if (!inState) return [];
    return [
      withChildren(
        {
          // No name of a node begins with a colon.
          id: `${parent}/:${liveness}`,
          kind: 'state',
          cluster: entry.key,
          label: isLost && liveness === 'unknown' ? l10n.t('Not seen from here') : stateLabels[liveness](),
          description: String(inState.length),
          icon: livenessIcon(liveness),
          context: 'state',
          expanded: liveness !== 'active' && inState.length <= mostNodesInGroup,
        },
        () => inState.map((node) => nodeRow(entry, node, parent)),
      ),
    ];
  });
}
