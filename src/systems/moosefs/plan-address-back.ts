import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { lastOwnChange, worthOf } from './candidate';
import { masterLiveOn, noMasterOn } from './checks';
import { expectedChunkservers } from './chunkservers';
import { promotesByItself } from './plan-hooks';
import { promotedSkew } from './plan-leftovers';
import { commonSkew, standsForElection } from './plan-parts';
import { lastMaster, type Answering, type Situation } from './situation';
import { addressBack, canary, rejoinElection, seeTheClusterBack, withdraw } from './steps';

/** Why nobody can say that the address belongs to the living master; undefined when it does. */
function doubt(
  input: PlanInput,
  { node, survey }: Answering,
  holder: Answering,
  { answering, silent, holders }: Situation,
): string | undefined {
  const [lost] = silent;
  if (lost) return `${lost.node.name} does not answer, and may be the master that clients wrote to last`;
  if (holders.length > 1) return 'the address is on more than one node';
  const seen = lastMaster(input);
  if (seen && seen !== node) return `${seen.name} was last seen as the master, not ${node.name}`;
  const own = survey.liveVersion ?? 0;
  for (const other of answering) {
    if (other.node === node) continue;
    const worth = worthOf(other.survey);
    const last = Math.max('unfit' in worth ? 0 : worth.last, lastOwnChange(other.survey)?.last ?? 0);
    if (last >= own) return `${other.node.name} has change ${last}, and ${node.name} ends at ${own - 1}`;
  }
  const hooked = answering.find(promotesByItself);
  if (hooked) return `the hooks of ucarp on ${hooked.node.name} do more than move the address`;
  for (const each of [holder, { node, survey }]) {
    const [ucarp, second] = each.survey.ucarps;
    if (!ucarp?.running || second || ucarp.unread)
      return `ucarp on ${each.node.name} does not run, or is not one that Standby understands`;
  }
  if (holder.survey.ucarps[0]?.skew !== promotedSkew || (survey.ucarps[0]?.skew ?? 0) <= promotedSkew)
    return `no interrupted run put it there (ucarp on ${holder.node.name} does not run at skew ${promotedSkew} alone)`;
  return undefined;
}

/**
 * The plan for a living master whose address a run that was given up has moved to another node: nobody else was ever
 * started, so the address goes back. Refused where anything speaks against that. Pure.
 */
export function planAddressBack(
  input: PlanInput,
  situation: Situation,
  master: Answering,
  holder: Answering,
): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const { name } = master.node;
  const why = doubt(input, master, holder, situation);
  if (why !== undefined) {
    return {
      ...plan,
      refused:
        `The master on ${name} is alive, but the virtual address is on ${holder.node.name}: no client finds the master. ` +
        `Whether it is to go back to ${name} is for you to say, because ${why}. When ${name} is the right master, end ucarp ` +
        `on ${holder.node.name} (kill it, then ip addr del), wait until the address is on ${name}, and start ucarp on ` +
        `${holder.node.name} again at the common skew.`,
    };
  }
  const others = situation.answering.filter(({ node }) => node !== master.node);
  const electors = others.filter(standsForElection);
  const skew = commonSkew([...electors, master]);
  const live = masterLiveOn(cluster, master.node, master.survey.liveVersion ?? 0);
  return {
    ...plan,
    to: name,
    lockNodes: situation.answering.map(({ node }) => node.name),
    notes: [
      `${name} is a living master (version ${master.survey.liveVersion}), but an interrupted run has given the address to ` +
        `${holder.node.name}, where none was started: the address goes back.`,
      `Nobody else has a change that ${name} lacks.`,
    ],
    steps: [
      // The holder last: whoever stands for election beside the master could take the address from it.
      ...[...electors.filter((each) => each !== holder), holder].map(({ node }) =>
        withdraw(cluster, node, [live, noMasterOn(cluster, node)], { skew }),
      ),
      addressBack(cluster, master.node),
      ...electors.map(({ node }) => rejoinElection(cluster, node, skew)),
      seeTheClusterBack(cluster, master.node, expectedChunkservers(input)),
      ...canary(cluster, new Set()),
    ],
  };
}
