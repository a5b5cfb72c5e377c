import type { Cluster, Node } from '../cluster/cluster';
import type { ClusterState, NodeState } from '../heartbeat/state';
import type { DiskReading, ServiceReading } from '../heartbeat/probe';
import type { Icon } from './liveness-look';
import { livenessIcon, livenessText } from './liveness-look';
import { clockTime, count, duration, size } from './words';
import { health } from './worst';

/** What the tree shows of one cluster. */
export interface ClusterEntry {
  /** Identity of the cluster in this window. */
  readonly key: string;
  readonly cluster: Cluster;
  /** The cluster file, as a person would name it. */
  readonly file: string;
  /** Somebody or something keeps its nodes watched now. */
  readonly watched: boolean;
  /** A host key or a secret waits for a person to connect. */
  readonly asks: boolean;
  readonly hasPlans: boolean;
  /** The saved file has errors now; what is watched is what it said before. */
  readonly isOutdated?: boolean;
  readonly state?: ClusterState;
}

/** One row of the tree. Nothing in it changes unless the row has to be drawn anew. */
export interface Row {
  /** Stable: made of names from the file only. */
  readonly id: string;
  readonly kind: 'file' | 'cluster' | 'group' | 'node' | 'service' | 'disk';
  readonly cluster: string;
  readonly node?: string;
  readonly label: string;
  readonly description: string;
  readonly icon?: Icon;
  /** Words that the manifest's `when` clauses look for; the first one is the kind. */
  readonly context: string;
  readonly expanded: boolean;
  readonly children: readonly Row[];
}

/** The rows of one cluster: cluster → group by role → node → its services and disks. */
export function clusterRow(entry: ClusterEntry): Row {
  const { cluster, state } = entry;
  const roles = [...new Set(cluster.nodes.flatMap((node) => node.roles))];
  const overall = health(state);
  const marks = [
    cluster.readOnly ? 'read-only' : undefined,
    cluster.isProtected ? 'protected' : undefined,
    entry.isOutdated === true ? 'its file has errors: watched as before' : undefined,
    entry.asks ? 'Connect asks for keys' : undefined,
    entry.watched || !state ? undefined : `as of ${clockTime(state.at)}, not watched now`,
  ];
  return {
    id: entry.key,
    kind: 'cluster',
    cluster: entry.key,
    label: cluster.name,
    description: [overall.text, ...marks.filter((mark) => mark !== undefined)].join(' · '),
    icon: overall.icon,
    context: [
      'cluster',
      entry.watched ? 'watched' : 'idle',
      ...(entry.asks ? ['asks'] : []),
      ...(entry.hasPlans ? ['plans'] : []),
      ...(cluster.readOnly ? [] : ['writable']),
    ].join(' '),
    expanded: true,
    children: roles.map((role) => groupRow(entry, role)),
  };
}

/** A cluster file that yields no cluster: without a row, its cluster would be missing without a word. */
export function brokenFileRow(key: string, file: string, errors: number): Row {
  return {
    id: key,
    kind: 'file',
    cluster: key,
    label: file,
    description: `${count(errors, 'error')}, not watched`,
    icon: { id: 'error', color: 'list.errorForeground' },
    context: 'file',
    expanded: false,
    children: [],
  };
}

function groupRow(entry: ClusterEntry, role: string): Row {
  const nodes = entry.cluster.nodes.filter((node) => node.roles.includes(role));
  const id = `${entry.key}/${role}`;
  const active = nodes.filter((node) => stateOf(entry, node.name)?.liveness === 'active').length;
  return {
    id,
    kind: 'group',
    cluster: entry.key,
    label: role,
    description: entry.state ? `${active} of ${nodes.length} active` : count(nodes.length, 'node'),
    context: 'group',
    expanded: true,
    children: nodes.map((node) => nodeRow(entry, node, id)),
  };
}

function nodeRow(entry: ClusterEntry, node: Node, parent: string): Row {
  const id = `${parent}/${node.name}`;
  const state = stateOf(entry, node.name);
  const primary = primaryOf(entry, node.name);
  const words = [
    ...(primary.length > 0 ? ['primary'] : []),
    ...(state ? [livenessText(state)] : []),
    ...(state && state.stale.length > 0 ? ['data is old'] : []),
    ...(state ? [] : [node.address]),
  ];
  return {
    id,
    kind: 'node',
    cluster: entry.key,
    node: node.name,
    label: node.name,
    description: words.join(' · '),
    icon: state ? livenessIcon(state.liveness) : { id: 'circle-outline', color: 'disabledForeground' },
    context: primary.length > 0 ? 'node primary' : 'node',
    expanded: false,
    children: [
      ...(state?.reading?.services ?? []).map((service) => serviceRow(entry, node, id, service)),
      ...disksOf(entry, node).map((disk) => diskRow(entry, node, id, disk)),
    ],
  };
}

const serviceIcons: Readonly<Record<ServiceReading['state'], Icon>> = {
  running: { id: 'play-circle', color: 'testing.iconPassed' },
  stopped: { id: 'circle-slash' },
  failed: { id: 'error', color: 'list.errorForeground' },
  unknown: { id: 'question' },
};

/** What a silent node said before is history: it must not look like the present. */
function isCurrent(state: NodeState | undefined): boolean {
  return state?.liveness === 'active' || (state?.liveness === 'maintenance' && !state.failure);
}

function serviceRow(entry: ClusterEntry, node: Node, parent: string, service: ServiceReading): Row {
  const current = isCurrent(stateOf(entry, node.name));
  return {
    id: `${parent}/service/${service.name}`,
    kind: 'service',
    cluster: entry.key,
    node: node.name,
    label: service.name,
    description: current ? service.state : `was ${service.state}`,
    icon: current ? serviceIcons[service.state] : { id: 'question', color: 'disabledForeground' },
    context: 'service',
    expanded: false,
    children: [],
  };
}

function diskRow(entry: ClusterEntry, node: Node, parent: string, disk: DiskReading): Row {
  const { capacity, used } = disk;
  const space =
    capacity === undefined
      ? ''
      : used === undefined || capacity === 0n
        ? size(capacity)
        : `${Math.round(Number((used * 1000n) / capacity) / 10)} % of ${size(capacity)} used`;
  const bad = disk.state !== undefined && !/^(ok|healthy|active|online)$/i.test(disk.state);
  return {
    id: `${parent}/disk/${disk.path}`,
    kind: 'disk',
    cluster: entry.key,
    node: node.name,
    label: disk.path,
    description: [disk.state, space].filter((part) => part !== undefined && part !== '').join(' · '),
    icon: bad ? { id: 'database', color: 'list.warningForeground' } : { id: 'database' },
    context: 'disk',
    expanded: false,
    children: [],
  };
}

/** Declared disks in the order of the file, then reported ones; what is reported wins. */
function disksOf(entry: ClusterEntry, node: Node): readonly DiskReading[] {
  const reported = [
    ...(stateOf(entry, node.name)?.reading?.disks ?? []),
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

function stateOf(entry: ClusterEntry, node: string): NodeState | undefined {
  return entry.state?.nodes.find((each) => each.name === node);
}

function primaryOf(entry: ClusterEntry, node: string): readonly string[] {
  return (entry.state?.reading?.primary ?? []).filter((each) => each.node === node).map((each) => each.what);
}

/** The tooltip of a row, a paragraph a string, plain text. Ages in it are as of `now` (epoch milliseconds). */
export function tooltip(entry: ClusterEntry, row: Row, now: number): readonly string[] {
  const node =
    row.node === undefined ? undefined : entry.cluster.nodes.find((each) => each.name === row.node);
  if (!node || row.kind !== 'node') return plainTooltip(entry, row);
  const state = stateOf(entry, node.name);
  const lines = [`${node.name} (${node.address}): ${node.roles.join(', ')}`];
  const primary = primaryOf(entry, node.name);
  if (primary.length > 0) lines.push(`Primary of: ${primary.join(', ')}`);
  if (!state) return [...lines, 'Not watched.'];
  lines.push(`Liveness: ${livenessText(state)}`, heartbeatLine(state, now));
  if (state.failure && state.liveness !== 'active') {
    lines.push(`${state.failure.message} (${duration(now - state.failure.at)} ago)`);
  }
  for (const stale of state.stale) lines.push(`Old data, ${stale.probe}: ${stale.message}`);
  const { uptimeSeconds, load } = state.reading ?? {};
  if (isCurrent(state) && uptimeSeconds !== undefined) {
    const busy = load === undefined ? '' : `, load ${load.toFixed(2)}`;
    lines.push(`Up for ${duration(uptimeSeconds * 1000)}${busy}`);
  }
  return lines;
}

function heartbeatLine(state: NodeState, now: number): string {
  if (state.lastHeartbeat !== undefined) {
    return `Last heartbeat ${duration(now - state.lastHeartbeat)} ago, at ${clockTime(state.lastHeartbeat)}`;
  }
  if (state.firstAttempt === undefined) return 'Not asked yet';
  return `No heartbeat yet; first asked ${duration(now - state.firstAttempt)} ago`;
}

function plainTooltip(entry: ClusterEntry, row: Row): readonly string[] {
  if (row.kind !== 'cluster')
    return [row.description === '' ? row.label : `${row.label}: ${row.description}`];
  const lines = [`${row.label}: ${row.description}`, `System ${entry.cluster.system}, file ${entry.file}`];
  if (entry.asks) lines.push('A host key or a secret is missing. Connect asks you for it.');
  if (entry.state?.observerLost) {
    lines.push(
      'Most nodes fell silent at once and no other node confirms one of them down. Check the network of this machine first.',
    );
  }
  for (const each of entry.state?.rebuild ?? []) lines.push(`${each.what}: ${each.state}`);
  return lines;
}

/** What a screen reader says for a row. */
export function spoken(row: Row): string {
  const kind = {
    file: 'cluster file',
    cluster: 'cluster',
    group: 'role',
    node: 'node',
    service: 'service',
    disk: 'disk',
  }[row.kind];
  return `${kind} ${row.label}${row.description === '' ? '' : `, ${row.description.replaceAll(' · ', ', ')}`}`;
}

/** Ids of rows that must be drawn anew; a row is listed only when no ancestor of it is. */
export function changedRows(before: Row | undefined, after: Row): readonly string[] {
  if (!before) return [after.id];
  const sameChildren =
    before.children.length === after.children.length &&
    before.children.every((child, index) => child.id === after.children[index]?.id);
  const changed = !sameChildren || face(before) !== face(after);
  // A refresh of a row re-reads its children too, so that listing them as well would draw them twice.
  if (changed) return [after.id];
  return after.children.flatMap((child, index) => changedRows(before.children[index], child));
}

function face(row: Row): string {
  return JSON.stringify([row.label, row.description, row.icon, row.context]);
}
