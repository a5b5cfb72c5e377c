import type { PlanItem } from '../failover/planner';
import type { Called } from './called';

/** Of all targets those that a command called on a row can mean: the row's own, else what belongs to its node. */
export function offeredTargets(targets: readonly PlanItem[], { node, item }: Called): readonly PlanItem[] {
  const named = targets.filter(({ name }) => name === item);
  if (named.length > 0) return named;
  if (node === undefined) return targets;
  const own = targets.filter(({ name }) => name === node);
  return own.length > 0 ? own : targets.filter((each) => each.node === node);
}
