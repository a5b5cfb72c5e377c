import type { Cluster } from '../../cluster/cluster';
import type { ScriptCheck, Step } from '../../failover/plan';
import type { Move } from './plan-parts';
import type { LustreTarget } from './section';
import type { Server } from './situation';
import { managerAway, managerBack } from './steps-ha';
import type { HaState } from './survey';

/** Whether a line of haresources is about a target: its mount point, its device or its mirror. */
function isAbout({ mountPoint, device, drbd }: LustreTarget, line: string): boolean {
  const words = line.split(/\s+/).flatMap((word) => word.split('::'));
  return [mountPoint, device, ...(drbd === undefined ? [] : [drbd])].some((word) => words.includes(word));
}

/** Whether Heartbeat on this node starts and stops the target. */
export function isManaged(target: LustreTarget, { heartbeat, resources }: HaState): boolean {
  return heartbeat !== undefined && resources.some((line) => isAbout(target, line));
}

const isAtWork = ({ heartbeat, taken }: HaState): boolean =>
  heartbeat?.running === true || taken.includes('heartbeat');

/** Why the HA manager would undo a move as soon as it has its work back (safety 13); undefined: it would not. */
export function wouldMoveBack({ target, to }: Move, servers: readonly Server[]): string | undefined {
  for (const { node, survey } of servers) {
    const { heartbeat, resources, pacemaker } = survey.ha;
    const home = resources.find((line) => isAbout(target, line))?.split(/\s+/)[0];
    if (heartbeat?.autoFailback && isAtWork(survey.ha) && home !== undefined && home !== to.name)
      return (
        `auto_failback is not off in ha.cf of ${node.name}: as soon as Heartbeat has its work back, it would take ${target.name} ` +
        `back to ${home}. Write “auto_failback off” in ha.cf of both nodes and restart Heartbeat there.`
      );
    if (pacemaker?.bans.includes(to.name))
      return (
        `A constraint of Pacemaker bans a resource from ${to.name} (\`crm_resource --move\` leaves one): it would move it away ` +
        'again. Remove it with `crm_resource --clear`.'
      );
    if (pacemaker && !pacemaker.sticky && to.name !== target.primary)
      return (
        `Pacemaker's resource-stickiness is 0: as soon as it has its work back, it may move ${target.name} back to ${target.primary}. ` +
        'Set it: `crm_attribute --type rsc_defaults --name resource-stickiness --update 200`.'
      );
  }
  return undefined;
}

/** The steps that take the HA managers of these nodes out of the way, and those that give them their work back. */
export interface HaSteps {
  readonly away: readonly Step[];
  readonly back: readonly Step[];
}

/**
 * Heartbeat is stopped first where nothing is served, so that it takes nothing over, and comes back first where everything
 * is served by then. Pacemaker has one switch for all nodes. `servers` in the order: new nodes, then old ones.
 */
export function haSteps(
  cluster: Cluster,
  servers: readonly Server[],
  stays: readonly ScriptCheck[],
): HaSteps {
  const beating = servers.filter(({ survey }) => survey.ha.heartbeat?.running);
  const stopped = servers.filter(({ survey }) => survey.ha.taken.includes('heartbeat'));
  const paced = servers.find(({ survey }) => survey.ha.pacemaker);
  const keeper = servers.find(({ survey }) => survey.ha.taken.includes('pacemaker'));
  const isFree = paced !== undefined && !paced.survey.ha.pacemaker?.maintenance;
  const backOn = (name: string) => stays.filter(({ node }) => node === name);
  const returning = servers.filter((each) => beating.includes(each) || stopped.includes(each));
  return {
    away: [
      ...(paced && isFree ? [managerAway(cluster, paced.node, 'pacemaker')] : []),
      ...beating.map(({ node }) => managerAway(cluster, node, 'heartbeat')),
    ],
    back: [
      ...((keeper ?? (isFree ? paced : undefined))
        ? [managerBack(cluster, (keeper ?? paced ?? servers[0])!.node, 'pacemaker', stays)]
        : []),
      ...returning.map(({ node }) => managerBack(cluster, node, 'heartbeat', backOn(node.name))),
    ],
  };
}

/** What a reader should know of the HA managers. */
export function haNotes(servers: readonly Server[], { away, back }: HaSteps): readonly string[] {
  const idle = servers.filter(
    ({ survey: { ha } }) => ha.heartbeat && !ha.heartbeat.running && !ha.taken.includes('heartbeat'),
  );
  return [
    ...(away.length > 0 || back.length > 0
      ? [
          'The HA manager is taken out of the way first and gets its work back at the end: two drivers never act at once.',
        ]
      : []),
    ...(idle.length > 0
      ? [
          `Heartbeat does not run on ${idle.map(({ node }) => node.name).join(', ')}, and the plan leaves it so.`,
        ]
      : []),
  ];
}
