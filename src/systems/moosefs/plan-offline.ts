import type { Plan, PlanRequest } from '../../failover/plan';
import type { Cluster } from '../../cluster/cluster';
import { addressOn, gone, noMasterOn } from './checks';
import { candidatesOf } from './situation';
import {
  canary,
  dryRun,
  promote,
  proveGone,
  rejoinElection,
  restartMaster,
  seeTheClusterBack,
  takeAddress,
  withdraw,
} from './steps';
import { nodesWithRole } from '../../cluster/cluster';

/**
 * The steps as they would be, from the file alone: as if the first candidate (or the one before `--to`) were
 * the master that failed. For reading beforehand; running asks the nodes and plans anew.
 */
export function planOffline(cluster: Cluster, request: PlanRequest): Plan {
  const candidates = candidatesOf(cluster);
  const winner = candidates.find(({ name }) => name === request.to) ?? candidates[1];
  const dead = candidates.find((node) => node !== winner);
  const base = {
    kind: request.kind,
    cluster: cluster.name,
    ...(request.target !== undefined && { target: request.target }),
    lockNodes: [],
  };
  if (!winner || !dead) {
    return {
      ...base,
      notes: [],
      steps: [],
      refused: 'The cluster file has fewer than two candidates for the master.',
    };
  }
  const chunkservers = nodesWithRole(cluster, 'chunkserver').length;
  const notes = [
    `From the file alone: as if ${dead.name} were the master that failed. Nothing was asked, so versions and ` +
      'evidence are open. A run asks the nodes and plans anew.',
  ];
  if (request.kind === 'restart-master') {
    const steps = [
      restartMaster(cluster, dead, 0, []),
      seeTheClusterBack(cluster, dead, chunkservers),
      ...canary(cluster, new Set()),
    ];
    return { ...base, target: dead.name, notes, steps };
  }
  const others = candidates.filter((node) => node !== winner && node !== dead);
  const proof = [gone(dead, [winner, ...others]), ...others.map((node) => noMasterOn(cluster, node))];
  const without = others.map((node) => addressOn(cluster, node, false));
  return {
    ...base,
    to: winner.name,
    notes,
    steps: [
      proveGone(dead, proof),
      ...others.map((node) => withdraw(cluster, node, [noMasterOn(cluster, node)])),
      takeAddress(cluster, winner, without),
      dryRun(cluster, winner, 0),
      promote(cluster, winner, 0, [...without, ...proof], undefined),
      ...others.map((node) => rejoinElection(cluster, node, 50)),
      seeTheClusterBack(cluster, winner, chunkservers),
      ...canary(cluster, new Set([dead.name])),
    ],
  };
}
