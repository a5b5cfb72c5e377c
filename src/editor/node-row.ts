import { roughDuration } from '../cluster/duration';
import type { Node } from '../cluster/cluster';
import type { DiskReading, ServiceReading } from '../heartbeat/probe';
import type { NodeState } from '../heartbeat/state';
import * as l10n from './l10n';
import type { Icon } from './liveness-look';
import { isUnseen, livenessIcon, rowText, shownLiveness } from './liveness-look';
import { leaf, withChildren, type Drawn, type Leaf, type Row } from './row';
import { size } from './words';

/** The row of one node, with its services and disks below it. */
export function nodeRow(entry: Drawn, node: Node, parent: string): Row {
  const id = `${parent}/${node.name}`;
  const state = entry.states.get(node.name);
  const isPrimary = entry.primaries.has(node.name);
  const isLost = entry.state?.observerLost ?? false;
  const words = [
    ...(isPrimary ? [l10n.t('primary')] : wasPrimary(entry, state) ? [l10n.t('was primary')] : []),
    ...(state ? [rowText(state, isLost, entry.state?.at ?? 0)] : [node.address]),
    ...(state && state.stale.length > 0 ? [l10n.t('data is old')] : []),
  ];
  const row: Leaf = {
    id,
    kind: 'node',
    cluster: entry.key,
    node: node.name,
    label: node.name,
    description: words.join(' · '),
    icon: state
      ? livenessIcon(shownLiveness(state, isLost))
      : { id: 'circle-outline', color: 'disabledForeground' },
    context: [
      'node',
      ...(isPrimary ? ['primary'] : []),
      ...(entry.targets?.has(node.name) ? ['target'] : []),
      ...contextOf(state, isLost),
      ...(entry.isDemo ? ['demo'] : []),
    ].join(' '),
  };
  const hasChildren =
    why(state, isLost) !== undefined ||
    node.disks.length > 0 ||
    state?.reading !== undefined ||
    entry.state?.reading?.disks?.[node.name] !== undefined;
  if (!hasChildren) return leaf(row);
  return withChildren({ ...row, expanded: false }, () => nodeChildren(entry, node, id, state, isLost));
}

/** A silent node that nobody has taken the place of: whoever looks for the master must find it. */
function wasPrimary(entry: Drawn, state: NodeState | undefined): boolean {
  return state !== undefined && !isCurrent(state) && entry.formerPrimaries.has(state.name);
}

/** The words of `when` clauses: what may be done about the node now. */
export function contextOf(state: NodeState | undefined, isLost: boolean): readonly string[] {
  if (!state) return ['unmaintained'];
  const { liveness, failure, maintenance } = state;
  return [
    liveness,
    ...(maintenance ? ['maintained'] : ['unmaintained']),
    ...(why(state, isLost) === undefined || liveness === 'denied' ? [] : ['silent']),
    ...(liveness === 'denied' && failure ? [failure.reason] : []),
  ];
}

/** Why a node is not simply active, as a sentence. */
function why(state: NodeState | undefined, isLost: boolean): string | undefined {
  if (!state || isUnseen(state, isLost)) return undefined;
  if (['inactive', 'offline', 'denied'].includes(state.liveness))
    return state.failure?.message ?? state.reason;
  return state.liveness === 'active' ? undefined : state.failure?.message;
}

function nodeChildren(
  entry: Drawn,
  node: Node,
  parent: string,
  state: NodeState | undefined,
  isLost: boolean,
): readonly Row[] {
  const reason = why(state, isLost);
  const system = state && systemText(state);
  const common = { cluster: entry.key, node: node.name };
  return [
    ...(reason === undefined
      ? []
      : [
          leaf({
            ...common,
            id: `${parent}/reason`,
            kind: 'reason',
            label: reason,
            description: '',
            icon: { id: 'info' },
            context: 'reason',
          }),
        ]),
    ...(system === undefined
      ? []
      : [
          leaf({
            ...common,
            id: `${parent}/system`,
            kind: 'system',
            label: l10n.t('system'),
            description: system,
            icon: { id: 'pulse' },
            context: 'system',
          }),
        ]),
    ...(state?.reading?.services ?? []).map((service) => serviceRow(entry, node, parent, service)),
    ...disksOf(entry, node).map((disk) => diskRow(entry, node, parent, disk)),
  ];
}

/** What a silent node said before is history: it must not look like the present. */
export function isCurrent(state: NodeState | undefined): boolean {
  return state?.liveness === 'active' || (state?.liveness === 'maintenance' && !state.failure);
}

/** Uptime and load, so coarse that the row is not drawn anew with every heartbeat. */
function systemText(state: NodeState): string | undefined {
  const { uptimeSeconds, load } = state.reading ?? {};
  if (!isCurrent(state)) return undefined;
  const words = [
    uptimeSeconds === undefined ? undefined : l10n.t('up {0}', coarse(uptimeSeconds)),
    load === undefined ? undefined : l10n.t('load {0}', load < 10 ? load.toFixed(1) : load.toFixed(0)),
  ].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.join(' · ');
}

/** An uptime in its largest unit alone. */
function coarse(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return roughDuration(minutes * 60_000);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('{0} h', hours) : l10n.t('{0} d', Math.floor(hours / 24));
}

const serviceIcons: Readonly<Record<ServiceReading['state'], Icon>> = {
  running: { id: 'play-circle', color: 'testing.iconPassed' },
  stopped: { id: 'circle-slash' },
  failed: { id: 'error', color: 'list.errorForeground' },
  unknown: { id: 'question' },
};

function serviceWord(state: ServiceReading['state']): string {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'stopped':
      return l10n.t('stopped');
    case 'failed':
      return l10n.t('failed');
    case 'unknown':
      return l10n.t('unknown');
  }
}

function serviceRow(entry: Drawn, node: Node, parent: string, service: ServiceReading): Row {
  const current = isCurrent(entry.states.get(node.name));
  return leaf({
    id: `${parent}/service/${service.name}`,
    kind: 'service',
    cluster: entry.key,
    node: node.name,
    label: service.name,
    description: current ? serviceWord(service.state) : l10n.t('was {0}', serviceWord(service.state)),
    icon: current ? serviceIcons[service.state] : { id: 'question', color: 'disabledForeground' },
    context: 'service',
  });
}

function diskRow(entry: Drawn, node: Node, parent: string, disk: DiskReading): Row {
  const { capacity, used } = disk;
  const space =
    capacity === undefined
      ? ''
      : used === undefined || capacity === 0n
        ? size(capacity)
        : l10n.t('{0} % of {1} used', Math.round(Number((used * 1000n) / capacity) / 10), size(capacity));
  const bad = disk.state !== undefined && !/^(ok|healthy|active|online)$/i.test(disk.state);
  return leaf({
    id: `${parent}/disk/${disk.path}`,
    kind: 'disk',
    cluster: entry.key,
    node: node.name,
    label: disk.path,
    description: [disk.state, space].filter((part) => part !== undefined && part !== '').join(' · '),
    icon: bad ? { id: 'database', color: 'list.warningForeground' } : { id: 'database' },
    context: 'disk',
  });
}

/** Declared disks in the order of the file, then reported ones; what is reported wins. */
function disksOf(entry: Drawn, node: Node): readonly DiskReading[] {
  const reported = [
    ...(entry.states.get(node.name)?.reading?.disks ?? []),
    ...(entry.state?.reading?.disks?.[node.name] ?? []),
  ];
  const disks = new Map<string, DiskReading>();
  for (const disk of [...node.disks, ...reported]) {
    const path = disk.path === '/' ? '/' : disk.path.replace(/\/+$/, '');
    const { capacity, used } = disk;
    disks.set(path, {
      ...disks.get(path),
      path,
      ...(capacity === undefined ? {} : { capacity }),
      ...(used === undefined ? {} : { used }),
      ...('state' in disk && disk.state !== undefined ? { state: disk.state } : {}),
    });
  }
  return [...disks.values()];
}
