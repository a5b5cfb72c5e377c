import type { Placeless } from '../cluster/chunks';
import type { DiskDraft, NodeDraft } from '../cluster/draft';
import type { Observed } from './observed';

/** A disk that holds data, as the rules see it: what the node reports wins over what the file says. */
export interface StorageDisk {
  /** As in the file. Absent: the path has a bad value. */
  readonly path?: string;
  /** Which of the node's disks it is; absent for one that only the node knows. */
  readonly index?: number;
  readonly tier?: number;
  /** Bytes. */
  readonly capacity?: bigint;
  readonly used?: bigint;
  /** Something about it is written wrongly and has been reported. */
  readonly isBroken: boolean;
}

/** What a node holds. */
export interface Storage {
  readonly disks: readonly StorageDisk[];
  /** The list of disks has a mistake in it, which has been reported. */
  readonly isBroken: boolean;
}

/** The disks of a node that holds data. One that lists no disk has those that it reports. */
export function storageOf(node: Placeless<NodeDraft>, observed?: Observed): Storage {
  const reported = node.name && observed?.disks.get(node.name.value);
  const isBroken = !node.hasAllDisks;
  if (reported && node.disks.length === 0 && !isBroken) {
    const disks = [...reported].map(([path, reading]) => ({ ...reading, path, tier: 0, isBroken: false }));
    return { disks, isBroken };
  }
  const disks = node.disks.map((disk, index) =>
    declared(disk, index, disk.path && reported?.get(samePath(disk.path.value))),
  );
  return { disks, isBroken };
}

interface Reported {
  readonly capacity?: bigint;
  readonly used?: bigint;
}

function declared(disk: Placeless<DiskDraft>, index: number, reported: Reported | undefined): StorageDisk {
  const capacity = reported?.capacity ?? disk.capacity?.value;
  const used = reported?.used ?? disk.used?.value;
  const isComplete = disk.path !== undefined && disk.tier !== undefined && capacity !== undefined;
  return {
    index,
    isBroken: !isComplete || (disk.isUsageBroken && used === undefined),
    ...(disk.path ? { path: disk.path.value } : {}),
    ...(disk.tier === undefined ? {} : { tier: disk.tier }),
    ...(capacity === undefined ? {} : { capacity }),
    ...(used === undefined ? {} : { used }),
  };
}

/** A path without the trailing slash, as nodes report it. */
export function samePath(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
