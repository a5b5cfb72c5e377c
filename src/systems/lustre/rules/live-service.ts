import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { liveTargets } from './live-targets';

/** `not-failed-back`, live: a target is served by its standby. */
export const notFailedBack: Rule = (draft, observed) =>
  liveTargets(draft, observed).flatMap(({ draft: { name, primary }, view: { mounted } }) => {
    const [node] = mounted;
    if (!primary || mounted.length !== 1 || node === undefined || node === primary.value) return [];
    return [
      finding(
        'not-failed-back',
        'warning',
        primary.range,
        `${name} is mounted on ${node}, its standby, and not on ${primary.value}: ${node} carries the work of two. When the mirror is up to date, failback ${name} brings it home; or write ${node} as its primary.`,
      ),
    ];
  });

/** `clients-evicted`, live: the last recovery of a target went on without some clients. */
export const clientsEvicted: Rule = (draft, observed) =>
  liveTargets(draft, observed).flatMap(({ draft: { name, range }, view: { recovery } }) => {
    const { evicted = 0, clients, status } = recovery ?? {};
    if (evicted === 0) return [];
    const when = status === 'COMPLETE' ? 'The last recovery' : 'The recovery';
    return [
      finding(
        'clients-evicted',
        'warning',
        range,
        `${when} of ${name} cut off ${evicted}${clients === undefined ? '' : ` of ${clients}`} client${evicted === 1 && clients === undefined ? '' : 's'}: what they had not written yet is lost, and their open files fail. Look at their kernel logs for “evicted”, and check what ran there.`,
      ),
    ];
  });
