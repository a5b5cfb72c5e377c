import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { addressOn, gone, noMasterOn } from './checks';
import type { OwnChange } from './candidate';
import { expectedChunkservers } from './chunkservers';
import { diedInPlace } from './plan-failover';
import { leftovers } from './plan-leftovers';
import { witnessesOf } from './plan-parts';
import { forbidden, lastMaster, mayBeWitnessed, situationOf, unprovable } from './situation';
import { lastMetadata } from './staleness';
import { canary, proveGone, restartMaster, seeTheClusterBack } from './steps';

/**
 * Whether a node made changes of its own after Standby last saw the master, and beyond what that one had: it was
 * promoted since, by a run after which nobody looked.
 */
function servedSince({ history }: PlanInput, { last, lastAt }: OwnChange): boolean {
  const known = lastMetadata(history);
  return known !== undefined && lastAt !== undefined && last >= known.version && lastAt > known.clock / 1000;
}

/** The plan for a master of which only the process died: start it again in place. Pure. */
export function planRestartMaster(input: PlanInput): Plan {
  const { cluster, history } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });

  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const no = forbidden(cluster, situation);
  if (no !== undefined) return refuse(no);
  const { answering, silent, live } = situation;
  const [master] = live;
  if (master) return { ...plan, nothingToDo: `The master on ${master.node.name} is alive.` };

  const dead = diedInPlace(input, situation);
  if (!dead) {
    return refuse(
      'No candidate that answers holds both the virtual address and the newest changes of its own: this is not ' +
        'a master of which only the process died. Look at `failover`.',
    );
  }
  const seen = lastMaster(input);
  if (seen ? seen !== dead.node && !servedSince(input, dead) : silent.length > 0) {
    return refuse(
      seen
        ? `${seen.name} was last seen as the master, not ${dead.node.name}: starting an older master again would lose writes.`
        : `${silent.map(({ node }) => node.name).join(', ')} does not answer and Standby never saw who was the master: ` +
            `starting ${dead.node.name} again might bring back an older master.`,
    );
  }
  const version = dead.last + 1;
  const known = lastMetadata(history);
  if (known && known.version > version) {
    return refuse(
      `${dead.node.name} would come back at version ${version}, but ${known.node} had ${known.version} when it was last ` +
        'seen: changes are missing here. Look at its changelogs before you start it.',
    );
  }
  for (const candidate of silent) {
    const why = unprovable(candidate, mayBeWitnessed(input, candidate, answering));
    if (why !== undefined) return refuse(why);
  }

  const others = answering.filter(({ node }) => node !== dead.node);
  const witnesses = witnessesOf(cluster, answering, silent);
  const proof = [
    ...others.map(({ node }) => noMasterOn(cluster, node)),
    ...others.map(({ node }) => addressOn(cluster, node, false)),
    ...silent.map((candidate) =>
      gone(candidate.node, witnesses, {
        holds: candidate.evidence?.console?.off,
        witnessed: mayBeWitnessed(input, candidate, answering),
      }),
    ),
  ];
  // A run that was given up may have taken candidates out of the election: the next failure must find them in it.
  const left = leftovers(input, dead, situation);
  return {
    ...plan,
    target: dead.node.name,
    lockNodes: answering.map(({ node }) => node.name),
    notes: [
      `${dead.node.name} holds the address and the newest changes (${version - 1}); its mfsmaster is gone.`,
      'ucarp watches hosts, not processes: the address stays where it is.',
    ],
    steps: [
      ...silent.map(({ node }) =>
        proveGone(
          node,
          proof.filter((check) => check.node === node.name),
        ),
      ),
      restartMaster(cluster, dead.node, version, proof),
      ...(left.length > 0 ? left : [seeTheClusterBack(cluster, dead.node, expectedChunkservers(input))]),
      ...canary(cluster, new Set(silent.map(({ node }) => node.name))),
    ],
  };
}
