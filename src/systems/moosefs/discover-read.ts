import type { Mount } from '../../discovery/host';
import { heard, told, type Parts } from '../../discovery/parts';
import type { Answer } from '../../discovery/discoverer';
import { hasLiveMaster, readMfscli, type MfscliReport } from './reader-mfscli';
import { bare } from './reader-text';

/** A running ucarp by its command line, without its password. */
export interface UcarpOptionsReading {
  readonly interface?: string;
  readonly source?: string;
  readonly vhid?: number;
  readonly passwordFile?: string;
  readonly address?: string;
  readonly skew: number;
  readonly up?: string;
  readonly down?: string;
}

/** A line of mfshdd.cfg, and what df says of it. */
export interface ChunkDisk {
  readonly path: string;
  /** Marked for removal (`*` in mfshdd.cfg(5)). */
  readonly isLeaving: boolean;
  /** Bytes; absent when df did not tell. */
  readonly capacity?: bigint;
  readonly used?: bigint;
}

export type Daemon = 'mfsmaster' | 'mfsmetalogger' | 'mfschunkserver';

/** What one node said when it was asked for a MooseFS cluster. */
export interface MoosefsNodeFacts {
  /** Programs; absent: not told. */
  readonly installed?: ReadonlySet<string>;
  /** Settings by daemon that has a configuration file. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly hasPasswordFile: boolean;
  readonly ucarps: readonly UcarpOptionsReading[];
  /** Absent: not told, or there is no mfshdd.cfg. */
  readonly disks?: readonly ChunkDisk[];
  /** Addresses by name, as this node resolves them. */
  readonly resolved: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the master that runs here. */
  readonly master?: MfscliReport;
}

/** One node that answered, with its facts narrowed. */
export interface MoosefsAnswer extends Answer {
  readonly facts: MoosefsNodeFacts;
}

/** How mfsmount shows up in /proc/mounts: `mfs#HOST:PORT` of old, HOST:PORT with the type fuse.mfs since. */
export function isMoosefsMount({ type, source }: Mount): boolean {
  return /^fuse\.(mfs|moosefs)/.test(type) || (type === 'fuse' && source.startsWith('mfs#'));
}

/** Reads what a node said. Never throws. */
export function readMoosefsNode(parts: Parts): MoosefsNodeFacts {
  const installed = told(parts, 'installed');
  const disks = readChunkDisks(parts);
  const master = readMaster(told(parts, 'mfscli'));
  const settings = readSettings(heard(parts, 'settings'));
  return {
    ...(installed === undefined ? {} : { installed: new Set(installed.split('\n')) }),
    settings,
    hasPasswordFile: settings.has('ucarp-password'),
    ucarps: readUcarps(heard(parts, 'ucarp')),
    ...(disks ? { disks } : {}),
    resolved: readResolved(heard(parts, 'resolved')),
    ...(master ? { master } : {}),
  };
}

function readSettings(text: string): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const files = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const line of text.split('\n')) {
    const file = /^file\|([a-z-]+)$/.exec(line)?.[1];
    if (file !== undefined) files.set(file, (current = new Map<string, string>()));
    const [, key, value] = /^\s*([A-Z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value) current?.set(key, value);
  }
  return files;
}

function readUcarps(text: string): readonly UcarpOptionsReading[] {
  const byPid = new Map<string, Map<string, string>>();
  for (const line of text.split('\n')) {
    const [, pid, option, value] = /^ucarp\|(\d+)\|([a-z])\|(.*)$/.exec(line) ?? [];
    if (pid === undefined || option === undefined || value === undefined) continue;
    const options: Map<string, string> = byPid.get(pid) ?? new Map<string, string>();
    options.set(option, value);
    byPid.set(pid, options);
  }
  return [...byPid.values()].map((options) => {
    const number = (option: string) =>
      /^\d{1,3}$/.test(options.get(option) ?? '') ? Number(options.get(option)) : undefined;
    const text = (option: string) => options.get(option) || undefined;
    const found = {
      interface: text('i'),
      source: text('s'),
      vhid: number('v'),
      passwordFile: text('o'),
      address: text('a'),
      up: text('u'),
      down: text('d'),
    };
    const known = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
    return { skew: number('k') ?? 0, ...(known as Partial<UcarpOptionsReading>) };
  });
}

function readChunkDisks(parts: Parts): readonly ChunkDisk[] | undefined {
  const text = told(parts, 'disks');
  if (text === undefined || !text.startsWith('hdd|found')) return undefined;
  return text
    .split(/^(?=disk\|)/m)
    .slice(1)
    .flatMap((block): ChunkDisk[] => {
      const [, marks = '', path] = /^disk\|([*<>~\s]*)\|(\/[^\n]*)/.exec(block) ?? [];
      if (path === undefined) return [];
      // The device's name may hold blanks, so the numbers are found by their shape: three and a percentage.
      const row = /\s(\d{1,20})\s+(\d{1,20})\s+(-?\d+)\s+(?:\d+%|-)\s+\/.*$/m.exec(block);
      return [
        {
          path: bare(path),
          isLeaving: marks.includes('*'),
          ...(row?.[1] && row[2] ? { capacity: BigInt(row[1]), used: BigInt(row[2]) } : {}),
        },
      ];
    });
}

function readResolved(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [name, address] = line.split('|');
    if (!name || !address) continue;
    const addresses = names.get(name) ?? new Set<string>();
    names.set(name, addresses.add(address));
  }
  return names;
}

/** Of a master that is dead, or whose answer is none of mfscli's, nothing is known. */
function readMaster(text: string | undefined): MfscliReport | undefined {
  if (text === undefined) return undefined;
  try {
    const report = readMfscli(text);
    return hasLiveMaster(report) ? report : undefined;
  } catch {
    return undefined;
  }
}
