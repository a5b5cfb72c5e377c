import { emptyPlan } from '../../failover/blank';
import type { Node } from '../../cluster/cluster';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { gone, mountedOn } from './checks';
import { planDead } from './plan-dead';
import { haSteps, isManaged } from './plan-ha';
import { lockNodesOf, names, witnessesOf, type Move } from './plan-parts';
import { planSwitch } from './plan-switch';
import { proveGone } from './steps';
import { lustreSection, partnerOf, targetsOf, type LustreTarget } from './section';
import {
  nodeNamed,
  oddity,
  pairOf,
  servingOf,
  situationOf,
  unprovable,
  type Pair,
  type Situation,
} from './situation';

/**
 * The plan for a target, or for everything on a node. A node that answers is left in an orderly way; one that does not is
 * proven gone first. Every other situation is refused with its reason. Pure.
 */
export function planFailover(input: PlanInput): Plan {
  const { cluster, request } = input;
  const section = lustreSection(cluster);
  const situation = situationOf(input);
  const target = section.targets.find(({ name }) => name === request.target);
  if (target) return ofTarget(input, situation, target);
  return ofNode(input, situation, nodeNamed(cluster, request.target ?? ''));
}

function ofTarget(input: PlanInput, situation: Situation, target: LustreTarget): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  if (request.to !== undefined && partnerOf(target, request.to) === undefined)
    return refuse(`${target.name} cannot go to ${request.to}: its nodes are ${nodesOf(target)}.`);
  const pair = pairOf(situation, target);
  if ('refused' in pair) return refuse(pair.refused);
  const odd = oddity(pair);
  if (odd !== undefined) return refuse(odd);
  const [serving] = servingOf(pair);
  if (serving) {
    const { name } = serving.node;
    if (request.to === name) return stays(input, situation, pair, serving.node);
    if (pair.silent.length > 0 && request.to === undefined)
      return stays(input, situation, pair, serving.node);
    const other = partnerOf(target, name);
    if (other === undefined) return refuse(`${target.name} has no secondary: nobody can take it over.`);
    if (request.to === undefined)
      return refuse(
        `${target.name} is served by ${name}, which is alive: there is nothing to fail over from. With --to ${other} it moves there in an orderly way.`,
      );
    return planSwitch(
      input,
      situation,
      widen(situation, { target, from: serving.node, to: nodeNamed(cluster, other) }, input),
    );
  }
  const [silent, second] = pair.silent;
  if (silent && second)
    return refuse(
      `Neither ${silent.node.name} nor ${second.node.name} answers: nobody can take ${target.name} over.`,
    );
  if (silent) return planDead(input, situation, silent, [target]);
  return start(input, situation, [pair]);
}

function ofNode(input: PlanInput, situation: Situation, node: Node): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const targets = targetsOf(lustreSection(cluster), node.name);
  if (targets.length === 0) return refuse(`${node.name} serves no target by the cluster file.`);
  const useless = situation.useless.get(node.name);
  if (useless !== undefined) return refuse(useless);
  const silent = situation.silent.get(node.name);
  if (silent) return planDead(input, situation, silent, targets);

  const pairs: Pair[] = [];
  for (const target of targets) {
    const pair = pairOf(situation, target);
    if ('refused' in pair) return refuse(pair.refused);
    const odd = oddity(pair);
    if (odd !== undefined) return refuse(odd);
    pairs.push(pair);
  }
  const here = pairs.filter((pair) => servingOf(pair).some((site) => site.node === node));
  if (here.length === 0) {
    const nowhere = pairs.filter((pair) => servingOf(pair).length === 0);
    if (nowhere.length > 0) return start(input, situation, nowhere, node);
    return { ...plan, nothingToDo: `${node.name} serves nothing: all its targets are mounted elsewhere.` };
  }
  const moves = here.flatMap(({ target }): Move[] => {
    const other = partnerOf(target, node.name);
    return other === undefined ? [] : [{ target, from: node, to: nodeNamed(cluster, other) }];
  });
  const alone = here.filter(({ target }) => target.secondary === undefined);
  const partners = [...new Set(moves.map(({ to }) => to.name))];
  if (alone.length > 0)
    return refuse(`${names(alone.map(({ target }) => target))} has no secondary: nobody can take it over.`);
  if (request.to === undefined)
    return refuse(
      `${node.name} is alive and serves ${names(moves.map(({ target }) => target))}: there is nothing to fail over from. With --to ${partners[0]} they move in an orderly way.`,
    );
  const elsewhere = moves.filter(({ to }) => to.name !== request.to);
  if (elsewhere.length > 0)
    return refuse(
      `${names(elsewhere.map(({ target }) => target))} cannot go to ${request.to}, but to ${partners.filter((name) => name !== request.to).join(', ')}. Move the targets of ${node.name} one by one.`,
    );
  return planSwitch(input, situation, moves);
}

const nodesOf = ({ primary, secondary }: LustreTarget): string =>
  [primary, ...(secondary === undefined ? [] : [secondary])].join(' and ');

/** Already where it should be; what an earlier run took away is given back. */
function stays(input: PlanInput, situation: Situation, { target, sites, silent }: Pair, node: Node): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const { back } = haSteps(
    cluster,
    [...sites].sort((a, b) => Number(b.node === node) - Number(a.node === node)),
    [mountedOn(target, node, true)],
  );
  const left = back.filter(({ id, node: on }) => {
    const taken = situation.servers.get(on)?.survey.ha.taken ?? [];
    return taken.some((manager) => id.startsWith(manager));
  });
  const lockNodes = lockNodesOf(cluster, situation, [target]);
  // Nobody else may be at work where the lock cannot be had (safety 14).
  const unproven = silent.map(unprovable).find((why) => why !== undefined);
  if (left.length > 0 && unproven !== undefined) return { ...plan, refused: unproven };
  if (left.length === 0)
    return { ...plan, lockNodes, nothingToDo: `${target.name} is mounted on ${node.name} already.` };
  return {
    ...plan,
    lockNodes,
    notes: [`${target.name} is mounted on ${node.name}; an earlier run did not get to its end.`],
    steps: [
      ...silent.map((each) =>
        proveGone(each.node, [gone(each.node, witnessesOf(cluster, situation), each.evidence?.console?.off)]),
      ),
      ...left,
    ],
  };
}

/** Heartbeat lets go of all that it holds on a node when it is stopped: those targets move, too. */
function widen(situation: Situation, move: Move, { cluster }: PlanInput): readonly Move[] {
  const server = situation.servers.get(move.from.name);
  if (!server?.survey.ha.heartbeat?.running) return [move];
  return targetsOf(lustreSection(cluster), move.from.name).flatMap((target): Move[] => {
    if (target.name === move.target.name) return [move];
    const other = partnerOf(target, move.from.name);
    const isHere = server.survey.targets.get(target.name)?.mounted !== undefined;
    if (!isHere || other === undefined || !isManaged(target, server.survey.ha)) return [];
    return [{ target, from: move.from, to: nodeNamed(cluster, other) }];
  });
}

/** Targets that are mounted nowhere although both nodes answer: they are started where they should be. */
function start(input: PlanInput, situation: Situation, pairs: readonly Pair[], leaving?: Node): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const all = names(pairs.map(({ target }) => target));
  const moves: Move[] = [];
  for (const { target, sites } of pairs) {
    const to = request.to ?? (leaving ? partnerOf(target, leaving.name) : undefined);
    const other = to === undefined ? undefined : partnerOf(target, to);
    if (to === undefined || other === undefined) {
      const primary = sites.find(({ state }) => state.mirror?.role === 'Primary');
      return {
        ...plan,
        refused:
          `${all} is mounted nowhere, and both nodes answer (${nodesOf(target)}${primary ? `; ${target.drbd} is Primary on ${primary.node.name}` : ''}). ` +
          `Say where it is to be: --to ${primary?.node.name ?? target.primary}.`,
      };
    }
    moves.push({ target, from: nodeNamed(cluster, other), to: nodeNamed(cluster, to) });
  }
  return planSwitch(input, situation, moves, { notes: [`${all} is mounted nowhere now.`] });
}
