import { storageNodes, type ClusterDraft, type DiskDraft, type NodeDraft } from '../cluster/draft';
import { once } from '../cluster/once';
import type { Range } from '../cluster/place';
import type { Observed } from './observed';

/** A disk that holds data, as the rules see it: what the node reports wins over what the file says. */
export interface StorageDisk {
  /** As in the file. Absent: the path has a bad value. */
  readonly path?: string;
  /** The `path` value; for a disk that only the node knows, the place of the node. */
  readonly range: Range;
  /** The value of `used` or `free`, where one is written. */
  readonly usedRange?: Range;
  readonly tier?: number;
  /** Bytes. */
  readonly capacity?: bigint;
  readonly used?: bigint;
  /** Something about it is written wrongly and has been reported. */
  readonly isBroken: boolean;
}

/** A node that holds data, with its disks. */
export interface StorageNode {
  readonly node: NodeDraft;
  readonly disks: readonly StorageDisk[];
  /** The list of disks has a mistake in it, which has been reported. */
  readonly isBroken: boolean;
}

/** The nodes that hold data. A node that lists no disk has those that it reports. */
export function storage(draft: ClusterDraft, observed?: Observed): readonly StorageNode[] {
  return storageNodes(draft).map((node) => {
    const reported = node.name && observed?.disks.get(node.name.value);
    if (!reported) return asDeclared(node);
    const disks =
      node.disks.length > 0 || !node.hasAllDisks
        ? node.disks.map((disk) => declared(disk, disk.path && reported.get(samePath(disk.path.value))))
        : [...reported].map(([path, reading]) => ({
            ...reading,
            path,
            range: node.range,
            tier: 0,
            isBroken: false,
          }));
    return { node, disks, isBroken: !node.hasAllDisks };
  });
}

const asDeclared = once((node: NodeDraft): StorageNode => ({
  node,
  disks: node.disks.map((disk) => declared(disk, undefined)),
  isBroken: !node.hasAllDisks,
}));

interface Reported {
  readonly capacity?: bigint;
  readonly used?: bigint;
}

function declared(disk: DiskDraft, reported: Reported | undefined): StorageDisk {
  const capacity = reported?.capacity ?? disk.capacity?.value;
  const used = reported?.used ?? disk.used?.value;
  const isComplete = disk.path !== undefined && disk.tier !== undefined && capacity !== undefined;
  return {
    range: disk.range,
    isBroken: !isComplete || (disk.isUsageBroken && used === undefined),
    ...(disk.path ? { path: disk.path.value } : {}),
    ...(disk.used ? { usedRange: disk.used.range } : {}),
    ...(disk.tier === undefined ? {} : { tier: disk.tier }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(used === undefined ? {} : { used }),
  };
}

/** A path without the trailing slash, as nodes report it. */
export function samePath(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
