import { emptyPlan } from '../../failover/blank';
import type { Plan } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { mountedOn } from './checks';
import { haNotes, haSteps } from './plan-ha';
import { lockNodesOf } from './plan-parts';
import { compareGenerations } from './reader-drbd-gi';
import { snapshotBytes } from './scripts/split-brain';
import { lustreSection, type LustreTarget } from './section';
import { isConnected, pairOf, situationOf, type Server, type Site } from './situation';
import { demote, umount, waitSync } from './steps';
import { backupVictim, disconnectVictim, nameVictim, reconnect } from './steps-split-brain';

const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MiB`;

/** What one side would lose, for people. */
function lossOf({ target, site }: { readonly target: LustreTarget; readonly site: Site }): string {
  const { node, state, survey } = site;
  const { mirror } = state;
  const facts = survey.mirrors.get(target.drbd ?? '');
  const since =
    facts?.lostAt === undefined
      ? 'since an unknown time'
      : `since ${new Date(facts.lostAt * 1000).toISOString()}`;
  const changed =
    mirror?.outOfSync === undefined ? 'an unknown amount' : `at least ${mebibytes(mirror.outOfSync)}`;
  const use =
    state.mounted === undefined ? (mirror?.role ?? 'unknown') : `${mirror?.role ?? 'unknown'}, mounted`;
  return `${node.name} (${use}) would lose what was written there ${since}: ${changed} in blocks that differ`;
}

interface Backup {
  readonly how: 'snapshot' | 'copy';
  readonly bytes: number;
  /** It is lost once more than its bytes was written over what it keeps. */
  readonly overflows?: true;
}

/**
 * How the victim's data can be kept; undefined: there is no room. The volume goes on being written through the mirror after
 * the resync, so a snapshot that could overflow is the last choice, and none at all while nobody knows how much differs.
 */
export function backupOf(target: LustreTarget, victim: Site, survivor: Site): Backup | undefined {
  const { size, room, groupRoom } = victim.survey.mirrors.get(target.drbd ?? '') ?? {};
  if (size === undefined) return undefined;
  const whole = snapshotBytes(size);
  if (groupRoom !== undefined && groupRoom > whole) return { how: 'snapshot', bytes: whole };
  if (room !== undefined && room > size) return { how: 'copy', bytes: size };
  const [own, other] = [victim, survivor].map(({ state }) => state.mirror?.outOfSync);
  if (groupRoom === undefined || own === undefined || other === undefined) return undefined;
  const bytes = Math.floor(groupRoom * 0.95);
  return bytes > snapshotBytes(own + other) ? { how: 'snapshot', bytes, overflows: true } : undefined;
}

/**
 * Puts a split brain right: the side that `--to` names keeps its data, the other is kept aside and then overwritten. Nothing
 * flows before its direction was seen. Pure.
 */
export function planSplitBrain(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const target = lustreSection(cluster).targets.find(
    ({ drbd }) => drbd !== undefined && drbd === request.target,
  );
  if (target?.drbd === undefined) return refuse(`${request.target} is no DRBD resource of a target.`);
  const situation = situationOf(input);
  const pair = pairOf(situation, target);
  if ('refused' in pair) return refuse(pair.refused);
  const [first, second] = pair.sites;
  if (!first || !second)
    return refuse(
      `${pair.silent.map(({ node }) => node.name).join(' and ')} does not answer: both sides of ${target.drbd} must, so that nothing is thrown away unseen.`,
    );
  for (const { node, state } of [first, second])
    if (!state.mirror)
      return refuse(
        `${target.drbd} is down on ${node.name}${state.mirrorProblem === undefined ? '' : ` (${state.mirrorProblem})`}: \`drbdadm up ${target.drbd}\` there, then look again.`,
      );
  if (isConnected(first.state.mirror) && isConnected(second.state.mirror))
    return { ...plan, nothingToDo: `Both sides of ${target.drbd} are connected: there is no split brain.` };
  const [a, b] = [first, second].map(({ survey }) => survey.mirrors.get(target.drbd ?? '')?.generation);
  if (!a || !b)
    return refuse(
      `The generation identifiers of ${target.drbd} cannot be read on both sides (drbdadm get-gi).`,
    );
  const generations = compareGenerations(a, b);
  if (generations !== 'split-brain') {
    const newer = generations === 'ahead' ? first : generations === 'behind' ? second : undefined;
    return refuse(
      generations === 'unrelated' || generations === 'unknown'
        ? `The two copies of ${target.drbd} have no common past: this is no split brain that Standby could put right.`
        : `There is no split brain of ${target.drbd}: ${newer ? `${newer.node.name} is merely ahead` : 'both sides have the same data'}. Mend the link, and \`drbdadm connect ${target.drbd}\` where it stands alone; it resyncs by itself.`,
    );
  }
  const losses = [first, second].map((site) => lossOf({ target, site })).join('; ');
  const survivor = pair.sites.find(({ node }) => node.name === request.to);
  const victim = pair.sites.find((site) => site !== survivor);
  if (!survivor || !victim)
    return refuse(
      `${request.to === undefined ? 'Somebody must choose whose data stay' : `${request.to} has no copy of ${target.drbd}`}. ${losses}. Name the side that keeps its data: --to ${first.node.name}, or --to ${second.node.name}.`,
    );
  if (survivor.state.mirror?.disk !== 'UpToDate')
    return refuse(
      `The copy of ${target.drbd} on ${survivor.node.name} is ${survivor.state.mirror?.disk}, not UpToDate.`,
    );
  const backup = backupOf(target, victim, survivor);
  const servers: readonly Server[] = [survivor, victim];
  const isServed = survivor.state.mounted !== undefined;
  const ha = haSteps(cluster, servers, isServed ? [mountedOn(target, survivor.node, true)] : []);
  const loss = lossOf({ target, site: victim });
  return {
    ...plan,
    lockNodes: lockNodesOf(cluster, situation, [target]),
    notes: [
      `${losses}.`,
      `${survivor.node.name} keeps its data; ${victim.node.name} takes them over.`,
      backup
        ? `What ${victim.node.name} has is kept on it first, as a ${backup.how}.${backup.overflows ? ` THAT SNAPSHOT IS LOST as soon as ${mebibytes(backup.bytes)} were written over it, by the resync and by clients: take out of it what you need at once.` : ''}`
        : `THERE IS NO ROOM for a snapshot or a copy on ${victim.node.name}: what it alone has will be gone. Make room in /var/tmp there (a mount or a link at /var/tmp/standby-backup will do) and plan again.`,
      ...(isServed
        ? [`${target.name} stays mounted on ${survivor.node.name} all the time.`]
        : [
            `${target.name} is not mounted on ${survivor.node.name}: \`failover ${target.name} --to ${survivor.node.name}\` starts it there afterwards.`,
          ]),
      ...haNotes(servers, ha),
    ],
    steps: [
      nameVictim(target, victim.node, survivor.node, `${loss}.`),
      ...ha.away,
      { ...umount(target, victim.node, survivor.node, []), undo: [] },
      { ...demote(target, victim.node, survivor.node), undo: [] },
      disconnectVictim(target, victim.node),
      ...(backup ? [backupVictim(cluster, target, victim.node, backup.how, backup.bytes)] : []),
      ...reconnect(target, victim.node, survivor.node, backup !== undefined),
      waitSync(target, survivor.node, victim.node),
      ...ha.back,
    ],
  };
}
