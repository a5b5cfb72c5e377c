import type { SystemRow, Tone } from '../systems/system-row';
import * as l10n from './l10n';
import type { Icon } from './liveness-look';
import { contextOf, isCurrent } from './node-row';
import { leaf, withChildren, type Drawn, type Leaf, type Row } from './row';

/** More rows than this below one are not shown until somebody opens it. */
const mostOpened = 30;

/** Each shape differs: colour alone tells some people nothing. */
const icons: Readonly<Record<Tone, Icon | undefined>> = {
  good: { id: 'pass-filled', color: 'testing.iconPassed' },
  busy: { id: 'sync', color: 'charts.blue' },
  warning: { id: 'warning', color: 'list.warningForeground' },
  bad: { id: 'error', color: 'list.errorForeground' },
  unknown: { id: 'question', color: 'disabledForeground' },
  none: undefined,
};

/** The rows that the cluster's own system supplies, as rows of the tree; they stand before its nodes. */
export function systemRows(entry: Drawn): readonly Row[] {
  const { state, rowsOf, now } = entry;
  if (!state || !rowsOf) return [];
  // Once nobody speaks any more, what was said is history: it must not look like the present.
  const isPast = state.observerLost || !state.nodes.some((node) => isCurrent(node));
  return rowsOf(state, now ?? state.at).flatMap((row) => partRow(entry, row, isPast, 0) ?? []);
}

function partRow(entry: Drawn, source: SystemRow, isPast: boolean, depth: number): Row | undefined {
  const children = (source.children ?? []).flatMap((each) => partRow(entry, each, isPast, depth + 1) ?? []);
  if (children.length === 0 && !isWanted(entry, source)) return undefined;
  const { id, label, description = '', tooltip, node, item } = source;
  const tone = isPast && source.tone !== 'none' ? 'unknown' : source.tone;
  const icon = icons[tone];
  const row: Leaf = {
    // No role begins with a colon.
    id: `${entry.key}/::${id}`,
    kind: 'part',
    cluster: entry.key,
    label,
    description: isPast && description !== '' ? l10n.t('was {0}', description) : description,
    tone,
    context: contextOfPart(entry, source),
    ...(icon && { icon }),
    ...(tooltip !== undefined && { tooltip }),
    ...(node !== undefined && { node }),
    ...(item !== undefined && { item }),
  };
  if (children.length === 0) return leaf(row);
  return withChildren({ ...row, expanded: depth === 0 && children.length <= mostOpened }, () => children);
}

/** While the tree is filtered by nodes, what belongs to none of those that fit is left out. */
function isWanted({ filter, cluster, states, primaries }: Drawn, { node }: SystemRow): boolean {
  if (!filter) return true;
  const found = cluster.nodes.find(({ name }) => name === node);
  return found !== undefined && filter.matches(found, states.get(found.name), primaries.has(found.name));
}

/** The words of `when` clauses: whether a plan may be about it, and what may be done about its node. */
function contextOfPart(entry: Drawn, { node, item }: SystemRow): string {
  const { targets, states, state } = entry;
  const isTarget = [item, node].some((name) => name !== undefined && targets?.has(name));
  return [
    'part',
    ...(isTarget ? ['target'] : []),
    ...(node === undefined ? [] : ['ofnode', ...contextOf(states.get(node), state?.observerLost ?? false)]),
  ].join(' ');
}
