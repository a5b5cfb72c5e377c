import type { Answer } from '../../discovery/discoverer';
import { heard, told, type Parts } from '../../discovery/parts';
import type { ConfigReport, StatReport, VinfraDisk, VinfraNode } from './observation';
import { readConfig } from './reader-config';
import { readStat } from './reader-stat';
import { readVinfraDisks, readVinfraNodes } from './reader-vinfra';

/** A file system that may hold a chunk service, by what df says. */
export interface RepositoryDisk {
  readonly path: string;
  /** Bytes; absent when df did not tell. */
  readonly capacity?: bigint;
  readonly used?: bigint;
}

/** What one node said when it was asked for a vstorage cluster. */
export interface VstorageNodeFacts {
  /** Clusters that it is configured for. */
  readonly clusters: readonly string[];
  readonly disks: readonly RepositoryDisk[];
  /** What the cluster said through this node. */
  readonly cluster?: {
    readonly name: string;
    readonly stat: StatReport;
    readonly config?: ConfigReport;
    /** `replicas`, `encoding`, `failure-domain` … of the root folder. */
    readonly attributes: ReadonlyMap<string, string>;
  };
  readonly vinfraNodes?: readonly VinfraNode[];
  readonly vinfraDisks?: readonly VinfraDisk[];
}

export interface VstorageAnswer extends Answer {
  readonly facts: VstorageNodeFacts;
}

/** Reads what a node said. Never throws. */
export function readVstorageNode(parts: Parts): VstorageNodeFacts {
  const cluster = readCluster(told(parts, 'stat'));
  const nodes = leniently(() => readVinfraNodes(told(parts, 'vinfranodes') ?? ''));
  const disks = leniently(() => readVinfraDisks(told(parts, 'vinfradisks') ?? ''));
  return {
    clusters: heard(parts, 'clusters')
      .split('\n')
      .filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)),
    disks: readDisks(heard(parts, 'disks')),
    ...(cluster ? { cluster } : {}),
    ...(nodes ? { vinfraNodes: nodes } : {}),
    ...(disks ? { vinfraDisks: disks } : {}),
  };
}

function readCluster(text: string | undefined): VstorageNodeFacts['cluster'] {
  const [, name, rest] = /^asked\|(\S+)\n([\s\S]*)$/.exec(text ?? '') ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const [stat = '', afterStat = ''] = rest.split(/^asked\|config\n?/m);
  const [config = '', attributes = ''] = afterStat.split(/^asked\|attributes\n?/m);
  const report = leniently(() => readStat(stat));
  if (!report) return undefined;
  const values = leniently(() => readConfig(config));
  return {
    name: report.name ?? name,
    stat: report,
    ...(values ? { config: values } : {}),
    attributes: new Map(
      [...attributes.matchAll(/(?:^|\s)([a-z][\w.-]*)=(\S+)/g)].map(([, key = '', value = '']) => [
        key,
        value,
      ]),
    ),
  };
}

function readDisks(text: string): readonly RepositoryDisk[] {
  return text.split(/^(?=disk\|)/m).flatMap((block): RepositoryDisk[] => {
    const path = /^disk\|(\/[^\n]*)/.exec(block)?.[1];
    if (path === undefined) return [];
    const row = /\s(\d{1,20})\s+(\d{1,20})\s+(-?\d+)\s+(?:\d+%|-)\s+\/.*$/m.exec(block);
    return [{ path, ...(row?.[1] && row[2] ? { capacity: BigInt(row[1]), used: BigInt(row[2]) } : {}) }];
  });
}

function leniently<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
