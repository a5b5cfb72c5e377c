import type { Liveness, NodeState } from '../heartbeat/state';

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

const verdicts = {
  down: 'nobody reaches it',
  partitioned: 'another node reaches it',
  undetermined: 'no node could say',
} as const;

/** A node's liveness in words that change only when the state does: no ages here. */
export function livenessText(node: NodeState): string {
  switch (node.liveness) {
    case 'inactive':
    case 'offline':
      return node.verdict ? `${node.liveness} (${verdicts[node.verdict]})` : node.liveness;
    case 'denied':
      return node.failure ? `denied (${node.failure.reason.replaceAll('-', ' ')})` : 'denied';
    case 'unknown':
      return node.failure ? `no answer yet (${node.failure.reason.replaceAll('-', ' ')})` : 'no answer yet';
    case 'active':
    case 'maintenance':
      return node.liveness;
  }
}
