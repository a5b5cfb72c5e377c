import type { Finding } from '../cluster/finding';
import { finding } from './finding';
import type { Rule } from './rule';

/** `two-masters`: more than one node says that it is the primary of the same thing. */
export const twoMasters: Rule = (draft, observed) => {
  const byWhat = new Map<string, Set<string>>();
  for (const { what, node } of observed?.primary ?? []) {
    byWhat.set(what, (byWhat.get(what) ?? new Set()).add(node));
  }
  return [...byWhat].flatMap(([what, claimants]): Finding[] => {
    if (claimants.size < 2) return [];
    const nodes = draft.nodes.filter(({ name }) => name && claimants.has(name.value));
    const range = nodes[0]?.range ?? draft.nodesKey;
    if (!range) return [];
    return [
      finding(
        'two-masters',
        'error',
        range,
        `${claimants.size} nodes say that they are the primary of ${what}: ${[...claimants].join(', ')}. Both may be writing. Stop the one that should not be it, before clients write to both.`,
        {
          related: nodes
            .slice(1)
            .map((node) => ({ range: node.range, message: `${node.name?.value ?? ''} says so too.` })),
        },
      ),
    ];
  });
};
