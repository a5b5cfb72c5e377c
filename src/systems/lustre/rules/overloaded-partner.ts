import type { Finding } from '../../../cluster/finding';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import { hasAllTargets, targets } from './targets';

/** `overloaded-partner`: a node would more than double its work when it takes over for one partner. */
export const overloadedPartner: Rule = (draft) => {
  if (!hasAllTargets(draft)) return [];
  const own = new Map<string, number>();
  /** By node, then by partner: how many targets the node would take over. */
  const gains = new Map<string, Map<string, number>>();
  for (const { primary, secondary } of targets(draft)) {
    if (!primary) continue;
    own.set(primary.value, (own.get(primary.value) ?? 0) + 1);
    if (!secondary || secondary.value === primary.value) continue;
    const byPartner = gains.get(secondary.value) ?? new Map<string, number>();
    gains.set(secondary.value, byPartner.set(primary.value, (byPartner.get(primary.value) ?? 0) + 1));
  }
  return draft.nodes.flatMap(({ name, range }): Finding[] => {
    const served = name && own.get(name.value);
    if (!name || !served) return [];
    // The first of the worst: a stable sort keeps the order of the file.
    const [worst] = [...(gains.get(name.value) ?? [])].sort(([, a], [, b]) => b - a);
    if (!worst || worst[1] <= served) return [];
    const [partner, gain] = worst;
    return [
      finding(
        'overloaded-partner',
        'warning',
        range,
        `${name.value} serves ${served} target${served === 1 ? '' : 's'}, and ${served + gain} after taking over the ${gain} of ${partner}: more than twice as many. Spread the secondaries of ${partner} over more nodes.`,
      ),
    ];
  });
};
