import type { Cluster, Node } from '../cluster/cluster';
import { nearMiss } from '../cluster/near';
import type { PlanRequest } from './plan';
import { oneLine } from './plain';
import type { Planner, PlanItem } from './planner';

/** More names than this are not listed in a sentence. */
const MOST_NAMES = 30;

/** Everything that a plan of this kind may be about; undefined when it is about the whole cluster. */
export function targetsOf(planner: Planner, cluster: Cluster): readonly PlanItem[] | undefined {
  switch (planner.target) {
    case 'cluster':
      return undefined;
    case 'node':
      return (planner.targets?.(cluster) ?? cluster.nodes).map(nodeItem);
    case 'item':
      return planner.items?.(cluster) ?? [];
  }
}

/** What is wrong with the target or the taker of a request, for the person who wrote it; undefined: nothing. */
export function wrongTarget(planner: Planner, cluster: Cluster, request: PlanRequest): string | undefined {
  return wrongSubject(planner, cluster, request.target) ?? wrongTaker(planner, cluster, request);
}

function wrongSubject(planner: Planner, cluster: Cluster, target: string | undefined): string | undefined {
  const targets = targetsOf(planner, cluster);
  if (targets === undefined) {
    if (target === undefined) return undefined;
    const isNode = cluster.nodes.some(({ name }) => name === target);
    const hint = isNode ? ` To choose who takes over, write --to ${target}.` : '';
    return `${planner.kind} is about the whole cluster and takes no TARGET.${hint}`;
  }
  if (planner.target === 'node') {
    if (target === undefined) return `${planner.kind} needs a TARGET, the node that it is about.`;
    return wrongNode(cluster, target);
  }
  const names = targets.map(({ name }) => name);
  if (names.length === 0)
    return `The cluster ${cluster.name} has nothing that ${planner.kind} could be about.`;
  if (target === undefined) return `${planner.kind} needs a TARGET: ${listed(names)}.`;
  if (names.includes(target)) return undefined;
  return `${planner.kind} cannot be about ${oneLine(target)}: the cluster ${cluster.name} has no such thing.${meant(target, names)} It may be about ${listed(names)}.`;
}

function wrongTaker(planner: Planner, cluster: Cluster, { target, to }: PlanRequest): string | undefined {
  if (to === undefined) return undefined;
  if (!planner.takers) return `${planner.kind} takes no --to: its plan needs no node to be chosen.`;
  const wrong = wrongNode(cluster, to);
  if (wrong !== undefined) return wrong;
  const names = planner.takers(cluster, target).map(({ name }) => name);
  const of = target === undefined ? planner.kind : `${planner.kind} of ${oneLine(target)}`;
  if (names.length === 0) return `The plan ${of} has no choice of nodes: leave out --to.`;
  return names.includes(to)
    ? undefined
    : `${to} cannot be named by --to for ${of}. These can: ${listed(names)}.`;
}

function wrongNode(cluster: Cluster, name: string): string | undefined {
  const names = cluster.nodes.map((node) => node.name);
  return names.includes(name)
    ? undefined
    : `There is no node ${oneLine(name)} in the cluster ${cluster.name}.${meant(name, names)} Its nodes: ${listed(names)}.`;
}

function meant(name: string, names: readonly string[]): string {
  const near = nearMiss(name, names);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return [...names.slice(0, MOST_NAMES), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}

function nodeItem({ name, address, roles }: Node): PlanItem {
  return { name, detail: `${roles.join(', ')} · ${address}`, node: name };
}
