import { emptyPlan, emptyStep } from '../../failover/blank';
import type { Node } from '../../cluster/cluster';
import type { Plan, ScriptCheck, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { statCheck } from './checks';
import type { ChunkService } from './observation';
import {
  askedBeside,
  proofs,
  seeItHealthy,
  servicesOn,
  strangers,
  targetOf,
  unconfirmed,
} from './plan-parts';
import { releaseCommand, releaseForbidden, releaseSteps, vinfraDisk, vinfraId } from './plan-release';
import { withoutServices } from './plan-space';
import { flagWords } from './rows';
import { assignDiskScript, makeCsScript } from './scripts/actions';
import { silenceForbids, situationOf, type Situation } from './survey';
import type { Cluster } from '../../cluster/cluster';

/** The plan that takes the chunk service of a disk out, waits for a new disk, and makes a new one on it. Pure. */
export function planReplaceDisk(input: PlanInput): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const who = request.target ?? '';
  const target = targetOf(cluster, who);
  if (target?.path === undefined || !target.node.roles.includes('cs'))
    return refuse(`${who} is no disk of a node with the role cs: write NODE/DISK.`);
  const { node, path, tier = 0 } = target;
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const { observation, answering, silent } = situation;
  const asked = askedBeside(situation, node) ?? answering[0];
  if (!asked) return refuse('No node with an MDS answers.');
  const no = silenceForbids(silent);
  if (no !== undefined) return refuse(no);

  const leaving = servicesOn(situation, node, path);
  const [cs, second] = leaving;
  if (second)
    return refuse(
      `Two chunk services (CS ${leaving.map(({ id }) => id).join(', ')}) stand on ${who}: look at vstorage stat yourself.`,
    );
  const unknown = servicesOn(situation, node).filter(({ disk }) => disk === undefined);
  if (!cs && unknown.length > 0) {
    return refuse(
      `Which chunk service stands on ${who} is not known: ${unknown.map(({ id }) => `CS ${id}`).join(', ')} of ${node.name} could be meant, and only vinfra tells. Let it be used (see docs/vstorage.md).`,
    );
  }
  const stranger = cs ? undefined : strangers(situation);
  if (stranger !== undefined) return refuse(`Which chunk service stands on ${who} is not known: ${stranger}`);
  const forbidden = cs && releaseForbidden(situation, leaving, who);
  if (forbidden !== undefined) return refuse(forbidden);
  const rest = cs ? withoutServices(cluster, situation, leaving, who) : { notes: [] };
  if (rest.refused !== undefined) return refuse(rest.refused);
  const command = cs ? releaseCommand(cluster, situation, node, leaving, false) : undefined;
  if (command && 'refused' in command) return refuse(command.refused);
  const fresh = newService(cluster, situation, node, asked, path, tier, cs);
  if ('refused' in fresh) return refuse(fresh.refused);
  const words = flagWords(cs?.flags);
  return {
    ...plan,
    lockNodes: answering.map(({ name }) => name),
    notes: [
      cs
        ? `CS ${cs.id} on ${who} is ${cs.state}${cs.state === 'failed' && words.length > 0 ? `: ${words.join(', ')}` : ''}. It is never used again; the new disk gets a chunk service with a new id.`
        : `No chunk service stands on ${who} any more: only the new one is to be made.`,
      ...rest.notes,
      `A new disk of the same size as the others of ${node.name} keeps the nodes equal, as the vendor advises.`,
      ...(observation.stat.health === 'failure'
        ? ['The cluster reports a failure: nothing is rebuilt until that is over.']
        : []),
    ],
    steps: [
      ...proofs(situation),
      ...(cs && command ? releaseSteps(cluster, asked, leaving, who, command) : []),
      swap(node, path, asked),
      fresh.step,
      seeItHealthy(cluster, asked, 'The new disk takes its part of the data as the cluster balances itself.'),
    ],
  };
}

/** The pause in which somebody changes the disk. */
function swap(node: Node, path: string, asked: Node): Step {
  return {
    ...emptyStep,
    id: 'swap',
    title: `Change the disk ${path} of ${node.name}`,
    node: asked.name,
    why: 'Its chunk service is out of the cluster: nothing that anybody needs is on it.',
    typed: {
      name: node.name,
      why: `Typing it says that the new disk is in ${node.name} and is seen by its system.`,
    },
  };
}

function newService(
  cluster: Cluster,
  situation: Situation,
  node: Node,
  asked: Node,
  path: string,
  tier: number,
  old: ChunkService | undefined,
): { readonly step: Step } | { readonly refused: string } {
  const before = new Set(situation.observation.chunkServices.map(({ id }) => id));
  const there: ScriptCheck = statCheck(
    cluster,
    asked,
    `A new chunk service is active on ${node.name}`,
    ({ chunkServices = [] }) => {
      const found = chunkServices.filter(
        ({ id, host, state }) =>
          !before.has(id) && situation.names.nodeOf(host) === node.name && state === 'active',
      );
      return {
        holds: found.length > 0,
        detail: found.length > 0 ? `CS ${found.map(({ id }) => id).join(', ')}` : 'none yet',
      };
    },
  );
  const step: Step = {
    ...emptyStep,
    id: 'new-cs',
    title: `Make a chunk service on the new disk of ${node.name}`,
    node: asked.name,
    why: 'A chunk service is never used again: the new one has an id of its own and begins empty.',
    timeoutMs: 600_000,
    verify: [there],
    verifyForMs: 600_000,
    danger: 'none',
    doneWhen: [there],
  };
  if (!situation.vinfra)
    return {
      step: {
        ...step,
        node: node.name,
        script: makeCsScript(cluster, path, tier),
        unconfirmed: unconfirmed.makeCs,
      },
    };
  const id = vinfraId(situation, node);
  const device = deviceOf(situation, node, path, old);
  if (id === undefined || device === undefined) {
    return {
      refused: `vinfra on ${situation.vinfra.node.name} does not say which device of ${node.name} is ${path}: assign the new disk in the panel.`,
    };
  }
  return { step: { ...step, script: assignDiskScript(id, device, tier) } };
}

/** The device name that the new disk will most likely have: that of the old one in the same place. */
function deviceOf(
  situation: Situation,
  node: Node,
  path: string,
  old: ChunkService | undefined,
): string | undefined {
  const id = vinfraId(situation, node);
  const bare = (text: string | undefined) => text?.replace(/(.)\/+$/, '$1');
  const found =
    (old && vinfraDisk(situation, old)) ??
    situation.vinfra?.disks.find(
      (disk) =>
        (disk.node === id || situation.names.nodeOf(disk.node) === node.name) &&
        (bare(disk.mountPoint) === bare(path) || disk.device === bare(path)),
    );
  return found?.device?.replace(/^\/dev\//, '');
}
