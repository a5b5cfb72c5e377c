import type { Cluster } from '../../cluster/cluster';
import type { Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { noMasterOn } from './checks';
import { expectedChunkservers } from './chunkservers';
import { commonSkew } from './plan-parts';
import type { Answering, Situation } from './situation';
import { metaloggerBack, rejoinElection, seeTheClusterBack, tidy, withdraw } from './steps';

/** A promoted node runs ucarp at this skew; another one that does, below the master's own, was about to be promoted. */
export const promotedSkew = 1;

function leftOn(
  cluster: Cluster,
  live: Answering,
  { node, survey }: Answering,
  skew: number,
): readonly Step[] {
  const usual = live.survey.ucarps[0]?.skew ?? skew;
  const [ucarp] = survey.ucarps;
  const idle = [noMasterOn(cluster, node)];
  const stopped = survey.scratchLeft && !survey.processes.some(({ name }) => name === 'mfsmetalogger');
  return [
    ...(ucarp?.running && ucarp.skew === promotedSkew && usual > promotedSkew && !ucarp.unread
      ? [withdraw(cluster, node, idle), rejoinElection(cluster, node, skew)]
      : []),
    ...(ucarp && !ucarp.running ? [rejoinElection(cluster, node, skew)] : []),
    ...(stopped ? [metaloggerBack(cluster, node)] : []),
    ...(survey.scratchLeft ? [tidy(cluster, node)] : []),
  ];
}

/**
 * What an earlier run that was given up has left beside a living master: an ucarp that it stopped or prepared, a
 * metalogger that it stopped, a dry run's folder. Pure.
 */
export function leftovers(input: PlanInput, live: Answering, { answering }: Situation): readonly Step[] {
  const { cluster } = input;
  const others = answering.filter((each) => each.node !== live.node);
  const skew = commonSkew(others);
  const steps = others.flatMap((each) => leftOn(cluster, live, each, skew));
  const own = live.survey.scratchLeft ? [tidy(cluster, live.node)] : [];
  if (steps.length + own.length === 0) return [];
  return [...steps, ...own, seeTheClusterBack(cluster, live.node, expectedChunkservers(input))];
}
