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
    node.name ? [{ name: node.name.value, range: node.range, ...factsOf(node.name.value, observed) }] : [],
  );
  const master = observed.primary.find(({ what }) => what === 'master')?.node;
  return nodes.flatMap(({ name, range, skew }) => {
    if (skew === undefined || skew >= least) return [];
    // A promoted node runs at skew 1 until the last of the others has joined again: `rejoin` raises it. A ucarp that
    // came back with its machine is no rejoin, a metalogger is. In the middle of a failover the new master has the
    // skew already and nobody is the master yet.
    const isPromoted = master === name || (master === undefined && skew === 1);
    const isMissing = (other: MoosefsFacts) => other.skew === undefined || other.follows === false;
    if (isPromoted && nodes.some((other) => other.name !== name && isMissing(other))) return [];
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

function factsOf(node: string, observed: Observed): Pick<MoosefsFacts, 'skew' | 'follows'> {
  const facts: MoosefsFacts | undefined = observed.facts.get(node);
  return {
    ...(facts?.skew !== undefined && { skew: facts.skew }),
    ...(facts?.follows === false && { follows: false }),
  };
}
