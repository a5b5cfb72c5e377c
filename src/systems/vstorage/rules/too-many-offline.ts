import { parameter } from '../../../cluster/draft';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';

const name = 'mds.wd.max_offline_cs_hosts';

/**
 * `too-many-offline`: replication stops before the redundancy is used up. The value that the cluster has wins
 * over the one that is written; where none is written, the finding stands on the redundancy.
 */
export const tooManyOffline: Rule = (draft, observed) => {
  const pieces = draft.redundancy?.pieces;
  const written = parameter(draft, name);
  const live = observed?.parameters?.get(name);
  const most = live ?? written?.value;
  if (!pieces || most === undefined || draft.redundancy?.failureDomain?.value !== 'host') return [];
  const { tolerance } = pieces.value;
  if (tolerance <= most) return [];
  const source = live === undefined || live === written?.value ? '' : `The cluster has ${name} at ${live}. `;
  return [
    finding(
      'too-many-offline',
      'warning',
      written?.range ?? pieces.range,
      `${source}With more than ${most} host${most === 1 ? '' : 's'} offline nothing is rebuilt at all, but the redundancy stands the loss of ${tolerance}. Raise ${name} to ${tolerance}${source === '' ? '' : ' in the cluster'}.`,
      {
        related: written ? [{ range: pieces.range, message: `Tolerance ${tolerance}.` }] : [],
        fixes:
          written && written.value < tolerance
            ? [
                {
                  title: `Raise ${name} to ${tolerance}`,
                  edits: [{ range: written.range, newText: String(tolerance) }],
                },
              ]
            : [],
      },
    ),
  ];
};
