import { emptyPlan, emptyStep } from '../../failover/blank';
import { nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { Plan, Step } from '../../failover/plan';
import type { PlanInput } from '../../failover/planner';
import { lack, processesOn } from './checks';
import { proofs, unconfirmed } from './plan-parts';
import { stopServicesScript, unmountScript } from './scripts/actions';
import { silenceForbids, situationOf, type Situation } from './survey';

const words = {
  client: 'Unmount the cluster on',
  mds: 'Stop the MDS on',
  cs: 'Stop the chunk services on',
} as const;
const reasons = {
  client: 'A client that writes while the cluster goes down hangs, and may not get all of it to the disks.',
  mds: 'Without a majority of MDS nobody decides any more that a chunk service is offline: nothing is rebuilt while they stop.',
  cs: 'They are stopped when nobody counts on them any more.',
} as const;

function stop(cluster: Cluster, node: Node, role: 'client' | 'mds' | 'cs'): Step {
  const off = processesOn(node, [role], false);
  return {
    ...emptyStep,
    id: `stop-${role}-${node.name}`,
    title: `${words[role]} ${node.name}`,
    node: node.name,
    why: reasons[role],
    script: role === 'client' ? unmountScript(cluster) : stopServicesScript(role),
    unconfirmed: role === 'client' ? unconfirmed.unmount : unconfirmed.units,
    timeoutMs: 300_000,
    verify: [off],
    verifyForMs: 120_000,
    danger: 'disruptive',
    doneWhen: [off],
  };
}

/** MDS in the order in which they stop: the master last, so that none is elected meanwhile. */
function mdsInOrder(cluster: Cluster, { observation }: Situation): readonly Node[] {
  const master = observation.metadata.find(({ isMaster }) => isMaster)?.node;
  return nodesWithRole(cluster, 'mds').toSorted(
    (a, b) => Number(a.name === master) - Number(b.name === master),
  );
}

/** The plan that shuts the whole cluster down: clients, then MDS, then chunk services. Pure. */
export function planShutdown(input: PlanInput): Plan {
  const { cluster, answers } = input;
  const plan = emptyPlan(input);
  const refuse = (refused: string): Plan => ({ ...plan, refused });
  const situation = situationOf(input);
  if ('refused' in situation) return refuse(situation.refused);
  const no = silenceForbids(situation.silent);
  if (no !== undefined) return refuse(no);
  const silent = cluster.nodes.filter(({ name }) => {
    const answer = answers.get(name);
    return answer === undefined || 'error' in answer;
  });
  const isAway = (node: Node) => silent.includes(node);
  const clients = nodesWithRole(cluster, 'client');
  const mute = clients.find(isAway);
  if (mute)
    return refuse(
      `${mute.name} is a client and does not answer: it may be writing. Unmount it there, or switch it off, and take it out of the file.`,
    );
  const offline = situation.observation.stat.chunks.offline ?? 0;
  if (offline > 0)
    return refuse(
      `${offline} chunks are offline, and clients hang on them: they cannot be unmounted in an orderly way. Bring the chunk services back first.`,
    );
  const { known, text, sum } = lack(situation.observation.stat);
  const present = (nodes: readonly Node[]) => nodes.filter((node) => !isAway(node));
  return {
    ...plan,
    lockNodes: situation.answering.map(({ name }) => name),
    notes: [
      'In this order: clients, MDS, chunk services. To start again: the nodes with an MDS first, then the others, then the clients.',
      ...(clients.length === 0
        ? [
            'The cluster file names no node with the role client: see to it yourself that nobody has the cluster mounted.',
          ]
        : []),
      ...(known
        ? []
        : [
            'vstorage stat did not print how many chunks are healthy, degraded, blocked and offline: whether all have all their pieces is unknown.',
          ]),
      ...(sum > 0
        ? [
            `Not all chunks have all their pieces (${text}): what is being rebuilt stays as it is until the cluster is up again. Better wait for it.`,
          ]
        : []),
      ...(silent.length > 0
        ? [
            `${silent.map(({ name }) => name).join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer and ${silent.length === 1 ? 'is' : 'are'} left out.`,
          ]
        : []),
      'The machines themselves stay on: switch them off when everything here is done.',
    ],
    steps: [
      ...proofs(situation),
      ...present(clients).map((node) => stop(cluster, node, 'client')),
      ...present(mdsInOrder(cluster, situation)).map((node) => stop(cluster, node, 'mds')),
      ...present(nodesWithRole(cluster, 'cs')).map((node) => stop(cluster, node, 'cs')),
    ],
  };
}
