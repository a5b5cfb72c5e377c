import { emptyStep } from '../../failover/blank';
import { findNode, type Cluster, type Node } from '../../cluster/cluster';
import type { GoneCheck, Step } from '../../failover/plan';
import type { PlanItem } from '../../failover/planner';
import { allHealthy } from './checks';
import type { ChunkService } from './observation';
import type { Situation } from './survey';

export const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
export const hour = 3_600_000;

/** `NODE/DISK`: a disk's path begins with the slash that stands between the two. */
export function diskItem(node: Node, path: string): string {
  return `${node.name}/${path.replace(/^\/+/, '')}`;
}

/** All disks of nodes that hold data. */
export function diskItems(cluster: Cluster): readonly PlanItem[] {
  return cluster.nodes
    .filter(({ roles }) => roles.includes('cs'))
    .flatMap((node) =>
      node.disks.map(({ path }) => ({ name: diskItem(node, path), detail: `disk ${path}`, node: node.name })),
    );
}

/** The node, and for a disk its path, that a target names; undefined when there is no such thing. */
export function targetOf(
  cluster: Cluster,
  target: string,
): { readonly node: Node; readonly path?: string; readonly tier?: number } | undefined {
  const whole = findNode(cluster, target);
  if (whole) return { node: whole };
  for (const node of cluster.nodes)
    for (const { path, tier } of node.disks) if (diskItem(node, path) === target) return { node, path, tier };
  return undefined;
}

/** The chunk services that stand on a node, or on one disk of it, and were not dropped. */
export function servicesOn({ observation }: Situation, node: Node, path?: string): readonly ChunkService[] {
  const bare = path?.replace(/(.)\/+$/, '$1');
  return observation.chunkServices.filter(
    (cs) =>
      cs.node === node.name &&
      cs.state !== 'dropped' &&
      cs.state !== 'released' &&
      (bare === undefined || cs.disk === bare),
  );
}

/** The chunk services of which nobody knows where they stand, in a sentence; undefined when there is none. */
export function strangers({ observation }: Situation): string | undefined {
  const found = observation.chunkServices.filter(
    ({ node, state }) => node === undefined && state !== 'dropped' && state !== 'released',
  );
  if (found.length === 0) return undefined;
  const list = found.slice(0, 4).map(({ id, host }) => `CS ${id}${host === undefined ? '' : ` (${host})`}`);
  const more = found.length > list.length ? ` and ${found.length - list.length} more` : '';
  return `${list.join(', ')}${more} ${found.length === 1 ? 'stands' : 'stand'} on a host that no node of the cluster file is called. Give every node the name or address by which vstorage stat prints it.`;
}

/** Whoever is asked while something happens to `busy`: a node with an MDS that is not that one. */
export function askedBeside({ answering, vinfra }: Situation, busy: Node): Node | undefined {
  const others = answering.filter((node) => node !== busy);
  return others.find((node) => node === vinfra?.node) ?? others[0];
}

/** Proof that silent MDS nodes are off, read by the run itself (safety 14). */
export function proofs({ silent, answering }: Situation): readonly Step[] {
  return silent.map(({ node }): Step => {
    const check: GoneCheck = {
      type: 'gone',
      title: `${node.name} is off: its console says so and no other node reaches it`,
      node: node.name,
      console: node.console ?? '',
      witnesses: answering.map((each) => each.name),
      first: true,
      holds: true,
    };
    return {
      ...emptyStep,
      id: `prove-${node.name}-off`,
      title: `Prove that ${node.name} is off`,
      node: node.name,
      why: 'It has an MDS, so that another run could hold the lock there.',
      checks: [check],
    };
  });
}

/** The end of most plans: everything is as it was. */
export function seeItHealthy(cluster: Cluster, asked: Node, why: string): Step {
  return {
    ...emptyStep,
    id: 'healthy',
    title: 'See all chunks healthy',
    node: asked.name,
    why,
    verify: [allHealthy(cluster, asked)],
    verifyForMs: 48 * hour,
  };
}

/** Why a command that the guides at hand do not agree on is not simply run. */
export const unconfirmed = {
  removeCs:
    'Without vinfra there is rm-cs alone: older guides say that it copies the data away before, and none at hand says so for today’s editions.',
  makeCs:
    'How a new chunk service is made without vinfra differs between editions (make-cs, and the unit that starts it).',
  hold: 'Without vinfra there is no maintenance mode: a longer mds.wd.offline_tout holds the rebuild of every node, not of this one alone, and no guide at hand describes it.',
  unmount:
    'How the cluster is mounted differs between editions; here everything of the type fuse in /proc/mounts is unmounted that names it.',
  units:
    'The names of the units (vstorage-mdsd.target, vstorage-csd.target) are not the same in all editions.',
} as const;
