import { findNode, nodesWithRole, type Cluster } from '../../cluster/cluster';
import type { Plan, PlanRequest } from '../../failover/plan';
import { candidatesOf } from './situation';
import { canary, rejoinElection, seeTheClusterBack } from './steps';
import { commonSkewAgain, endMaster, fetchImage, returnAsMetalogger, writeImage } from './steps-rejoin';

const note =
  'From the file alone: nothing was asked, so versions are open. A run asks the nodes and plans anew.';

/** The steps of `rejoin` as they would be, with the first other candidate as the master. For reading beforehand. */
export function planRejoinOffline(cluster: Cluster, { kind, target }: PlanRequest): Plan {
  const candidates = candidatesOf(cluster);
  const node = findNode(cluster, target ?? '');
  const master = candidates.find((each) => each !== node);
  const plan = { kind, cluster: cluster.name, ...(target !== undefined && { target }), lockNodes: [] };
  if (!node || !candidates.includes(node) || !master) {
    return {
      ...plan,
      notes: [],
      steps: [],
      refused: `${target ?? 'It'} is no candidate beside another one.`,
    };
  }
  const others = candidates.filter((each) => each !== master);
  return {
    ...plan,
    notes: [note, `As if ${master.name} were the master and had no image yet.`],
    steps: [
      writeImage(cluster, master, 0, []),
      endMaster(cluster, node, { master, version: 0 }),
      returnAsMetalogger(cluster, node, { master, version: 0, since: 0 }),
      rejoinElection(cluster, node, 50),
      commonSkewAgain(cluster, master, 50, others, 0),
    ],
  };
}

/** The steps of `write-image` as they would be, with the first candidate as the master. For reading beforehand. */
export function planWriteImageOffline(cluster: Cluster): Plan {
  const plan = { kind: 'write-image', cluster: cluster.name, lockNodes: [] };
  const [master, ...others] = candidatesOf(cluster);
  if (!master)
    return { ...plan, notes: [], steps: [], refused: 'The cluster file has no candidate for the master.' };
  return {
    ...plan,
    notes: [note, `As if ${master.name} were the master.`],
    steps: [
      writeImage(cluster, master, 0, []),
      seeTheClusterBack(cluster, master, nodesWithRole(cluster, 'chunkserver').length),
      ...others.map((node) => fetchImage(cluster, node, 0)),
      ...canary(cluster, new Set()),
    ],
  };
}
