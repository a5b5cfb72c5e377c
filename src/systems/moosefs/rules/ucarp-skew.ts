import type { Observed } from '../../../rules/observed';
import { finding } from '../../../rules/finding';
import type { Rule } from '../../../rules/rule';
import type { MoosefsFacts } from '../probes-facts';
import { candidates } from './candidates';

/** A promoted node starts ucarp at skew 1; whoever runs lower, or as low, may win against it. */
const least = 2;

/** `ucarp-skew`, live: a candidate could take the address back from a promoted node. */
export const ucarpSkew: Rule = (draft, observed) => {
  if (!observed) return [];
  const nodes = candidates(draft).flatMap((node) =>
    node.name ? [{ name: node.name.value, range: node.range, skew: skewOf(node.name.value, observed) }] : [],
  );
  const master = observed.primary.find(({ what }) => what === 'master')?.node;
  return nodes.flatMap(({ name, range, skew }) => {
    if (skew === undefined || skew >= least) return [];
    // A promoted node runs at skew 1 until the last of the others has joined again: `rejoin` raises it. In the
    // middle of a failover it has the skew already and nobody is the master yet.
    const isPromoted = master === name || (master === undefined && skew === 1);
    if (isPromoted && nodes.some((other) => other.skew === undefined)) return [];
    return [
      finding(
        'ucarp-skew',
        'warning',
        range,
        `ucarp runs on ${name} with skew ${skew}: a node promoted at skew 1 could not win against it when a partition heals. Start ucarp on ${name} with -k ${least} or more.`,
      ),
    ];
  });
};

function skewOf(node: string, observed: Observed): number | undefined {
  const facts: MoosefsFacts | undefined = observed.facts.get(node);
  return facts?.skew;
}
