import { emptyPlan } from '../../failover/blank';
import { nodesWithRole, type Cluster, type Node } from '../../cluster/cluster';
import type { Plan } from '../../failover/plan';
import type { Planner, PlanInput } from '../../failover/planner';
import { diskItems, targetOf } from './plan-parts';
import { planMaintenance } from './plan-maintenance';
import { planRelease } from './plan-release';
import { planReplaceDisk } from './plan-replace-disk';
import { planShutdown } from './plan-shutdown';
import { surveyScript } from './scripts/survey';

const holders = (cluster: Cluster): readonly Node[] =>
  cluster.nodes.filter(({ roles }) => roles.includes('mds') || roles.includes('cs'));

const shared = {
  surveyed: (cluster: Cluster) => nodesWithRole(cluster, 'mds'),
  surveyScript,
  surveyTimeoutMs: 90_000,
} as const;

/** From the file alone: what would be asked and done, without knowing whether it may. */
function offline(input: PlanInput, words: readonly string[]): Plan {
  const { cluster, request } = input;
  const plan = emptyPlan(input);
  if (request.target !== undefined && !targetOf(cluster, request.target))
    return { ...plan, refused: `${request.target} is no node and no disk of this cluster.` };
  return {
    ...plan,
    lockNodes: nodesWithRole(cluster, 'mds').map(({ name }) => name),
    notes: [
      'Nothing was asked: whether it may be done, and by which commands, shows only when the cluster answers (without --offline).',
      ...words,
    ],
  };
}

const order = {
  maintenance: [
    'Then: all chunks healthy, no other node away, a majority of the MDS without this node; begin the maintenance; your work; end it; all chunks healthy again.',
  ],
  release: [
    'Then: whether the others satisfy the mode and have room; begin the release; wait until its chunk services are empty and gone; all chunks healthy.',
  ],
  'replace-disk': [
    'Then: release its chunk service; change the disk; make a new chunk service; all chunks healthy.',
  ],
  shutdown: ['Then: clients, MDS (the master last), chunk services.'],
} as const;

/** What Standby can do for a cluster that heals itself: take nodes and disks out of it, and bring them back. */
export const vstoragePlanners: readonly Planner[] = [
  {
    ...shared,
    kind: 'maintenance',
    title: 'Take a node down for maintenance',
    target: 'node',
    targets: holders,
    plan: (input) => (input.offline ? offline(input, order.maintenance) : planMaintenance(input)),
  },
  {
    ...shared,
    kind: 'release',
    targetForm: 'NODE[/DISK]',
    title: 'Release a node or a disk from the cluster',
    target: 'item',
    items: (cluster) => [
      ...nodesWithRole(cluster, 'cs').map(({ name, disks }) => ({
        name,
        detail: `the whole node, ${disks.length} disk${disks.length === 1 ? '' : 's'}`,
        node: name,
      })),
      ...diskItems(cluster),
    ],
    plan: (input) => (input.offline ? offline(input, order.release) : planRelease(input)),
  },
  {
    ...shared,
    kind: 'replace-disk',
    targetForm: 'NODE/DISK',
    title: 'Replace a disk',
    target: 'item',
    items: diskItems,
    plan: (input) => (input.offline ? offline(input, order['replace-disk']) : planReplaceDisk(input)),
  },
  {
    ...shared,
    kind: 'shutdown',
    title: 'Shut the whole cluster down',
    target: 'cluster',
    surveyed: (cluster) => cluster.nodes,
    plan: (input) => (input.offline ? offline(input, order.shutdown) : planShutdown(input)),
  },
];
