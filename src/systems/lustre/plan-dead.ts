import { emptyPlan } from '../../failover/blank';
import type { Node } from '../../cluster/cluster';
import { presentDoubt, type Doubt } from '../../failover/doubt';
import type { Check, Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { gone, mountedOn } from './checks';
import { haNotes, haSteps, isManaged } from './plan-ha';
import { seenConnectedAt } from './plan-history';
import { clientNotes, clientSteps, lockNodesOf, names, witnessesOf, type Move } from './plan-parts';
import { deviceOf, lustreSection, partnerOf, type LustreTarget } from './section';
import {
  nodeNamed,
  oddity,
  pairOf,
  unprovable,
  type Pair,
  type Silent,
  type Site,
  type Situation,
} from './situation';
import { staleness } from './staleness';
import { mount, promote, proveGone, seeLost, waitRecovery } from './steps';

/** One target that a dead node may have served, and the node that takes it over. */
interface Taking {
  readonly target: LustreTarget;
  readonly pair: Pair;
  readonly survivor: Site;
  /** Why its promotion may lose writes (safety 7). */
  readonly doubt?: Doubt;
}

/** Why a survivor's copy must not be promoted, whatever is typed; undefined when it may be. */
function unfit({ target, survivor }: Taking, dead: Node): string | undefined {
  const { node, state, survey } = survivor;
  const res = target.drbd;
  if (res === undefined) return undefined;
  const facts = survey.mirrors.get(res);
  if (!state.mirror)
    return `${res} is down on ${node.name}: run \`drbdadm up ${res}\` there, then plan again.`;
  if (!facts?.configured)
    return `drbdadm on ${node.name} does not show how ${res} is configured. Run \`drbdadm dump ${res}\` there.`;
  if (facts.twoPrimaries)
    return `${res} allows two primaries (allow-two-primaries on ${node.name}): DRBD itself would let both sides write. Take that out, \`drbdadm adjust ${res}\`, then plan again.`;
  if (state.mirror.disk !== 'UpToDate')
    return (
      `The copy of ${res} on ${node.name} is ${state.mirror.disk}, not UpToDate: it lacks what ${dead.name} wrote, and a forced promotion would ` +
      `serve old data. Bring ${dead.name} back and let it resync.`
    );
  return undefined;
}

/**
 * Milliseconds for which a client may still call a dead server's connection FULL: a ping goes out every 25 s and is waited
 * for up to obd_timeout, 100 s (Lustre manual, “obd_timeout”). One that has done so for longer is being served.
 */
const noticesWithin = 150_000;

/** When the clients of the file system were last connected to a target, epoch milliseconds by this machine's clock. */
function clientsUntil({ clients }: Situation, device: string, now: number): number | undefined {
  const times = clients.flatMap(({ survey: { leftAt, imports, clock } }) => {
    if (imports.some((each) => each.device === device && each.state === 'FULL')) return now - noticesWithin;
    const left = leftAt.get(device);
    if (left === undefined) return [];
    // Only a clock that is behind is corrected: every other error makes the sign of life later, and the gap longer.
    return left * 1000 + (clock === undefined ? 0 : Math.max(0, now - clock * 1000));
  });
  return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * A time of a node's clock by this machine's, epoch milliseconds. The answer is a little older than `now`, so only a clock
 * that is ahead is corrected: every other error makes the time earlier, and the gap after it longer.
 */
function byOurClock(seconds: number, clock: number, now: number): number {
  return seconds * 1000 + Math.min(0, now - clock * 1000);
}

function doubtOf(
  input: PlanInput,
  situation: Situation,
  { target, survivor }: Taking,
  { node: dead, evidence }: Silent,
): Doubt | undefined {
  if (target.drbd === undefined) return undefined;
  const { history, now, cluster } = input;
  const facts = survivor.survey.mirrors.get(target.drbd);
  const { mirror } = survivor.state;
  const lost = facts?.lostAt;
  const seen = seenConnectedAt(history, target.drbd);
  const until = clientsUntil(situation, deviceOf(lustreSection(cluster), target), now);
  const protocol = mirror?.protocol ?? facts?.protocol ?? (facts?.configured ? 'C' : undefined);
  return staleness({
    resource: target.drbd,
    survivor: survivor.node.name,
    primary: dead.name,
    isConnected: mirror?.connection === 'Connected',
    isOff: evidence?.console?.off === true,
    history,
    now,
    ...(lost !== undefined && { lostAt: byOurClock(lost, survivor.survey.clock, now) }),
    ...(seen !== undefined && { seenConnectedAt: seen }),
    ...(until !== undefined && { clientsUntil: until }),
    ...(protocol !== undefined && { protocol }),
  });
}

/**
 * Takes over what a dead node served. One target never goes alone: the plan widens to all that the node may have served
 * (safety 17). Its console must say that it is off; nothing else proves it (safety 2). Pure.
 */
export function planDead(
  input: PlanInput,
  situation: Situation,
  dead: Silent,
  wanted: readonly LustreTarget[],
): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const section = lustreSection(cluster);
  const notes: string[] = [];
  const isMeant = ({ name }: LustreTarget) => wanted.some((each) => each.name === name);
  const refuse = (refused: string): Plan => ({ ...plan, refused, notes });

  const unproven = unprovable(dead);
  if (unproven !== undefined) return refuse(unproven);
  const takings: Taking[] = [];
  for (const target of section.targets) {
    const survivorName = partnerOf(target, dead.node.name);
    const isWanted = isMeant(target);
    if (![target.primary, target.secondary].includes(dead.node.name)) continue;
    if (survivorName === undefined) {
      const alone = `${target.name} has no secondary: while ${dead.node.name} is down, nobody can serve it.`;
      if (isWanted && request.target === target.name) return refuse(alone);
      notes.push(alone);
      continue;
    }
    const pair = pairOf(situation, target);
    const survivor = 'refused' in pair ? undefined : pair.sites[0];
    if ('refused' in pair || !survivor) {
      const why =
        'refused' in pair
          ? pair.refused
          : `${survivorName}, the other node of ${target.name}, does not answer either.`;
      if (isWanted) return refuse(why);
      notes.push(`${target.name} stays down: ${why}`);
      continue;
    }
    if (survivor.state.mounted !== undefined) continue;
    const odd = oddity(pair);
    const taking = { target, pair, survivor };
    const no = odd ?? unfit(taking, dead.node);
    if (no !== undefined) {
      if (isWanted) return refuse(no);
      notes.push(`${target.name} stays down: ${no}`);
      continue;
    }
    const doubt = doubtOf(input, situation, taking, dead);
    takings.push({ ...taking, ...(doubt && { doubt }) });
  }
  if (takings.length === 0)
    return { ...plan, notes, nothingToDo: `What ${dead.node.name} served is mounted elsewhere already.` };
  const wrongTaker = takings.find(
    ({ survivor }) => request.to !== undefined && survivor.node.name !== request.to,
  );
  if (wrongTaker && isMeant(wrongTaker.target))
    return refuse(
      `${wrongTaker.target.name} can go to ${wrongTaker.survivor.node.name} only, not to ${request.to}.`,
    );

  const moves: Move[] = takings.map(({ target, survivor }) => ({
    target,
    from: dead.node,
    to: nodeNamed(cluster, survivor.node.name),
  }));
  const survivors = [...new Set(moves.map(({ to }) => to))];
  const proof = gone(dead.node, witnessesOf(cluster, situation), dead.evidence?.console?.off);
  const servers = survivors.flatMap(({ name }) => situation.servers.get(name) ?? []);
  const stays = moves.map(({ target, to }) => mountedOn(target, to, true));
  const ha = haSteps(cluster, servers, stays);
  const widened = takings.filter(({ target }) => !isMeant(target)).map(({ target }) => target);
  const onNode = (node: Node) => moves.filter(({ to }) => to === node).map(({ target }) => target);
  const [first] = survivors;
  return {
    ...plan,
    ...(survivors.length === 1 && first && { to: first.name }),
    lockNodes: lockNodesOf(
      cluster,
      situation,
      moves.map(({ target }) => target),
    ),
    notes: [
      ...notes,
      ...takings.map(
        ({ target, survivor }) =>
          `${target.name}: ${survivor.node.name} takes it over from ${dead.node.name}.`,
      ),
      ...(widened.length > 0
        ? [`${dead.node.name} must stay off, so all that it may have served moves: ${names(widened)}, too.`]
        : []),
      ...takings.flatMap(({ target, doubt }) => {
        const present = presentDoubt(doubt);
        return present === undefined ? [] : [`WRITES MAY BE LOST on ${target.name}: ${present}.`];
      }),
      ...(takings.some(({ doubt, target }) => presentDoubt(doubt) === undefined && target.drbd !== undefined)
        ? [
            'What is promised: where the mirror was connected until the end, every write that was acknowledged is on the new node.',
          ]
        : []),
      ...returnNotes(
        dead.node,
        servers
          .flatMap(({ survey }) =>
            moves.map(({ target }) => isManaged(target, survey.ha) && survey.ha.heartbeat?.autoFailback),
          )
          .some(Boolean),
      ),
      ...haNotes(servers, ha),
      ...clientNotes(cluster, situation, moves),
    ],
    steps: [
      proveGone(dead.node, [...firstChecks(moves), proof]),
      ...ha.away,
      ...survivors
        .filter((node) => onNode(node).some(({ drbd }) => drbd !== undefined))
        .map((node) => seeLost(onNode(node), node, dead.node)),
      ...takings.flatMap((taking) => takeSteps(taking, proof)),
      ...survivors.flatMap((node) =>
        waitRecovery(
          node,
          onNode(node)
            .filter(({ kind }) => kind !== 'MGT')
            .map((target) => deviceOf(section, target)),
        ),
      ),
      ...clientSteps(cluster, situation, moves),
      ...ha.back,
    ],
  };
}

const firstChecks = (moves: readonly Move[]): readonly Check[] =>
  moves.map(({ target, to }) => mountedOn(target, to, false));

function takeSteps({ target, survivor, doubt }: Taking, proof: Check): readonly Step[] {
  const { node } = survivor;
  // On shared storage the mount is the promotion.
  if (target.drbd === undefined) return [mount(target, node, [proof])];
  // An HA manager or a hand may have promoted it, and asked nobody: then the mount is what the evidence and the name are for.
  if (survivor.state.mirror?.role === 'Primary') return [mount(target, node, [proof], doubt)];
  return [promote(target, node, [proof], doubt), mount(target, node, [])];
}

function returnNotes(dead: Node, movesBack: boolean): readonly string[] {
  return [
    `When ${dead.name} is switched on again, it becomes the mirror's other side: \`failback ${dead.name}\` brings it up, waits for the resync and moves back.`,
    ...(movesBack
      ? [
          `auto_failback is not off in Heartbeat's ha.cf: ${dead.name} would take its targets back by itself as soon as it is on. Turn it off there before that.`,
        ]
      : []),
  ];
}
