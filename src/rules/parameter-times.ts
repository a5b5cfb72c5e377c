import { durationText, formatDuration } from '../cluster/duration';
import { finding } from './finding';
import type { Rule } from './rule';
import { timingParameters } from './timing';

/** `maintenance-shorter`: in maintenance, the cluster would wait less before it rebuilds. */
export const maintenanceShorter: Rule = (draft) => {
  const sound = timingParameters(draft).filter(({ isDoubtful }) => !isDoubtful);
  const normal = sound.find(({ timing }) => timing === 'offlineAfter');
  const maintenance = sound.find(({ timing }) => timing === 'maintenanceOfflineAfter');
  if (!normal || !maintenance || maintenance.written.value >= normal.written.value) return [];
  return [
    finding(
      'maintenance-shorter',
      'warning',
      maintenance.written.range,
      `${maintenance.name} is ${formatDuration(maintenance.written.value)}, shorter than ${normal.name} with ${formatDuration(normal.written.value)}: maintenance would make a rebuild start sooner. Raise it to ${normal.written.value} or more.`,
      { related: [{ range: normal.written.range, message: `${normal.name}: ${normal.written.value}` }] },
    ),
  ];
};

/** `heartbeat-mismatch`: Standby and the cluster would disagree about when a node is offline. */
export const heartbeatMismatch: Rule = (draft) =>
  timingParameters(draft).flatMap(({ timing, name, written: theirs, isDoubtful }) => {
    const own = draft.heartbeat[timing];
    if (!own || isDoubtful || own.value === theirs.value) return [];
    const text = durationText(theirs.value);
    return [
      finding(
        'heartbeat-mismatch',
        'warning',
        own.range,
        `${timing} is ${formatDuration(own.value)}, but ${name} is ${formatDuration(theirs.value)}: Standby and the cluster would not call a node offline at the same time. Make them equal, or delete ${timing}.`,
        {
          related: [{ range: theirs.range, message: `${name}: ${theirs.value}` }],
          fixes: [
            {
              title: `${own.value < theirs.value ? 'Raise' : 'Lower'} ${timing} to ${text}, the cluster's own value`,
              edits: [{ range: own.range, newText: text }],
            },
          ],
        },
      ),
    ];
  });
