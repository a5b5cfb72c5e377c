import { roughDuration } from '../cluster/duration';
import type { NodeState } from '../heartbeat/state';
import { dueText } from '../rebuild/words';
import { isUnseen, livenessText, lostSentence } from './liveness-look';
import { isCurrent } from './node-row';
import type { ClusterEntry, Row } from './row';
import { clockTime, moment } from './words';

/** What a tooltip needs to know of a row. */
export type Pointed = Pick<Row, 'kind' | 'node' | 'label' | 'description' | 'tooltip'>;

/** The tooltip of a row, a paragraph a string, plain text. Ages in it are as of `now` (epoch milliseconds). */
export function tooltip(entry: ClusterEntry, row: Pointed, now: number): readonly string[] {
  const node =
    row.node === undefined ? undefined : entry.cluster.nodes.find((each) => each.name === row.node);
  if (!node || row.kind !== 'node') return plainTooltip(entry, row, now);
  const state = entry.state?.nodes.find((each) => each.name === node.name);
  const lines = [`${node.name} (${node.address}): ${node.roles.join(', ')}`];
  const primary = (entry.state?.reading?.primary ?? []).filter((each) => each.node === node.name);
  if (primary.length > 0) lines.push(`Primary of: ${primary.map(({ what }) => what).join(', ')}`);
  const former = (entry.state?.wasPrimary ?? []).filter((each) => each.node === node.name);
  for (const { what, at } of former) lines.push(`Was primary of ${what}, last seen ${moment(at, now)}`);
  if (!state) return [...lines, 'Not watched.'];
  if (isUnseen(state, entry.state?.observerLost ?? false)) lines.push(`Not seen from here. ${lostSentence}`);
  else lines.push(...livenessLines(state, now));
  lines.push(heartbeatLine(state, now));
  for (const stale of state.stale) lines.push(`Old data, ${stale.probe}: ${stale.message}`);
  const { uptimeSeconds, load } = state.reading ?? {};
  if (isCurrent(state) && uptimeSeconds !== undefined) {
    const busy = load === undefined ? '' : `, load ${load.toFixed(2)}`;
    lines.push(`Up for ${roughDuration(uptimeSeconds * 1000)}${busy}`);
  }
  return lines;
}

/** Since when it is so and why; then what the last attempt says, where that is another thing. */
function livenessLines(state: NodeState, now: number): readonly string[] {
  const { since, reason, failure, maintenance } = state;
  const begun = since === undefined ? '' : ` since ${moment(since, now)} (${roughDuration(now - since)})`;
  const lines = [`Liveness: ${livenessText(state)}${begun}`];
  if (reason !== undefined) lines.push(reason);
  if (maintenance) {
    const by = maintenance.by === 'file' ? 'the cluster file' : 'a person on this machine';
    const end =
      maintenance.until === undefined ? 'until somebody ends it' : `until ${moment(maintenance.until, now)}`;
    lines.push(`Maintenance, declared by ${by}, ${end}`);
  }
  if (failure && state.liveness !== 'active' && !reason?.includes(failure.message))
    lines.push(`${failure.message} (${roughDuration(now - failure.at)} ago)`);
  return lines;
}

function heartbeatLine(state: NodeState, now: number): string {
  if (state.lastHeartbeat !== undefined) {
    return `Last heartbeat ${roughDuration(now - state.lastHeartbeat)} ago, at ${clockTime(state.lastHeartbeat)}`;
  }
  if (state.firstAttempt === undefined) return 'Not asked yet';
  return `No heartbeat yet; first asked ${roughDuration(now - state.firstAttempt)} ago`;
}

function plainTooltip(entry: ClusterEntry, row: Pointed, now: number): readonly string[] {
  if (row.kind !== 'cluster')
    return [
      row.description === '' ? row.label : `${row.label}: ${row.description}`,
      ...(row.tooltip === undefined ? [] : row.tooltip.split('\n').filter((line) => line !== '')),
    ];
  const lines = [`${row.label}: ${row.description}`, `System ${entry.cluster.system}, file ${entry.file}`];
  if (entry.asks) lines.push('A host key or a secret is missing. Connect asks you for it.');
  if (entry.state?.observerLost) lines.push(lostSentence);
  for (const each of entry.state?.rebuild ?? []) {
    const due = dueText(each, entry.cluster, now);
    lines.push(
      `${each.what}: ${[each.state, due, each.note].filter((part) => part !== undefined).join(', ')}`,
    );
  }
  return lines;
}
