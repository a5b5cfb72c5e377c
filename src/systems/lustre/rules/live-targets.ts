import type { ClusterDraft } from '../../../cluster/draft';
import { scalarAt } from '../../../cluster/read';
import type { Observed } from '../../../rules/observed';
import type { LustreTarget } from '../section';
import { targetView, type TargetView } from '../view';
import { kindOf, targets, type TargetDraft } from './targets';

/** A target as it is written, with what the nodes say of it that answer now. */
export interface LiveTarget {
  readonly draft: TargetDraft;
  readonly view: TargetView;
}

/** The targets that are written completely enough to be recognised on a node. */
export function liveTargets(draft: ClusterDraft, observed: Observed | undefined): readonly LiveTarget[] {
  if (!observed) return [];
  const filesystem = scalarAt(draft.section, 'filesystem', 'string')?.value ?? '';
  const heard = new Map([...observed.facts].map(([node, facts]) => [node, { facts }]));
  return targets(draft).flatMap((target) => {
    const whole = complete(target);
    return whole ? [{ draft: target, view: targetView(filesystem, whole, heard) }] : [];
  });
}

function complete(draft: TargetDraft): LustreTarget | undefined {
  const { name, device, drbd, mountPoint, primary, secondary, serviceNodes } = draft;
  const kind = kindOf(draft);
  if (name === undefined || !kind || !device || !mountPoint || !primary) return undefined;
  return {
    name,
    kind,
    device: device.value,
    mountPoint: mountPoint.value,
    primary: primary.value,
    serviceNodes: serviceNodes ?? [],
    ...(drbd ? { drbd: drbd.value } : {}),
    ...(secondary && secondary.value !== primary.value ? { secondary: secondary.value } : {}),
  };
}
