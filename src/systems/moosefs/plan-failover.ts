import { emptyPlan } from '../../failover/blank';
import { presentDoubt } from '../../failover/doubt';
import type { Check, Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { fitness, lastOwnChange, worthOf, type OwnChange, type Worth } from './candidate';
import { addressOn, gone, noMasterOn } from './checks';
import { downHookAdds } from './hooks';
import { hooksAtWork, noHooksAtWork, planWaitForHooks, promotesByItself } from './plan-hooks';
import {
  candidatesOf,
  forbidden,
  lastMaster,
  mayBeWitnessed,
  situationOf,
  unprovable,
  type Answering,
  type Silent,
  type Situation,
} from './situation';
import { planAddressBack } from './plan-address-back';
import { leftovers } from './plan-leftovers';
import { commonSkew, standsForElection, witnessesOf } from './plan-parts';
import { planSwitch } from './plan-switch';
import { freshness, lowSkew, memory, promise } from './plan-notes';
import { staleness } from './staleness';
import {
  canary,
  dryRun,
  promote,
  proveGone,
  rejoinElection,
  seeTheClusterBack,
  takeAddress,
  withdraw,
} from './steps';
import { expectedChunkservers } from './chunkservers';

interface Fit extends Answering {
  readonly worth: Worth;
}

/** Why ucarp on an answering candidate forbids the plan (safety 10), or undefined. */
function ucarpForbids({ node, survey }: Answering): string | undefined {
  const [ucarp, second] = survey.ucarps;
  if (second) return `Two ucarps serve the virtual address on ${node.name}: stop one of them first.`;
  if (ucarp?.unread)
    return `The command line of ucarp on ${node.name} holds an option that Standby does not know.`;
  const unreadable = survey.hooks.find(({ text }) => text === undefined);
  if (unreadable) {
    return (
      `The hook ${unreadable.file} on ${node.name} cannot be read, so nobody knows whether it promotes by itself and would race ` +
      'this plan. Make it readable, or put hooks there that only move the address.'
    );
  }
  return undefined;
}

/** The process died where it ran: its host answers, holds the address and has the newest changes itself. */
export function diedInPlace(
  input: PlanInput,
  { answering, holders }: Situation,
): (Answering & OwnChange) | undefined {
  const [holder] = holders;
  if (!holder || holders.length > 1) return undefined;
  const own = lastOwnChange(holder.survey) ?? promotedAt(input, holder);
  if (own === undefined) return undefined;
  const newest = answering.flatMap(({ survey }) => {
    const worth = worthOf(survey);
    return 'unfit' in worth ? [] : [worth.last];
  });
  return own.last >= Math.max(0, ...newest) ? { ...holder, ...own } : undefined;
}

/** A master that was promoted and died before its first change has only the files that it was promoted from. */
function promotedAt(input: PlanInput, { node, survey }: Answering): OwnChange | undefined {
  const worth = worthOf(survey);
  return lastMaster(input) === node && !('unfit' in worth) ? { last: worth.last } : undefined;
}

/** Why the candidate that was asked for cannot take over, for a sentence; undefined when it could. */
function cannot(name: string, answering: readonly Answering[]): string | undefined {
  const candidate = answering.find(({ node }) => node.name === name);
  if (!candidate) return 'does not answer';
  const worth = fitness(candidate.survey);
  return 'unfit' in worth ? `cannot be promoted: ${worth.unfit}` : undefined;
}

function choose(
  input: PlanInput,
  { answering, holders }: Situation,
): { winner: Fit; notes: string[] } | { refused: string } {
  const notes: string[] = [];
  const fit: Fit[] = [];
  for (const candidate of answering) {
    const worth = fitness(candidate.survey);
    if ('unfit' in worth) {
      notes.push(`${candidate.node.name} cannot be promoted: ${worth.unfit}.`);
      continue;
    }
    notes.push(
      `${candidate.node.name} reaches change ${worth.last} (image ${worth.image.version}, ${worth.image.fileid}).`,
    );
    fit.push({ ...candidate, worth });
  }
  const [first] = fit;
  if (!first) return { refused: `No candidate can be promoted. ${notes.join(' ')}` };
  const stranger = fit.find(({ worth }) => worth.image.fileid !== first.worth.image.fileid);
  if (stranger) {
    return {
      refused:
        `${first.node.name} and ${stranger.node.name} hold metadata of different file systems ` +
        `(${first.worth.image.fileid}, ${stranger.worth.image.fileid}): find out which is yours.`,
    };
  }
  const best = Math.max(...fit.map(({ worth }) => worth.last));
  const level = fit.filter(({ worth }) => worth.last === best);
  const holder = level.find(({ node }) => holders.some((held) => held.node === node));
  const winner = level.find(({ node }) => node.name === input.request.to) ?? holder ?? level[0] ?? first;
  if (input.request.to !== undefined && winner.node.name !== input.request.to) {
    const why = cannot(input.request.to, answering);
    if (why !== undefined) return { refused: `${input.request.to}, which should take over, ${why}.` };
    return {
      refused: `${input.request.to} is not the best choice: ${winner.node.name} has more of the metadata. ${notes.join(' ')}`,
    };
  }
  return { winner, notes };
}

/**
 * A node that was a master itself and holds changes which the winner's metalogger never got: promoting the
 * winner would throw them away, and they are within reach (safety 8).
 */
function newerMaster(winner: Fit, answering: readonly Answering[]): string | undefined {
  for (const { node, survey } of answering) {
    const own = lastOwnChange(survey);
    if (own === undefined || own.last <= winner.worth.last) continue;
    return (
      `${node.name} was a master and holds changes of its own up to change ${own.last}, but what ${winner.node.name} has ` +
      `from its metalogger ends at ${winner.worth.last}: promoting it would lose the rest. Look at both. If ${node.name} ` +
      'was the last master, start it again there (restart-master, where it holds the address); if those files are of an ' +
      'older history, move changelog.*.mfs aside on it. Then look at the cluster (status) and plan again.'
    );
  }
  return undefined;
}

const disabled = (name: string) =>
  'The hooks of ucarp do more than move the address, and brought up no master. The plan ends ucarp so that it runs none of ' +
  `them; on ${name} it then runs with hooks in /run/standby that only move the address. Put such hooks there for good.`;

const skewOf = ({ survey }: Answering): string => {
  const [ucarp] = survey.ucarps;
  return ucarp ? `, whose ucarp runs at skew ${ucarp.skew}` : '';
};

/** No master on any candidate beside the winner: those that answer say so, the silent ones are proven gone. */
function evidence(input: PlanInput, { silent, answering }: Situation, winner: Answering): Check[] {
  const { cluster } = input;
  return [
    ...answering.filter(({ node }) => node !== winner.node).map(({ node }) => noMasterOn(cluster, node)),
    ...silent.map((candidate) =>
      gone(candidate.node, witnessesOf(cluster, answering, silent), {
        holds: candidate.evidence?.console?.off,
        witnessed: mayBeWitnessed(input, candidate, answering),
      }),
    ),
  ];
}

/** Why a silent candidate cannot be proven gone; undefined when each of them may be. */
function whyUnproven(input: PlanInput, { silent, answering }: Situation): string | undefined {
  for (const candidate of silent) {
    const why = unprovable(candidate, mayBeWitnessed(input, candidate, answering));
    if (why !== undefined) return why;
  }
  return undefined;
}

/** A step for each silent candidate: the first look at it, with what the others say. */
function firstLooks(silent: readonly Silent[], proof: readonly Check[]): readonly Step[] {
  return silent.map(({ node }) =>
    proveGone(
      node,
      proof.filter((check) => check.type === 'script' || check.node === node.name),
    ),
  );
}

/**
 * The plan for a master whose host is gone: that can be proven, and ucarp's hooks only move the address or have finished.
 * Every other situation is refused with its reason. Pure.
 */
export function planFailover(input: PlanInput): Plan {
  const { cluster, request, history } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string, notes: readonly string[] = []): Plan => ({ ...plan, refused, notes });

  const candidates = candidatesOf(cluster);
  if (request.to !== undefined && !candidates.some(({ name }) => name === request.to)) {
    return refuse(`${request.to} is no candidate: it has not the role master.`);
  }
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { answering, silent, live } = situation;
  if (live.length === 0 && hooksAtWork(situation)) return planWaitForHooks(input, situation);
  const no = forbidden(cluster, situation);
  if (no !== undefined) return refuse(no);

  const [master] = live;
  if (master) {
    const elsewhere = situation.holders.find(({ node }) => node !== master.node);
    if (elsewhere) {
      if (request.to === undefined || request.to === master.node.name)
        return planAddressBack(input, situation, master, elsewhere);
      return refuse(
        `The master on ${master.node.name} is alive, but the virtual address is on ${elsewhere.node.name}` +
          `${skewOf(elsewhere)}: no client finds the master. A failover without --to gives the address back to ` +
          `${master.node.name}, as far as that is safe; then it can move in an orderly way.`,
      );
    }
    // A resumed run asks for the node that it promoted.
    const stays = request.to === undefined || request.to === master.node.name;
    const steps = stays ? leftovers(input, master, situation) : [];
    if (steps.length > 0) {
      // Nobody else may be at work where the lock cannot be had (safety 14).
      const unproven = whyUnproven(input, situation);
      if (unproven !== undefined) return refuse(unproven);
      return {
        ...plan,
        steps: [...firstLooks(silent, evidence(input, situation, master)), ...steps],
        notes: [`${master.node.name} is the master; an earlier failover did not get to its end.`],
        lockNodes: answering.map(({ node }) => node.name),
      };
    }
    if (request.to === master.node.name) {
      return {
        ...plan,
        nothingToDo: `${master.node.name} is the master already.`,
        lockNodes: answering.map(({ node }) => node.name),
      };
    }
    if (request.to === undefined && promotesByItself(master) && lastMaster(input) !== master.node) {
      return planWaitForHooks(input, situation);
    }
    if (request.to === undefined) {
      return refuse(
        `The master on ${master.node.name} is alive: there is nothing to fail over from. With --to it moves to another candidate.`,
      );
    }
    const heir = answering.find(({ node }) => node.name === request.to);
    if (!heir) return refuse(`${request.to}, which should take over, does not answer.`);
    return planSwitch(input, situation, master, heir);
  }

  const dead = diedInPlace(input, situation);
  const seen = lastMaster(input);
  if (dead && (seen === undefined || seen === dead.node || silent.every(({ node }) => node !== seen))) {
    return refuse(
      `Only the process of the master died: ${dead.node.name} answers, holds the address and the newest changes. ` +
        'Use restart-master: it is back within seconds and loses nothing.',
    );
  }
  const unproven = whyUnproven(input, situation);
  if (unproven !== undefined) return refuse(unproven);
  for (const candidate of answering) {
    const why = ucarpForbids(candidate);
    if (why !== undefined) return refuse(why);
  }

  const choice = choose(input, situation);
  if ('refused' in choice) return refuse(choice.refused);
  const { winner, notes } = choice;
  if (!standsForElection(winner)) {
    return refuse(
      `No ucarp for the virtual address runs on ${winner.node.name}, which should take over. Start it there first.`,
      notes,
    );
  }
  const newer = newerMaster(winner, answering);
  if (newer !== undefined) return refuse(newer, notes);
  // One that answers is ended by the plan, and one whose console says off does not live on.
  const livesOn = (name: string) =>
    silent.some(({ node, evidence: seen }) => node.name === name && seen?.console?.off !== true);
  const doubt = staleness(winner.worth, history, input.now, livesOn);
  const stale = presentDoubt(doubt);
  const others = answering.filter(({ node }) => node !== winner.node);
  const electors = others.filter(standsForElection);
  const skew = commonSkew(electors.length > 0 ? electors : [winner]);
  const proof = evidence(input, situation, winner);
  const withoutHooks = answering.some(promotesByItself);
  const othersWithout = others.map(({ node }) => addressOn(cluster, node, false));
  const holds = ({ node }: Answering) => situation.holders.some((holder) => holder.node === node);
  // Without the holder's advertisements the chosen node's own hooks would promote it before the plan does (safety 10).
  const leavesFirst = withoutHooks && !holds(winner) && others.some(holds);
  // An address without a ucarp is what hooks leave that ended it: it goes, too. Whoever holds it leaves last.
  const leaving: readonly Answering[] = [
    ...electors.filter((each) => !holds(each)),
    ...(leavesFirst ? [winner] : []),
    ...others.filter(holds),
  ];
  const taken = takeAddress(cluster, winner.node, othersWithout, { withoutHooks, skew });
  const version = winner.worth.last + 1;

  return {
    ...plan,
    to: winner.node.name,
    lockNodes: answering.map(({ node }) => node.name),
    notes: [
      ...notes,
      `Chosen: ${winner.node.name}, to be started at version ${version} or above.`,
      ...freshness(winner, input.now),
      ...memory(input),
      ...lowSkew(electors, silent),
      ...(withoutHooks ? [disabled(winner.node.name)] : []),
      ...(stale ? [`WRITES MAY BE LOST: ${stale}.`] : [promise]),
      ...answering.flatMap(({ node, survey }) =>
        survey.hooks.some(downHookAdds)
          ? [
              `The vip-down hook on ${node.name} adds the address instead of deleting it; the plan deletes it.`,
            ]
          : [],
      ),
    ],
    steps: [
      ...firstLooks(silent, proof),
      ...leaving.map((each) =>
        withdraw(cluster, each.node, [noMasterOn(cluster, each.node)], {
          withoutHooks,
          ...((electors.includes(each) || each === winner) && { skew }),
        }),
      ),
      leavesFirst ? { ...taken, undo: taken.undo?.slice(0, 1) ?? [] } : taken,
      dryRun(cluster, winner.node, version),
      promote(
        cluster,
        winner.node,
        version,
        [...othersWithout, ...noHooksAtWork(answering), ...proof],
        doubt,
      ),
      ...electors.map(({ node }) => rejoinElection(cluster, node, skew)),
      seeTheClusterBack(cluster, winner.node, expectedChunkservers(input)),
      ...canary(cluster, new Set(silent.map(({ node }) => node.name))),
    ],
  };
}
