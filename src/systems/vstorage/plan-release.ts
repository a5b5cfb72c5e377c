import { emptyPlan, emptyStep } from '../../failover/blank';
import type { Cluster, Node } from '../../cluster/cluster';
import type { Plan, ScriptCheck, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { allHealthy, lack, majorityWithout, mdsWithout, othersServe, servicesAre } from './checks';
import type { ChunkService, VinfraDisk } from './observation';
import {
  askedBeside,
  hour,
  proofs,
  seeItHealthy,
  servicesOn,
  strangers,
  targetOf,
  unconfirmed,
} from './plan-parts';
import { withoutServices } from './plan-space';
import { releaseDiskScript, releaseNodeScript, removeCsScript } from './scripts/actions';
import { silenceForbids, situationOf, type Situation } from './survey';

/** States in which a chunk service has been taken out of the cluster. */
export const gone = ['dropped', 'released'] as const;

const onItsWay = (cs: ChunkService) => cs.state === 'releasing' || cs.isBeingReleased === true;

/** Why nothing may be taken out of the cluster now. */
export function releaseForbidden(
  { observation }: Situation,
  leaving: readonly ChunkService[],
  who: string,
): string | undefined {
  const { known, text, sum } = lack(observation.stat);
  if (!known)
    return 'vstorage stat did not print how many chunks are healthy, degraded, blocked and offline.';
  const offline = observation.stat.chunks.offline ?? 0;
  if (offline > 0)
    return `${offline} chunks are offline: pieces of them may stand on ${who}. Bring back the chunk services that are away first.`;
  const ids = new Set(leaving.map(({ id }) => id));
  const away = observation.chunkServices.filter(
    ({ id, state }) => !ids.has(id) && ['inactive', 'maintenance'].includes(state),
  );
  if (away.length > 0)
    return `${away.map(({ id, state, node }) => `CS ${id}${node === undefined ? '' : ` of ${node}`} is ${state}`).join(', ')}: wait until it is back, or given up and rebuilt.`;
  if (sum > 0 && !leaving.every(onItsWay))
    return `Not all chunks have all their pieces (${text}): let the rebuild come to its end first, what ${who} holds may be needed for it.`;
  return undefined;
}

/** The vinfra disk on which a chunk service stands. */
export function vinfraDisk({ vinfra }: Situation, cs: ChunkService): VinfraDisk | undefined {
  const found = vinfra?.disks.filter(({ serviceId }) => serviceId === cs.id) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

/** vinfra's id of a node; undefined where it does not know it. */
export function vinfraId({ vinfra, names }: Situation, node: Node): string | undefined {
  const found = vinfra?.nodes.filter(({ host }) => names.nodeOf(host) === node.name) ?? [];
  return found.length === 1 ? found[0]?.id : undefined;
}

/** What takes chunk services out, their data first; or why nobody knows what would. */
export function releaseCommand(
  cluster: Cluster,
  situation: Situation,
  node: Node,
  services: readonly ChunkService[],
  isWhole: boolean,
): Pick<Step, 'script' | 'unconfirmed'> | { readonly refused: string } {
  if (!situation.vinfra)
    return {
      script: removeCsScript(
        cluster,
        services.map(({ id }) => id),
      ),
      unconfirmed: unconfirmed.removeCs,
    };
  const id = vinfraId(situation, node);
  if (id === undefined)
    return {
      refused: `vinfra on ${situation.vinfra.node.name} does not know ${node.name}. Name the node as vinfra does.`,
    };
  if (isWhole) return { script: releaseNodeScript(id) };
  const [cs] = services;
  const disk = cs && vinfraDisk(situation, cs);
  const name = disk?.id ?? disk?.device?.replace(/^\/dev\//, '');
  if (name === undefined)
    return {
      refused: `vinfra does not say on which disk CS ${cs?.id ?? ''} stands: release it in the panel, or by its node.`,
    };
  return { script: releaseDiskScript(id, name) };
}

/** The plan that takes a node, or one disk of it, out of the cluster, after its data has been copied away. Pure. */
export function planRelease(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const who = request.target ?? '';
  const target = targetOf(cluster, who);
  if (!target || !target.node.roles.includes('cs'))
    return refuse(`${who} is no node with the role cs and no disk of one.`);
  const { node, path } = target;
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { answering, silent } = situation;
  const leaving = servicesOn(situation, node, path);
  if (leaving.length === 0) {
    const elsewhere = servicesOn(situation, node).filter(({ disk }) => disk === undefined);
    if (path !== undefined && elsewhere.length > 0) {
      return refuse(
        `Which chunk service stands on ${who} is not known: ${elsewhere.map(({ id }) => `CS ${id}`).join(', ')} of ${node.name} could be meant, and only vinfra tells. Let it be used (see docs/vstorage.md), or release the whole node.`,
      );
    }
    const stranger = strangers(situation);
    if (stranger !== undefined)
      return refuse(`Which chunk services stand on ${who} is not known: ${stranger}`);
    return { ...plan, nothingToDo: `No chunk service stands on ${who}: it is out of the cluster already.` };
  }
  const mds = path === undefined ? mdsForbids(situation, node) : undefined;
  const no =
    silenceForbids(silent.filter((each) => each.node !== node || !each.isOff)) ??
    releaseForbidden(situation, leaving, who) ??
    mds;
  if (no !== undefined) return refuse(no);
  const rest = withoutServices(cluster, situation, leaving, who);
  if (rest.refused !== undefined) {
    return refuse(
      `${rest.refused} (vinfra’s --force would take it out without copying anything: what stands there would be lost as after a failure. Standby does not offer it.)`,
    );
  }
  const asked = askedBeside(situation, node);
  if (!asked)
    return refuse(`No other node with an MDS answers but ${node.name}: nobody could be asked meanwhile.`);
  const command = releaseCommand(cluster, situation, node, leaving, path === undefined);
  if ('refused' in command) return refuse(command.refused);
  return {
    ...plan,
    lockNodes: answering.map(({ name }) => name),
    notes: [
      ...rest.notes,
      'The data is copied away first and stays redundant meanwhile; it takes hours, costs network and disks, and slows clients. A run that is interrupted, or cancelled, does not stop it: start the same plan again to go on watching.',
      ...(path === undefined && node.roles.includes('mds') && situation.vinfra
        ? [`${node.name} has an MDS, which is released with it.`]
        : []),
    ],
    steps: [
      ...proofs(situation),
      ...releaseSteps(
        cluster,
        asked,
        leaving,
        who,
        command,
        holdsMajority(cluster, asked, situation, node, path),
      ),
      seeItHealthy(cluster, asked, 'Everything that stood there has its place on the others now.'),
    ],
  };
}

/** Whether a majority of the MDS would live when vinfra releases this one with its node. */
function mdsForbids({ observation: { metadata }, vinfra }: Situation, away: Node): string | undefined {
  // rm-cs leaves the MDS alone.
  if (!vinfra) return undefined;
  const isMds = away.roles.includes('mds') || metadata.some(({ node }) => node === away.name);
  if (!isMds) return undefined;
  if (metadata.length === 0)
    return 'vstorage stat printed no table of MDS: nobody knows whether a majority lives without it.';
  const total = metadata.length - 1;
  const { left: live } = mdsWithout(metadata, away);
  if (total === 0)
    return `${away.name} has the only MDS: without it there is no cluster. Add one on another node first.`;
  return live * 2 > total
    ? undefined
    : `Without ${away.name}, ${live} of ${total} MDS would live, which is no majority. Add an MDS on another node, or bring the others back, first.`;
}

/** Read again right before vinfra takes an MDS out together with its node. */
function holdsMajority(
  cluster: Cluster,
  asked: Node,
  { vinfra, observation, names }: Situation,
  node: Node,
  path: string | undefined,
): readonly ScriptCheck[] {
  const isMds = node.roles.includes('mds') || observation.metadata.some((mds) => mds.node === node.name);
  return vinfra && path === undefined && isMds ? [majorityWithout(cluster, asked, node, names, true)] : [];
}

/** Starts a release and waits for its end. */
export function releaseSteps(
  cluster: Cluster,
  asked: Node,
  leaving: readonly ChunkService[],
  who: string,
  command: Pick<Step, 'script' | 'unconfirmed'>,
  besides: readonly ScriptCheck[] = [],
): readonly Step[] {
  const ids = leaving.map(({ id }) => id);
  const begun = servicesAre(cluster, asked, ids, ['releasing', ...gone], `The release of ${who} has begun`);
  const out = servicesAre(
    cluster,
    asked,
    ids,
    gone,
    `Nothing is left on ${who}, and its chunk services are out of the cluster`,
  );
  const isDead = leaving.every(({ state }) => state === 'offline' || state === 'failed');
  return [
    {
      ...emptyStep,
      id: 'release',
      title: `Begin to release ${who}`,
      node: asked.name,
      why: isDead
        ? 'It does not come back: as long as it is in the list it counts as an offline host.'
        : 'Its data is copied to the others before it goes.',
      checks: [
        othersServe(cluster, asked, ids, ['inactive', 'maintenance']),
        ...(leaving.every(onItsWay) ? [] : [allHealthy(cluster, asked)]),
        ...besides,
      ],
      ...command,
      timeoutMs: 300_000,
      danger: 'disruptive',
      doneWhen: [begun],
      ...(leaving.every(onItsWay) && { done: true }),
    },
    {
      ...emptyStep,
      id: 'released',
      title: `See ${who} emptied`,
      node: asked.name,
      why: 'Only a chunk service that is out of the cluster may be unplugged.',
      verify: [out],
      verifyForMs: 72 * hour,
      doneWhen: [out],
    },
  ];
}
