import type { ClusterState, Liveness, NodeState } from '../heartbeat/state';
import type { RebuildState } from '../rebuild/progress';
import { leftText } from '../rebuild/words';
import type { Icon } from './liveness-look';
import * as l10n from './l10n';
import { livenessIcon, livenessOrder as order, lostSentence, rowText, stateWord } from './liveness-look';

/** How a cluster is, in one icon and one line. */
export interface Health {
  /** Higher is worse; comparable between clusters. */
  readonly badness: number;
  readonly icon: Icon;
  readonly text: string;
}

/** The worst liveness of a cluster, with the nodes counted by it; undefined state: nobody watches. */
export function health(state: ClusterState | undefined): Health {
  if (!state) return { badness: 0, icon: { id: 'circle-outline' }, text: l10n.t('not watched') };
  if (state.observerLost) {
    return {
      badness: order.length + 1,
      icon: { id: 'debug-disconnect', color: 'list.errorForeground' },
      text: l10n.t('this machine has lost the cluster'),
    };
  }
  const by = new Map<Liveness, number>();
  for (const node of state.nodes) by.set(node.liveness, (by.get(node.liveness) ?? 0) + 1);
  const worst = order.findLast((liveness) => by.has(liveness)) ?? 'unknown';
  const recovery = worstRecovery(state);
  const parts =
    worst === 'active'
      ? [
          l10n.plural(
            state.nodes.length,
            l10n.t('all {0} node active', state.nodes.length),
            l10n.t('all {0} nodes active', state.nodes.length),
          ),
        ]
      : order
          .toReversed()
          .filter((liveness) => by.has(liveness))
          .map((liveness) => `${by.get(liveness) ?? 0} ${stateWord(liveness)}`);
  if (recovery) parts.push(recovery === 'rebuilding' ? goingOn(state) : rebuildText(recovery));
  const badness = 1 + order.indexOf(worst);
  const needs = recovery !== undefined && needsPerson(state, recovery);
  const own = recovery && recoveryBadness(recovery, needs);
  const isRecoveryWorse = recovery !== undefined && own !== undefined && own > badness;
  return {
    badness: isRecoveryWorse ? own : badness,
    icon: isRecoveryWorse ? recoveryIcon(recovery, needs) : livenessIcon(worst),
    text: parts.join(', '),
  };
}

/** From best to worst: what goes by itself, what waits, what needs a person. */
const recoveryOrder: readonly RebuildState[] = [
  'stable',
  'rebuilding',
  'held',
  'waiting',
  'stalled',
  'suppressed',
  'disconnected',
  'split-brain',
];

/** The state of the recovery that is worst; undefined when all are complete. */
function worstRecovery({ rebuild }: ClusterState): RebuildState | undefined {
  const worst = Math.max(0, ...rebuild.map(({ state }) => recoveryOrder.indexOf(state)));
  return worst === 0 ? undefined : recoveryOrder[worst];
}

/** On the scale of nodes: a mirror that lost its other half is as bad as a silent node, two truths as a dead one. */
function recoveryBadness(state: RebuildState, needs: boolean): number {
  const as = (liveness: Liveness) => 1 + order.indexOf(liveness) + 0.5;
  if (state === 'split-brain') return as('offline');
  return needs ? as('denied') : as('active');
}

/** Whether it does not go on by itself; a waiting whose end is not known may be for ever. */
function needsPerson({ rebuild }: ClusterState, state: RebuildState): boolean {
  if (state === 'waiting') return rebuild.some((one) => one.state === 'waiting' && one.dueAt === undefined);
  return ['stalled', 'suppressed', 'disconnected', 'split-brain'].includes(state);
}

function recoveryIcon(state: RebuildState, needs: boolean): Icon {
  if (state === 'split-brain') return { id: 'error', color: 'list.errorForeground' };
  return { id: needs ? 'warning' : 'sync', color: 'list.warningForeground' };
}

/** That something is rebuilt, with the time left of what takes longest, where that is known. */
function goingOn({ rebuild, at }: ClusterState): string {
  const running = rebuild.filter((one) => one.state === 'rebuilding');
  const [last] = running.toSorted((a, b) => (b.endsAt ?? Infinity) - (a.endsAt ?? Infinity));
  const left = last && leftText(last, at);
  return left === undefined ? rebuildText('rebuilding') : l10n.t('rebuilding, {0} left', left);
}

/** The state of a rebuild beside a count of nodes: "waiting" alone could be said of the nodes. */
export function rebuildText(state: RebuildState): string {
  switch (state) {
    case 'stable':
      return l10n.t('stable');
    case 'rebuilding':
      return l10n.t('rebuilding');
    case 'stalled':
      return l10n.t('rebuild stalled');
    case 'held':
      return l10n.t('rebuild held');
    case 'waiting':
      return l10n.t('rebuild waiting');
    case 'suppressed':
      return l10n.t('rebuild suppressed');
    case 'disconnected':
      return l10n.t('disconnected');
    case 'split-brain':
      return l10n.t('split brain');
  }
}

/** The cluster that needs a person first, of some; undefined when there is none. */
export function worstOf<T extends { readonly health: Health }>(clusters: readonly T[]): T | undefined {
  return clusters.reduce<T | undefined>(
    (worst, each) => (worst && worst.health.badness >= each.health.badness ? worst : each),
    undefined,
  );
}

/** How many nodes are silent, for the badge: one for a cluster that is lost from here, whatever its nodes. */
export function silence(states: readonly (ClusterState | undefined)[]): {
  readonly value: number;
  readonly text: string;
} {
  let nodes = 0;
  const lost: string[] = [];
  for (const state of states) {
    if (!state) continue;
    if (state.observerLost) lost.push(state.cluster.name);
    else nodes += state.nodes.filter(isSilent).length;
  }
  const texts = [
    ...(nodes > 0
      ? [l10n.plural(nodes, l10n.t('{0} silent node', nodes), l10n.t('{0} silent nodes', nodes))]
      : []),
    ...lost.map((name) => l10n.t('this machine has lost the cluster {0}', name)),
  ];
  return { value: nodes + lost.length, text: texts.join(', ') };
}

/** A node in maintenance may be silent. */
function isSilent({ liveness, maintenance }: NodeState): boolean {
  return (liveness === 'inactive' || liveness === 'offline') && maintenance === undefined;
}

/** Nodes that are named one by one; the rest is counted. */
const mostNamed = 5;

/** The nodes that are not well, worst first, each with since when and why; a sentence a string. */
export function troubles(state: ClusterState, now: number): readonly string[] {
  if (state.observerLost) return [lostSentence()];
  const troubled = state.nodes
    .filter(({ liveness }) => ['offline', 'inactive', 'denied'].includes(liveness))
    .toSorted((a, b) => order.indexOf(b.liveness) - order.indexOf(a.liveness));
  const lines = troubled
    .slice(0, mostNamed)
    .map((node) =>
      [`${node.name}: ${rowText(node, false, now)}.`, node.reason]
        .filter((part) => part !== undefined)
        .join(' '),
    );
  const more = troubled.length - mostNamed;
  if (more <= 0) return lines;
  return [...lines, l10n.plural(more, l10n.t('and {0} other', more), l10n.t('and {0} others', more))];
}
