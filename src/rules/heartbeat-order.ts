import type { ClusterDraft } from '../cluster/draft';
import { formatDuration } from '../cluster/duration';
import type { Finding } from '../cluster/finding';
import { finding } from './finding';
import type { Rule } from './rule';
import { effective, timings, type Effective, type Timing } from './timing';

/** `heartbeat-order`: interval < inactiveAfter < offlineAfter ≤ maintenanceOfflineAfter does not hold. */
export const heartbeatOrder: Rule = (draft) =>
  timings.slice(1).flatMap((later, index) => {
    const earlier = timings[index];
    return earlier === undefined ? [] : (judge(draft, earlier, later) ?? []);
  });

function judge(draft: ClusterDraft, earlier: Timing, later: Timing): Finding | undefined {
  const low = effective(draft, earlier);
  const high = effective(draft, later);
  if (!low || !high) return undefined;
  const mayBeEqual = later === 'maintenanceOfflineAfter';
  if (low.value < high.value || (mayBeEqual && low.value === high.value)) return undefined;
  const range = high.range ?? low.range;
  // Neither is written: not this file's mistake. Both are parameters: `maintenance-shorter` says it.
  if (!range || (low.range && low.name !== earlier && high.range && high.name !== later)) return undefined;
  const relation = mayBeEqual ? 'at least as long as' : 'longer than';
  return finding(
    'heartbeat-order',
    'error',
    range,
    `${describe(high)} has to be ${relation} ${describe(low)}. ${remedy(low, high)}`,
    {
      related:
        high.range && low.range
          ? [{ range: low.range, message: `${low.name}: ${formatDuration(low.value)}` }]
          : [],
    },
  );
}

function describe({ name, value, range }: Effective): string {
  return `${name} (${formatDuration(value)}${range ? '' : ', the default'})`;
}

function remedy(low: Effective, high: Effective): string {
  if (!high.range) return `Lower ${low.name}, or write a longer ${high.name}.`;
  return low.range ? `Raise ${high.name} or lower ${low.name}.` : `Raise ${high.name}.`;
}
