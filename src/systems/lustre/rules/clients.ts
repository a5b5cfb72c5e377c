import { listAt } from '../../../cluster/read';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { kindOf, targets, texts } from './targets';

/** `ping-only-heartbeat`: the pair cannot tell a dead node from a dead network. */
export const pingOnlyHeartbeat: Rule = (draft) => {
  const list = listAt(draft.section, 'heartbeatPaths');
  if (!list || list.isBroken || list.isCut || texts(list).join() !== 'ping') return [];
  return [
    finding(
      'ping-only-heartbeat',
      'warning',
      list.range,
      'The partners of a pair watch each other by ping alone: a dead network looks like a dead node, and both may mount a target. Add a path that does not use the network: serial, ipmi or disk.',
    ),
  ];
};

/** `clients-must-remount`: clients do not know where else to look for the target. */
export const clientsMustRemount: Rule = (draft) =>
  targets(draft).flatMap((target) => {
    const kind = kindOf(target);
    const { name, range, serviceNodes } = target;
    if ((kind !== 'OST' && kind !== 'MDT') || !serviceNodes || serviceNodes.length >= 2) return [];
    const count = serviceNodes.length === 0 ? 'no service node' : 'one service node';
    return [
      finding(
        'clients-must-remount',
        'information',
        range,
        `${name ?? 'This target'} has ${count}: a failover needs an umount and a mount on every client. Register the NIDs of both nodes with the target (tunefs.lustre --servicenode) and write them as serviceNodes.`,
      ),
    ];
  });

/** `mgs-single-nid`: clients know one place of the MGS, which may be in another. */
export const mgsSingleNid: Rule = (draft) => {
  const nids = listAt(draft.section, 'mgsNids');
  if (!nids || nids.isBroken || nids.isCut || texts(nids).length !== 1) return [];
  const secondary = targets(draft).find((target) => kindOf(target) === 'MGT' && target.secondary)?.secondary;
  if (!secondary) return [];
  return [
    finding(
      'mgs-single-nid',
      'warning',
      nids.range,
      `One NID of the MGS (${texts(nids).join()}), but the MGT can move to ${secondary.value}: after that, clients cannot mount. Add the NID of ${secondary.value}.`,
      { related: [{ range: secondary.range, message: `The secondary of the MGT is ${secondary.value}.` }] },
    ),
  ];
};
