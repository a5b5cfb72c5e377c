import type { Cluster, Node } from '../../cluster/cluster';
import { deviceOf, lustreSection, serversOf, type LustreTarget } from './section';
import { type Situation } from './situation';
import type { Step } from '../../failover/plan';
import { clientsFollow, clientsRemount } from './steps-clients';

/** One target on its way from one node of its pair to the other. */
export interface Move {
  readonly target: LustreTarget;
  readonly from: Node;
  readonly to: Node;
}

export const names = (targets: readonly { readonly name: string }[]): string =>
  targets.map(({ name }) => name).join(', ');

/**
 * The nodes on which the lock is taken (safety 14): every candidate of the targets at hand that answers, the silent ones
 * being proven gone first, and the servers of the MGT, so that two runs on one cluster meet somewhere.
 */
export function lockNodesOf(
  cluster: Cluster,
  { servers }: Pick<Situation, 'servers'>,
  targets: readonly LustreTarget[],
): readonly string[] {
  const common = lustreSection(cluster).targets.filter(({ kind }) => kind === 'MGT');
  const all = new Set([...targets, ...common].flatMap(serversOf));
  return [...all].filter((name) => servers.has(name));
}

/** Nodes that may say whether they reach a silent server: servers that answer first, then everybody else. */
export function witnessesOf(cluster: Cluster, { servers, silent }: Situation): readonly Node[] {
  return [
    ...[...servers.values()].map(({ node }) => node),
    ...cluster.nodes.filter(({ name }) => !servers.has(name) && !silent.has(name)),
  ];
}

/** Whether clients can follow a target by themselves: they know where else it may be (facts: When clients must remount). */
export function mustRemount(cluster: Cluster, { kind, serviceNodes }: LustreTarget): boolean {
  return kind === 'MGT' ? lustreSection(cluster).mgsNids.length < 2 : serviceNodes.length < 2;
}

/** The last steps for the clients: they are seen to follow, or remounted where the facts demand it. */
export function clientSteps(
  cluster: Cluster,
  { clients }: Pick<Situation, 'clients'>,
  moves: readonly Move[],
): readonly Step[] {
  const section = lustreSection(cluster);
  const [first] = moves;
  if (!first) return [];
  const devices = moves
    .filter(({ target }) => target.kind !== 'MGT')
    .map(({ target }) => deviceOf(section, target));
  const mounted = clients.filter(({ survey }) => survey.mounted !== undefined);
  return moves.some(({ target }) => mustRemount(cluster, target))
    ? clientsRemount(cluster, mounted, devices, first.to)
    : clientsFollow(cluster, mounted, devices, first.to);
}

/** What a reader should know of the clients. */
export function clientNotes(
  cluster: Cluster,
  { clients, silentClients }: Pick<Situation, 'clients' | 'silentClients'>,
  moves: readonly Move[],
): readonly string[] {
  const remounted = moves.filter(({ target }) => mustRemount(cluster, target)).map(({ target }) => target);
  const away = clients.filter(({ survey }) => survey.mounted === undefined).map(({ node }) => node);
  return [
    ...(remounted.length > 0 && clients.length > 0
      ? [
          `Clients do not know where else to look for ${names(remounted)} (fewer than two NIDs are registered), so every client unmounts and mounts.`,
        ]
      : []),
    ...(silentClients.length > 0
      ? [
          `${names(silentClients)} could not be asked: look at ${silentClients.length === 1 ? 'it' : 'them'} afterwards.`,
        ]
      : []),
    ...(away.length > 0 ? [`The file system is not mounted on ${names(away)}: nothing is done there.`] : []),
  ];
}
