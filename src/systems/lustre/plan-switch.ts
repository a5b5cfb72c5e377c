import { emptyPlan } from '../../failover/blank';
import type { Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { inStep, mountedOn, releasedOn } from './checks';
import { haNotes, haSteps, wouldMoveBack } from './plan-ha';
import { clientNotes, clientSteps, lockNodesOf, names, type Move } from './plan-parts';
import { compareGenerations } from './reader-drbd-gi';
import { deviceOf, lustreSection } from './section';
import {
  isConnected,
  isSyncing,
  oddity,
  pairOf,
  type Pair,
  type Server,
  type Site,
  type Situation,
} from './situation';
import { bringUp, demote, mount, promote, umount, waitRecovery } from './steps';

/** Time left of a resync, in words. */
function syncText({ state: { mirror } }: Site): string {
  const { percent, finishSeconds } = mirror?.sync ?? {};
  return [
    ...(percent === undefined ? [] : [`${percent} % done`]),
    finishSeconds === undefined
      ? 'time left unknown'
      : `${Math.floor(finishSeconds / 60)} min ${finishSeconds % 60} s left`,
  ].join(', ');
}

/** Whether the two sides of a mirror went on from the same data, each on its own. */
export function isSplit(first: Site, second: Site, resource: string): boolean {
  const [a, b] = [first, second].map(({ survey }) => survey.mirrors.get(resource)?.generation);
  return a !== undefined && b !== undefined && compareGenerations(a, b) === 'split-brain';
}

/** Why the mirror of a target cannot be switched in an orderly way now; undefined when it can. */
function mirrorObstacle(from: Site, to: Site, pair: Pair, mayBringUp: boolean): string | undefined {
  const { target } = pair;
  const res = target.drbd;
  if (res === undefined) return undefined;
  for (const { survey, node } of [from, to]) {
    const facts = survey.mirrors.get(res);
    if (!facts?.configured)
      return `drbdadm on ${node.name} does not show how ${res} is configured. Run \`drbdadm dump ${res}\` there.`;
    if (facts.twoPrimaries)
      return `${res} allows two primaries (allow-two-primaries on ${node.name}): DRBD itself would let both sides write. Take that out, \`drbdadm adjust ${res}\`, then plan again.`;
  }
  const [a, b] = [from.state.mirror, to.state.mirror];
  for (const site of [from, to])
    if (isSyncing(site.state.mirror))
      return `${res} is being resynced (${syncText(site)}): a copy that is not complete cannot be served. Plan again when it is through.`;
  if (a && !b && mayBringUp) {
    if (a.connection === 'StandAlone')
      return `${res} on ${from.node.name} stands alone: run \`drbdadm connect ${res}\` there first; if it stands alone again, it is a split brain.`;
    return undefined;
  }
  const down = [from, to].filter(({ state }) => !state.mirror);
  const [first] = down;
  if (first)
    return `${res} is down on ${first.node.name}: \`drbdadm up ${res}\` there brings it back, and it resyncs from the good side. Plan again then${first.node.name === target.primary ? ` (failback ${target.name} begins with that)` : ''}.`;
  if (!isConnected(a) || !isConnected(b)) {
    if (isSplit(from, to, res))
      return `${res} is in a split brain: both sides went on alone. \`split-brain ${res}\` shows what each would lose.`;
    return (
      `The mirror ${res} is not connected, and ${from.node.name} is alive: what it wrote since is not on ${to.node.name}, so even an orderly switch ` +
      `would lose it. Mend the link between the two; \`drbdadm connect ${res}\` where one stands alone; let the resync end; then plan again.`
    );
  }
  if (b?.disk !== 'UpToDate')
    return `The copy of ${res} on ${to.node.name} is ${b?.disk}, not UpToDate: it cannot be served.`;
  if (a?.disk !== 'UpToDate' && a?.disk !== 'Diskless')
    return `The copy of ${res} on ${from.node.name} is ${a?.disk}: look at it first.`;
  return undefined;
}

/** What a switch of some targets is made of. */
export interface SwitchOptions {
  /** A resource that is down on the new node is brought up and waited for (failback). */
  readonly mayBringUp?: boolean;
  readonly notes?: readonly string[];
}

/** Moves targets between nodes that all answer, in an orderly way: MGT, MDTs, OSTs, then the clients. Pure. */
export function planSwitch(
  input: PlanInput,
  situation: Situation,
  moves: readonly Move[],
  { mayBringUp = false, notes = [] }: SwitchOptions = {},
): Plan {
  const { cluster } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused, notes: [...notes] });
  const involved = involvedIn(situation, moves);
  const steps: Step[] = [];
  for (const move of moves) {
    const pair = pairOf(situation, move.target);
    if ('refused' in pair) return refuse(pair.refused);
    const from = pair.sites.find(({ node }) => node === move.from);
    const to = pair.sites.find(({ node }) => node === move.to);
    const [quiet] = pair.silent;
    if (!from || !to || quiet)
      return refuse(
        `${quiet?.node.name ?? move.to.name} does not answer${quiet ? ` (${quiet.error.reason})` : ''}. A planned switch of ${move.target.name} can wait until both nodes of its pair answer.`,
      );
    const why = oddity(pair) ?? mirrorObstacle(from, to, pair, mayBringUp) ?? wouldMoveBack(move, involved);
    if (why !== undefined) return refuse(why);
    if (!to.state.devicePresent && to.state.mirror !== undefined)
      return refuse(`${move.target.device} is not on ${to.node.name}.`);
    steps.push(...moveSteps(move, from, to));
  }
  const stays = moves.map(({ target, to }) => mountedOn(target, to, true));
  const ha = haSteps(cluster, involved, stays);
  const section = lustreSection(cluster);
  const onto = [...new Set(moves.map(({ to }) => to))];
  const upFirst = steps.filter(({ id }) => /^(up|sync)-/.test(id));
  return {
    ...plan,
    ...(onto.length === 1 && onto[0] && { to: onto[0].name }),
    lockNodes: lockNodesOf(
      cluster,
      situation,
      moves.map(({ target }) => target),
    ),
    notes: [
      ...notes,
      ...moves.map(({ target, from, to }) => `${target.name}: from ${from.name} to ${to.name}.`),
      'What is promised: nothing is lost. Until a target is mounted on its new node, every step can be taken back.',
      ...haNotes(involved, ha),
      ...clientNotes(cluster, situation, moves),
    ],
    steps: [
      // A resync may take long, and the HA manager goes on watching meanwhile.
      ...upFirst,
      ...ha.away,
      ...steps.filter((step) => !upFirst.includes(step)),
      ...onto.flatMap((node) =>
        waitRecovery(
          node,
          moves
            .filter(({ target, to }) => to === node && target.kind !== 'MGT')
            .map(({ target }) => deviceOf(section, target)),
        ),
      ),
      ...clientSteps(cluster, situation, moves),
      ...ha.back,
    ],
  };
}

/** The answering nodes of these moves: new ones first, so that Heartbeat ends first where nothing is served. */
export function involvedIn({ servers }: Situation, moves: readonly Move[]): readonly Server[] {
  const nodes = new Set([...moves.map(({ to }) => to.name), ...moves.map(({ from }) => from.name)]);
  return [...nodes].flatMap((name) => servers.get(name) ?? []);
}

function moveSteps({ target }: Move, from: Site, to: Site): readonly Step[] {
  const released = releasedOn(target, from.node);
  if (target.drbd === undefined)
    return [
      umount(target, from.node, to.node, [mountedOn(target, to.node, false)]),
      mount(target, to.node, [released]),
    ];
  const isDiskless = from.state.mirror?.disk === 'Diskless';
  const good = [
    inStep(target, from.node, isDiskless ? 'own' : undefined),
    inStep(target, to.node, isDiskless ? 'peer' : undefined),
    mountedOn(target, to.node, false),
  ];
  const toGood = good.filter(({ node }) => node === to.node.name);
  return [
    ...(to.state.mirror ? [] : bringUp(target, to.node, from.node)),
    umount(target, from.node, to.node, good),
    demote(target, from.node, to.node),
    promote(target, to.node, [released, ...toGood], undefined),
    mount(target, to.node, [released]),
  ];
}

/** For sentences: what moves. */
export const moving = (moves: readonly Move[]): string => names(moves.map(({ target }) => target));
