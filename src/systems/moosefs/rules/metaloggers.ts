import { storageNodes } from '../../../cluster/draft';
import { finding } from '../../../rules/finding';
import { canCountRoles, nodesWithRole } from '../../../rules/roles';
import type { Rule } from '../../../rules/rule';

/** `many-metaloggers`: each one gets every change over the network. */
export const manyMetaloggers: Rule = (draft) => {
  if (!canCountRoles(draft)) return [];
  const masters = new Set(nodesWithRole(draft, 'master'));
  const metaloggers = nodesWithRole(draft, 'metalogger').filter((node) => !masters.has(node));
  const servers = storageNodes(draft).length;
  // More than max(3, servers / 10), without rounding.
  if (metaloggers.length * 10 <= Math.max(30, servers)) return [];
  const enough = Math.max(3, Math.floor(servers / 10));
  const first = metaloggers[enough];
  if (!first) return [];
  return [
    finding(
      'many-metaloggers',
      'information',
      first.range,
      `${metaloggers.length} metaloggers besides the candidates, for ${servers} chunkservers: each costs network load with every change. ${enough} are enough; take the role from ${metaloggers.length - enough}.`,
      {
        related: metaloggers.slice(enough + 1).map((node) => ({
          range: node.range,
          message: `${node.name?.value ?? 'This node'} is one more.`,
        })),
      },
    ),
  ];
};
