import { parameter } from '../../../cluster/draft';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';

const name = 'mds.wd.max_offline_cs_hosts';

/** `too-many-offline`: replication stops before the redundancy is used up. */
export const tooManyOffline: Rule = (draft) => {
  const pieces = draft.redundancy?.pieces;
  const most = parameter(draft, name);
  if (!pieces || !most || draft.redundancy?.failureDomain?.value !== 'host') return [];
  const { tolerance } = pieces.value;
  if (tolerance <= most.value) return [];
  return [
    finding(
      'too-many-offline',
      'warning',
      most.range,
      `With more than ${most.value} host${most.value === 1 ? '' : 's'} offline nothing is rebuilt at all, but the redundancy stands the loss of ${tolerance}. Raise ${name} to ${tolerance}.`,
      {
        related: [{ range: pieces.range, message: `Tolerance ${tolerance}.` }],
        fixes: [
          {
            title: `Raise ${name} to ${tolerance}`,
            edits: [{ range: most.range, newText: String(tolerance) }],
          },
        ],
      },
    ),
  ];
};
