import { findNode, type Cluster } from '../cluster/cluster';
import { roughDuration } from '../cluster/duration';
import { formatSize } from '../cluster/size';
import { oneLine } from '../failover/plain';
import type { MirrorReading } from '../heartbeat/probe';
import type { Liveness, NodeState } from '../heartbeat/state';
import type { RebuildProgress } from '../rebuild/progress';
import { dueText, leftText } from '../rebuild/words';
import { systemOf } from '../systems/index';
import type { SystemRow, Tone } from '../systems/system-row';
import { findingLine } from './finding-text';
import { painter, type Colour } from './output';
import { reasonOf, type Seen } from './status-json';

const colours: Readonly<Record<Liveness, readonly Colour[]>> = {
  active: ['green'],
  inactive: ['yellow'],
  maintenance: ['blue'],
  unknown: ['yellow'],
  offline: ['red'],
  denied: ['red'],
};

/** One look for people: a table of nodes, then who is primary, what is being rebuilt, and the findings. */
export function statusText({ file, state, findings }: Seen, colour: boolean): string {
  const paint = painter(colour);
  const { cluster } = state;
  const nodes = state.nodes.map((node) => ({
    node,
    cells: [
      node.name,
      (findNode(cluster, node.name)?.roles ?? []).join(', '),
      livenessOf(node),
      age(node, state.at),
      servicesOf(node),
    ],
  }));
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...nodes.map(({ cells }) => cells[column]?.length ?? 0), 0),
  );
  const lines = [`${paint(cluster.name, 'bold')} (${cluster.system}), ${new Date(state.at).toISOString()}`];
  if (state.observerLost) {
    lines.push(
      paint('This machine has lost the cluster: check its own network before anything else.', 'red', 'bold'),
    );
  }
  for (const { node, cells } of nodes) {
    const [name = '', roles = '', liveness = '', since = '', services = ''] = cells.map((cell, column) =>
      cell.padEnd(widths[column] ?? 0),
    );
    lines.push(
      `  ${paint(name, 'bold')}  ${roles}  ${paint(liveness, ...colours[node.liveness])}  ${since}  ${services}`.trimEnd(),
    );
    const reason = reasonOf(node);
    if (reason !== undefined) lines.push(`    ${oneLine(reason, 600)}`);
  }
  for (const { what, node } of state.reading?.primary ?? []) lines.push(`  ${what}: ${paint(node, 'bold')}`);
  const rows = systemOf(cluster).rows?.(state, state.at) ?? [];
  lines.push(...rowLines(rows, paint));
  for (const mirror of state.reading?.mirrors ?? []) lines.push(`  ${mirrorText(mirror, paint)}`);
  for (const progress of state.rebuild) lines.push(`  ${rebuildText(progress, cluster, state.at)}`);
  for (const finding of findings) lines.push(`  ${findingLine(file, finding, colour)}`);
  return `${lines.join('\n')}\n`;
}

function livenessOf({ liveness, verdict, maintenance }: NodeState): string {
  if (verdict) return `${liveness} (${verdict})`;
  if (liveness !== 'maintenance' || maintenance?.until === undefined) return liveness;
  return `${liveness} (until ${new Date(maintenance.until).toISOString()})`;
}

function age({ lastHeartbeat }: NodeState, at: number): string {
  return lastHeartbeat === undefined ? 'never' : `${Math.max(0, Math.round((at - lastHeartbeat) / 1000))} s`;
}

function servicesOf({ reading }: NodeState): string {
  return (reading?.services ?? [])
    .map(({ name, state }) => (state === 'running' ? name : `${name} ${state}`))
    .join(', ');
}

const toneColours: Readonly<Record<Tone, readonly Colour[]>> = {
  good: ['green'],
  busy: ['blue'],
  warning: ['yellow'],
  bad: ['red'],
  unknown: ['yellow'],
  none: [],
};

function rowLines(
  rows: readonly SystemRow[],
  paint: ReturnType<typeof painter>,
  indent = '  ',
): readonly string[] {
  return rows.flatMap(({ label, description, tone, children }) => {
    const words = description ? `: ${paint(oneLine(description, 400), ...toneColours[tone])}` : '';
    return [`${indent}${oneLine(label)}${words}`, ...rowLines(children ?? [], paint, `${indent}  `)];
  });
}

function mirrorText(mirror: MirrorReading, paint: ReturnType<typeof painter>): string {
  const { resource, target, connection, roles, disks, splitBrain } = mirror;
  const words = splitBrain ? paint('split brain', 'red', 'bold') : oneLine(connection);
  const sides = [...new Set([...Object.keys(roles), ...Object.keys(disks)])].map((node) =>
    oneLine([node, own(roles, node), own(disks, node)].filter((word) => word !== undefined).join(' ')),
  );
  const of = target === undefined ? '' : ` of ${oneLine(target)}`;
  return `mirror ${oneLine(resource)}${of}: ${[words, ...sides].join(', ')}`;
}

/** A node may be called `constructor`: own keys only. */
function own(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** One kind of recovery: its state, what comes next, why, and how much is left. */
function rebuildText(progress: RebuildProgress, cluster: Cluster, now: number): string {
  const { what, state, note } = progress;
  const due = dueText(progress, cluster, now);
  const beginning = due === undefined ? state : `${state}: ${due}`;
  const parts = state === 'stable' ? [] : amounts(progress, now);
  return `${what}: ${[beginning, ...(note ? [oneLine(note, 400)] : []), ...parts].join(', ')}`;
}

function amounts(progress: RebuildProgress, now: number): readonly string[] {
  const { unit, total, remaining, atRisk, ratePerSecond } = progress;
  const until = leftText(progress, now);
  const left = amount(remaining, unit);
  const of = total === undefined || unit === 'seconds' ? '' : ` of ${amount(total, unit)}`;
  return [
    ...(remaining > 0 ? [`${left}${of} remaining`] : []),
    ...(atRisk ? [`${amount(atRisk, unit)} with one copy left`] : []),
    ...(ratePerSecond === undefined || unit === 'seconds' ? [] : [`${rate(ratePerSecond, unit)}`]),
    ...(until === undefined ? [] : [`${until} left`]),
  ];
}

function amount(value: number, unit: RebuildProgress['unit']): string {
  if (unit === 'bytes') return formatSize(BigInt(Math.round(value)));
  return unit === 'seconds' ? roughDuration(value * 1000) : `${value} ${unit}`;
}

function rate(perSecond: number, unit: RebuildProgress['unit']): string {
  return unit === 'bytes'
    ? `${formatSize(BigInt(Math.round(perSecond)))}/s`
    : `${Number(perSecond.toPrecision(2))} ${unit}/s`;
}
