import { roughDuration } from '../cluster/duration';
import type { NodeState } from '../heartbeat/state';
import { dueText } from '../rebuild/words';
import * as l10n from './l10n';
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
  if (primary.length > 0) lines.push(l10n.t('Primary of: {0}', primary.map(({ what }) => what).join(', ')));
  const former = (entry.state?.wasPrimary ?? []).filter((each) => each.node === node.name);
  for (const { what, at } of former)
    lines.push(l10n.t('Was primary of {0}, last seen {1}', what, moment(at, now)));
  if (!state) return [...lines, l10n.t('Not watched.')];
  if (isUnseen(state, entry.state?.observerLost ?? false))
    lines.push(`${l10n.t('Not seen from here.')} ${lostSentence()}`);
  else lines.push(...livenessLines(state, now));
  lines.push(heartbeatLine(state, now));
  for (const stale of state.stale) lines.push(l10n.t('Old data, {0}: {1}', stale.probe, stale.message));
  const { uptimeSeconds, load } = state.reading ?? {};
  if (isCurrent(state) && uptimeSeconds !== undefined) {
    const up = roughDuration(uptimeSeconds * 1000);
    lines.push(
      load === undefined ? l10n.t('Up for {0}', up) : l10n.t('Up for {0}, load {1}', up, load.toFixed(2)),
    );
  }
  return lines;
}

/** Since when it is so and why; then what the last attempt says, where that is another thing. */
function livenessLines(state: NodeState, now: number): readonly string[] {
  const { since, reason, failure, maintenance } = state;
  const text = livenessText(state);
  const lines = [
    since === undefined
      ? l10n.t('Liveness: {0}', text)
      : l10n.t('Liveness: {0} since {1} ({2})', text, moment(since, now), roughDuration(now - since)),
  ];
  if (reason !== undefined) lines.push(reason);
  if (maintenance) {
    const end =
      maintenance.until === undefined
        ? l10n.t('until somebody ends it')
        : l10n.t('until {0}', moment(maintenance.until, now));
    lines.push(
      maintenance.by === 'file'
        ? l10n.t('Maintenance, declared by the cluster file, {0}', end)
        : l10n.t('Maintenance, declared by a person on this machine, {0}', end),
    );
  }
  if (failure && state.liveness !== 'active' && !reason?.includes(failure.message))
    lines.push(l10n.t('{0} ({1} ago)', failure.message, roughDuration(now - failure.at)));
  return lines;
}

function heartbeatLine(state: NodeState, now: number): string {
  if (state.lastHeartbeat !== undefined) {
    return l10n.t(
      'Last heartbeat {0} ago, at {1}',
      roughDuration(now - state.lastHeartbeat),
      clockTime(state.lastHeartbeat),
    );
  }
  if (state.firstAttempt === undefined) return l10n.t('Not asked yet');
  return l10n.t('No heartbeat yet; first asked {0} ago', roughDuration(now - state.firstAttempt));
}

function plainTooltip(entry: ClusterEntry, row: Pointed, now: number): readonly string[] {
  if (row.kind !== 'cluster')
    return [
      row.description === '' ? row.label : `${row.label}: ${row.description}`,
      ...(row.tooltip === undefined ? [] : row.tooltip.split('\n').filter((line) => line !== '')),
    ];
  const lines = [
    `${row.label}: ${row.description}`,
    l10n.t('System {0}, file {1}', entry.cluster.system, entry.file),
  ];
  if (entry.asks) lines.push(l10n.t('A host key or a secret is missing. Connect asks you for it.'));
  if (entry.state?.observerLost) lines.push(lostSentence());
  for (const each of entry.state?.rebuild ?? []) {
    const due = dueText(each, entry.cluster, now);
    lines.push(
      `${each.what}: ${[each.state, due, each.note].filter((part) => part !== undefined).join(', ')}`,
    );
  }
  return lines;
}
