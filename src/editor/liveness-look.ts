import type { Liveness, NodeFailure, NodeState } from '../heartbeat/state';
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
  down: 'nobody reaches it',
  partitioned: 'another node reaches it',
  undetermined: 'no node could say',
} as const;

const failures: Readonly<Record<NodeFailure['reason'], string>> = {
  'host-key-changed': 'its host key changed',
  'host-key-unknown': 'its host key is unknown',
  'host-key-revoked': 'its host key is revoked',
  'auth-failed': 'it refuses the login',
  'unknown-host': 'its name does not resolve',
  refused: 'its SSH port refuses',
  unreachable: 'there is no way to it',
  timeout: 'it does not answer',
  closed: 'it closes the connection',
  aborted: 'it was not asked to the end',
  busy: 'other nodes come first',
  protocol: 'it speaks no SSH',
  configuration: 'the SSH configuration is wrong',
  unreadable: 'its answer is unreadable',
};

/** Why no heartbeat comes, in a few words. */
export function failureText(failure: NodeFailure): string {
  return Object.hasOwn(failures, failure.reason) ? failures[failure.reason] : failure.reason;
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
export const lostSentence =
  'Most nodes fell silent at once and no other node confirms one of them down. Check the network of this machine first.';

/** A node's liveness in words that change only when the state does: no ages here. */
export function livenessText(node: NodeState): string {
  const why = node.failure ? ` (${failureText(node.failure)})` : '';
  switch (node.liveness) {
    case 'inactive':
    case 'offline':
      return node.verdict ? `${node.liveness} (${verdicts[node.verdict]})` : `${node.liveness}${why}`;
    case 'denied':
      return `denied${why}`;
    case 'unknown':
      return `no answer yet${why}`;
    case 'active':
    case 'maintenance':
      return node.liveness;
  }
}

/**
 * The same for a row of the tree: with the time since when something is wrong or until when it is meant to be.
 * Epoch milliseconds; days are told apart as of `now`.
 */
export function rowText(node: NodeState, observerLost: boolean, now: number): string {
  if (isUnseen(node, observerLost)) return 'not seen from here';
  const { liveness, since, maintenance } = node;
  const text = livenessText(node);
  if (liveness === 'maintenance') {
    const end = maintenance?.until === undefined ? '' : ` until ${moment(maintenance.until, now)}`;
    return `${text}${end}${node.failure ? ' (silent)' : ''}`;
  }
  if (liveness === 'active' || liveness === 'unknown' || since === undefined) return text;
  const [word = '', ...rest] = text.split(' ');
  return [`${word} since ${moment(since, now)}`, ...rest].join(' ');
}
