import { findNode } from '../cluster/cluster';
import { oneLine } from '../failover/plain';
import type { Liveness, NodeState } from '../heartbeat/state';
import type { RebuildProgress } from '../rebuild/progress';
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
  const rows = state.nodes.map((node) => ({
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
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0), 0),
  );
  const lines = [`${paint(cluster.name, 'bold')} (${cluster.system}), ${new Date(state.at).toISOString()}`];
  if (state.observerLost) {
    lines.push(
      paint('This machine has lost the cluster: check its own network before anything else.', 'red', 'bold'),
    );
  }
  for (const { node, cells } of rows) {
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
  for (const mirror of state.reading?.mirrors ?? []) {
    const words = mirror.splitBrain ? paint('split brain', 'red', 'bold') : mirror.connection;
    lines.push(`  mirror ${mirror.resource}: ${words}`);
  }
  for (const progress of state.rebuild) lines.push(`  ${rebuildText(progress)}`);
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

function rebuildText({
  what,
  unit,
  total,
  remaining,
  atRisk,
  state,
  etaSeconds,
  note,
}: RebuildProgress): string {
  const parts = [`${remaining}${total === undefined ? '' : ` of ${total}`} ${unit} remaining`];
  if (atRisk) parts.push(`${atRisk} with one copy left`);
  if (etaSeconds !== undefined) parts.push(`about ${Math.ceil(etaSeconds)} s left`);
  if (note) parts.push(oneLine(note));
  return `${what}: ${state}${state === 'stable' ? '' : `, ${parts.join(', ')}`}`;
}
