import { findNode, type Cluster, type Node } from '../../cluster/cluster';
import type { DiskReading, NodeReading } from '../../heartbeat/probe';
import type { ChunkService, CsReading, VinfraDisk, VinfraNode } from './observation';
import type { HostNames } from './names';

interface Vinfra {
  readonly nodes?: readonly VinfraNode[];
  readonly disks?: readonly VinfraDisk[];
}

const bare = (path: string) => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);

/** The chunk services with everything known about them: on which node and disk they are, and in which tier. */
export function chunkServices(
  cluster: Cluster,
  readings: readonly CsReading[],
  vinfra: Vinfra | undefined,
  names: HostNames,
): readonly ChunkService[] {
  const own = readings.map((cs) => ({ cs, node: names.nodeOf(cs.host) }));
  return own.map(({ cs, node: printed }) => {
    const found = vinfra?.disks?.filter(
      ({ serviceId, role }) => serviceId === cs.id && (role?.startsWith('cs') ?? true),
    );
    // Two disks of one service: one of them is of another time.
    const known = found?.length === 1 ? found[0] : undefined;
    const node = printed ?? (known && nodeOfDisk(known, vinfra, names));
    const declared = node === undefined ? undefined : findNode(cluster, node);
    const isAlone = own.filter((other) => other.node === node && !isGoneForGood(other.cs)).length === 1;
    const disk = declared && diskOf(declared, known, isAlone && !isGoneForGood(cs));
    const tier = cs.tier ?? known?.tier ?? disk?.tier ?? onlyTier(declared);
    return {
      ...cs,
      ...(node === undefined ? {} : { node }),
      ...(disk === undefined ? {} : { disk: bare(disk.path) }),
      ...(tier === undefined ? {} : { tier }),
      ...(known?.isBeingReleased === true ? { isBeingReleased: true } : {}),
    };
  });
}

const isGoneForGood = ({ state }: CsReading) => state === 'dropped' || state === 'released';

function nodeOfDisk({ node }: VinfraDisk, vinfra: Vinfra | undefined, names: HostNames): string | undefined {
  const host = vinfra?.nodes?.find(({ id, host: name }) => id === node || name === node)?.host;
  return names.nodeOf(host ?? node);
}

function diskOf(
  node: Node,
  known: VinfraDisk | undefined,
  isAlone: boolean,
): Node['disks'][number] | undefined {
  const paths = known
    ? [known.mountPoint, known.device].flatMap((path) => (path === undefined ? [] : [bare(path)]))
    : [];
  const told = node.disks.find(({ path }) => paths.includes(bare(path)));
  if (told) return told;
  // One service and one disk belong together, unless vinfra names another disk.
  return known === undefined && isAlone && node.disks.length === 1 ? node.disks[0] : undefined;
}

function onlyTier(node: Node | undefined): number | undefined {
  const tiers = new Set(node?.disks.map(({ tier }) => tier));
  return tiers.size === 1 ? [...tiers][0] : undefined;
}

/**
 * What the cluster knows of the nodes' disks. vinfra has exact numbers; those of the table have three digits and
 * count only where the node itself says nothing. Of disks that fell silent the last numbers stay.
 */
export function disksByNode(
  services: readonly ChunkService[],
  vinfra: Vinfra | undefined,
  heard: ReadonlyMap<string, NodeReading>,
  previous: Readonly<Record<string, readonly DiskReading[]>> | undefined,
): Record<string, DiskReading[]> {
  const found: Record<string, DiskReading[]> = {};
  for (const { id, node, disk: path, state, space, free } of services) {
    if (node === undefined || path === undefined) continue;
    const exact = vinfra?.disks?.find(({ serviceId }) => serviceId === id);
    const own = heard.get(node)?.disks?.find((disk) => disk.path === path);
    const before =
      previous && Object.hasOwn(previous, node)
        ? previous[node]?.find((one) => one.path === path)
        : undefined;
    const size =
      exact?.capacity !== undefined && exact.used !== undefined
        ? { capacity: exact.capacity, used: exact.used }
        : own?.capacity !== undefined
          ? {}
          : !heard.has(node) && before?.capacity !== undefined
            ? { capacity: before.capacity, ...(before.used === undefined ? {} : { used: before.used }) }
            : space !== undefined && free !== undefined && heard.has(node)
              ? { capacity: space, used: space - free }
              : {};
    (found[node] ??= []).push({ path, ...size, state });
  }
  return found;
}
