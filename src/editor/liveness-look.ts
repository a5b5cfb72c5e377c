import type { Liveness, NodeFailure, NodeState } from '../heartbeat/state';
import * as l10n from './l10n';
import { moment } from './words';

/** Ids of a codicon and of a theme colour: themes for light, dark and high contrast bring their own values. */
export interface Icon {
  readonly id: string;
  readonly color?: string;
}

const icons: Readonly<Record<Liveness, Icon>> = {
  active: { id: 'pass-filled', color: 'testing.iconPassed' },
  unknown: { id: 'circle-outline', color: 'disabledForeground' },
  maintenance: { id: 'tools', color: 'charts.blue' },
  inactive: { id: 'warning', color: 'list.warningForeground' },
  denied: { id: 'lock', color: 'list.warningForeground' },
  offline: { id: 'error', color: 'list.errorForeground' },
};

/** The icon of a liveness. Its shape differs too, because colour alone tells some people nothing. */
export function livenessIcon(liveness: Liveness): Icon {
  return icons[liveness];
}

/** From best to worst. A node in maintenance is where its operator wants it. */
export const livenessOrder: readonly Liveness[] = [
  'active',
  'maintenance',
  'unknown',
  'denied',
  'inactive',
  'offline',
];

const verdicts = {
  down: () => l10n.t('nobody reaches it'),
  partitioned: () => l10n.t('another node reaches it'),
  undetermined: () => l10n.t('no node could say'),
} as const;

const failures: Readonly<Record<NodeFailure['reason'], () => string>> = {
  'host-key-changed': () => l10n.t('its host key changed'),
  'host-key-unknown': () => l10n.t('its host key is unknown'),
  'host-key-revoked': () => l10n.t('its host key is revoked'),
  'auth-failed': () => l10n.t('it refuses the login'),
  'unknown-host': () => l10n.t('its name does not resolve'),
  refused: () => l10n.t('its SSH port refuses'),
  unreachable: () => l10n.t('there is no way to it'),
  timeout: () => l10n.t('it does not answer'),
  closed: () => l10n.t('it closes the connection'),
  aborted: () => l10n.t('it was not asked to the end'),
  busy: () => l10n.t('other nodes come first'),
  protocol: () => l10n.t('it speaks no SSH'),
  configuration: () => l10n.t('the SSH configuration is wrong'),
  unreadable: () => l10n.t('its answer is unreadable'),
};

/** Why no heartbeat comes, in a few words. */
export function failureText(failure: NodeFailure): string {
  return Object.hasOwn(failures, failure.reason) ? failures[failure.reason]() : failure.reason;
}

/**
 * Whether this machine's own network explains the node's silence (the cluster is lost from here): then nothing is
 * said about the node.
 */
export function isUnseen(node: NodeState, observerLost: boolean): boolean {
  return observerLost && ['inactive', 'offline', 'unknown'].includes(node.liveness);
}

/** The liveness that a row shows: that of a node that cannot be seen from here is unknown. */
export function shownLiveness(node: NodeState, observerLost: boolean): Liveness {
  return isUnseen(node, observerLost) ? 'unknown' : node.liveness;
}

/** What a person is told once instead of a word for every node. */
export const lostSentence = () =>
  l10n.t(
    'Most nodes fell silent at once and no other node confirms one of them down. Check the network of this machine first.',
  );

/**
 * A liveness in words. They are the words of the filter, of the command line and of the cluster files' pages, too; who
 * translates them should leave them recognisable.
 */
export function livenessWord(liveness: Liveness): string {
  switch (liveness) {
    case 'active':
      return l10n.t('active');
    case 'inactive':
      return l10n.t('inactive');
    case 'offline':
      return l10n.t('offline');
    case 'denied':
      return l10n.t('denied');
    case 'maintenance':
      return l10n.t('maintenance');
    case 'unknown':
      return l10n.t('no answer yet');
  }
}

/** A node's liveness in words that change only when the state does: no ages here. */
export function livenessText(node: NodeState): string {
  return withWhy(livenessWord(node.liveness), node);
}

/** The same beside a number of nodes, or where the state stands alone: "3 no answer yet" would be no English. */
export function stateWord(liveness: string): string {
  if (liveness === 'unknown') return l10n.t('unknown');
  return Object.hasOwn(icons, liveness) ? livenessWord(liveness as Liveness) : liveness;
}

function withWhy(word: string, { liveness, verdict, failure }: NodeState): string {
  if (liveness === 'active' || liveness === 'maintenance') return word;
  if (verdict && (liveness === 'inactive' || liveness === 'offline'))
    return `${word} (${verdicts[verdict]()})`;
  return failure ? `${word} (${failureText(failure)})` : word;
}

/**
 * The same for a row of the tree: with the time since when something is wrong or until when it is meant to be.
 * Epoch milliseconds; days are told apart as of `now`.
 */
export function rowText(node: NodeState, observerLost: boolean, now: number): string {
  if (isUnseen(node, observerLost)) return l10n.t('not seen from here');
  const { liveness, since, maintenance, failure } = node;
  if (liveness === 'maintenance') {
    const text =
      maintenance?.until === undefined
        ? livenessWord(liveness)
        : l10n.t('{0} until {1}', livenessWord(liveness), moment(maintenance.until, now));
    return failure ? l10n.t('{0} (silent)', text) : text;
  }
  if (liveness === 'active' || liveness === 'unknown' || since === undefined) return livenessText(node);
  return withWhy(l10n.t('{0} since {1}', livenessWord(liveness), moment(since, now)), node);
}
