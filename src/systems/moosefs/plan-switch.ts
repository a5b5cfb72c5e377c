import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { fitness, worthOf } from './candidate';
import { addressOn, followedBy, noMasterOn, nothingMissing } from './checks';
import { expectedChunkservers } from './chunkservers';
import { downHookAdds } from './hooks';
import { noHooksAtWork, promotesByItself } from './plan-hooks';
import { commonSkew, standsForElection } from './plan-parts';
import type { Answering, Situation } from './situation';
import { sameHistory } from './tails';
import {
  canary,
  dryRun,
  promote,
  rehearse,
  rejoinElection,
  seeTheClusterBack,
  stopMaster,
  takeAddress,
  withdraw,
} from './steps';

/** Changes that a metalogger may lag behind the living master and still be on its way to catch up. */
const mostBehind = 1_000;

/** Why the address cannot be handed from `master` to `winner` now; undefined when it can. */
function obstacle(
  input: PlanInput,
  { survey, node }: Answering,
  winner: Answering,
  { silent, answering }: Situation,
): string | undefined {
  const { name } = winner.node;
  const [lost] = silent;
  if (lost) {
    return (
      `${lost.node.name} does not answer (${lost.error.reason}). A planned switch can wait until every candidate answers: ` +
      'another run, or another master, may be active there.'
    );
  }
  const fit = fitness(winner.survey);
  if ('unfit' in fit) {
    return `${name}, which should take over, cannot be promoted: ${fit.unfit}. write-image may help, where it lacks an image.`;
  }
  const behind = (survey.liveVersion ?? 0) - (fit.last + 1);
  if (behind > mostBehind)
    return `${name} is ${behind} changes behind ${node.name}: is its metalogger connected? Wait until it has caught up.`;
  // Split histories share the file system's id and count on by themselves: the changes themselves tell.
  if (behind < -mostBehind || !sameHistory(input, node, winner.node))
    return `${name} has changes that ${node.name} never made: its metadata is of another history. rejoin ${name} first.`;
  if (!winner.survey.processes.some((process) => process.name === 'mfsmetalogger'))
    return `No metalogger runs on ${name}, so it does not follow ${node.name}. Start it there first.`;
  for (const candidate of answering) {
    const [ucarp, second] = candidate.survey.ucarps;
    if (second || ucarp?.unread)
      return `ucarp on ${candidate.node.name} is not one that Standby understands: stop it there first.`;
  }
  for (const candidate of [winner, { node, survey }])
    if (!standsForElection(candidate) || !candidate.survey.ucarps[0]?.running)
      return `No ucarp for the virtual address runs on ${candidate.node.name}. Start it there first.`;
  return undefined;
}

/** Moves a living master to another candidate: rehearsed before, an orderly stop first, a way back until the end. Pure. */
export function planSwitch(
  input: PlanInput,
  situation: Situation,
  master: Answering,
  winner: Answering,
): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const why = obstacle(input, master, winner, situation);
  if (why !== undefined) return { ...plan, refused: why };
  const { answering } = situation;
  const others = answering.filter((each) => each !== winner && each !== master);
  const electors = others.filter(standsForElection);
  const skew = commonSkew([...electors, master]);
  const withoutHooks = answering.some(promotesByItself);
  const worth = worthOf(winner.survey);
  const reached = 'unfit' in worth ? 0 : worth.last + 1;
  const complete = nothingMissing(cluster, winner.node, master.node);
  const elsewhere = [...others, master].map(({ node }) => addressOn(cluster, node, false));
  const idle = [...others, winner].map(({ node }) => noMasterOn(cluster, node));
  const tried = dryRun(cluster, winner.node, reached);
  const { name } = winner.node;
  // Where hooks move the address and do it right, the old master's ucarp yields within its next advertisement (ucarp(8),
  // --preempt); otherwise it is ended, the address is deleted, and its silence takes three.
  const preempt = !withoutHooks && !master.survey.hooks.some(downHookAdds);
  const othersWithout = others.map(({ node }) => addressOn(cluster, node, false));
  const taken = takeAddress(cluster, winner.node, preempt ? othersWithout : elsewhere, {
    withoutHooks,
    preempt,
    skew,
  });
  const stopped = stopMaster(
    cluster,
    master.node,
    master.survey.liveVersion ?? 0,
    [followedBy(cluster, master.node, winner.node), ...idle],
    idle,
  );
  const masterLeaves = withdraw(cluster, master.node, [noMasterOn(cluster, master.node)], {
    withoutHooks,
    skew,
  });
  return {
    ...plan,
    to: name,
    lockNodes: answering.map(({ node }) => node.name),
    notes: [
      `${master.node.name} is the master (version ${master.survey.liveVersion}); ${name} has version ${reached}.`,
      'What is promised: nothing is lost. The old master saves everything, and what it saved is compared with what the new ' +
        'one reached before that one starts. Until then every step can be taken back.',
      ...(withoutHooks
        ? ['Hooks that do more than move the address are not run: ucarp is ended so that it starts none.']
        : []),
      `${master.node.name} is left with its mfsmaster off: \`rejoin ${master.node.name}\` makes it a metalogger.`,
    ],
    steps: [
      rehearse(cluster, winner.node),
      // The heir's own hooks would promote it as soon as nobody advertises any more (safety 10).
      ...[...electors, ...(withoutHooks ? [winner] : [])].map(({ node }) =>
        withdraw(cluster, node, [noMasterOn(cluster, node)], { withoutHooks, skew }),
      ),
      // On the way back the old master gets the address before anybody else stands for election.
      {
        ...stopped,
        undo: [
          ...(stopped.undo ?? []),
          ...(withoutHooks ? [] : [rejoinElection(cluster, winner.node, skew)]),
        ],
      },
      ...(preempt ? [] : [masterLeaves]),
      { ...taken, undo: taken.undo?.slice(0, 1) ?? [] },
      {
        ...tried,
        checks: [noMasterOn(cluster, master.node)],
        verify: [...tried.verify, complete, ...elsewhere],
        verifyForMs: 15_000,
        doneWhen: [...tried.doneWhen, complete],
      },
      promote(
        cluster,
        winner.node,
        reached,
        [
          complete,
          ...elsewhere,
          ...noHooksAtWork(answering),
          ...[...others, master].map(({ node }) => noMasterOn(cluster, node)),
        ],
        undefined,
      ),
      ...[...electors, ...(preempt ? [] : [master])].map(({ node }) => rejoinElection(cluster, node, skew)),
      seeTheClusterBack(cluster, winner.node, expectedChunkservers(input)),
      ...canary(cluster, new Set()),
    ],
  };
}
