import { emptyPlan } from '../../failover/blank';
import { findNode, type Cluster, type Node } from '../../cluster/cluster';
import type { Plan } from '../../failover/plan';
import type { Planner, PlanInput, PlanItem } from '../../failover/planner';
import { planAbortRecovery } from './plan-abort-recovery';
import { planFailback } from './plan-failback';
import { planFailover } from './plan-failover';
import { planOffline } from './plan-offline';
import { planSplitBrain } from './plan-split-brain';
import { surveyScript } from './scripts/survey';
import { lustreSection, partnerOf, serversOf, targetsOf, type LustreTarget } from './section';
import { clientNodes, serverNodes } from './situation';

const shared = {
  target: 'item',
  surveyed: (cluster: Cluster) => [...serverNodes(cluster), ...clientNodes(cluster)],
  surveyScript,
  surveyTimeoutMs: 60_000,
} as const;

const pairText = (target: LustreTarget): string => `${target.kind} · ${serversOf(target).join(', ')}`;

const targetItem = (target: LustreTarget): PlanItem => ({
  name: target.name,
  detail: pairText(target),
  node: target.primary,
});

function nodeItem(cluster: Cluster, { name }: Node): PlanItem {
  const targets = targetsOf(lustreSection(cluster), name);
  return { name, detail: `everything on it: ${targets.map((target) => target.name).join(', ')}`, node: name };
}

/** Targets, and nodes that may serve some. */
const targetsAndNodes = (cluster: Cluster): readonly PlanItem[] => [
  ...lustreSection(cluster).targets.map(targetItem),
  ...serverNodes(cluster).map((node) => nodeItem(cluster, node)),
];

/** The nodes to which a target, or what is on a node, may go. */
function takers(cluster: Cluster, about?: string): readonly Node[] {
  const { targets } = lustreSection(cluster);
  const named = targets.filter(
    (target) => about === undefined || target.name === about || partnerOf(target, about) !== undefined,
  );
  const wanted = new Set(named.flatMap((target) => serversOf(target)).filter((name) => name !== about));
  return [...wanted].flatMap((name) => findNode(cluster, name) ?? []);
}

/** Nothing of such a plan follows from the file alone. */
const mustAsk = (input: PlanInput): Plan => ({
  ...emptyPlan(input),
  refused:
    'The nodes decide what this plan does, so it cannot be made without asking them. Leave out --offline.',
});

/** What Standby can do for the targets of a Lustre file system. */
export const lustrePlanners: readonly Planner[] = [
  {
    ...shared,
    kind: 'failover',
    targetForm: 'TARGET|NODE',
    title: 'Fail over a target, or everything on a node',
    items: targetsAndNodes,
    takers,
    plan: (input) => (input.offline ? planOffline(input.cluster, input.request) : planFailover(input)),
  },
  {
    ...shared,
    kind: 'failback',
    targetForm: 'TARGET|NODE',
    title: 'Bring targets back to where they belong',
    items: targetsAndNodes,
    plan: (input) => (input.offline ? planOffline(input.cluster, input.request) : planFailback(input)),
  },
  {
    ...shared,
    kind: 'split-brain',
    targetForm: 'RESOURCE',
    title: 'Put a split brain right',
    items: (cluster) =>
      lustreSection(cluster).targets.flatMap(({ drbd, name, ...target }) =>
        drbd === undefined
          ? []
          : [{ name: drbd, detail: `the mirror of ${name} · ${serversOf({ ...target, name }).join(', ')}` }],
      ),
    takers: (cluster, about) =>
      lustreSection(cluster)
        .targets.filter(({ drbd }) => drbd !== undefined && (about === undefined || drbd === about))
        .flatMap(serversOf)
        .flatMap((name) => findNode(cluster, name) ?? []),
    plan: (input) => (input.offline ? mustAsk(input) : planSplitBrain(input)),
  },
  {
    ...shared,
    kind: 'abort-recovery',
    targetForm: 'TARGET',
    title: 'Abort the recovery of a target, cutting off clients',
    items: (cluster) =>
      lustreSection(cluster)
        .targets.filter(({ kind }) => kind !== 'MGT')
        .map(targetItem),
    plan: (input) => (input.offline ? mustAsk(input) : planAbortRecovery(input)),
  },
];
