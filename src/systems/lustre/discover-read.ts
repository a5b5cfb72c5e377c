import type { Answer } from '../../discovery/discoverer';
import { readMount, type Mount } from '../../discovery/host';
import { heard, told, type Parts } from '../../discovery/parts';
import { readImports } from './reader-lctl';
import { readParams } from './reader-params';
import type { LustreImport } from './observation';

/** One resource of DRBD's configuration. */
export interface DrbdResource {
  readonly name: string;
  readonly hosts: readonly {
    readonly host: string;
    readonly devices: readonly string[];
    readonly address?: string;
  }[];
  readonly protocol?: string;
  readonly fencing?: string;
}

/** A line of haresources: who normally has a target, and where it is mounted. */
export interface HaTarget {
  readonly home: string;
  readonly device: string;
  readonly path: string;
  readonly resource?: string;
}

/** What one node said when it was asked for a Lustre file system. */
export interface LustreNodeFacts {
  readonly installed?: ReadonlySet<string>;
  readonly resources: readonly DrbdResource[];
  /** `8.4.11`, as the kernel's module says. */
  readonly drbdVersion?: string;
  /** Primary, Secondary … by resource. */
  readonly drbdRoles: ReadonlyMap<string, string>;
  /** What Lustre calls the target, by its device. */
  readonly labels: ReadonlyMap<string, string>;
  readonly imports: readonly LustreImport[];
  readonly nids: readonly string[];
  readonly fstab: readonly Mount[];
  readonly haTargets: readonly HaTarget[];
  /** Ways in which Heartbeat's partners watch each other, as the cluster file names them. */
  readonly haPaths: readonly string[];
  readonly hasPacemaker: boolean;
}

export interface LustreAnswer extends Answer {
  readonly facts: LustreNodeFacts;
}

/** Reads what a node said. Never throws. */
export function readLustreNode(parts: Parts): LustreNodeFacts {
  const installed = told(parts, 'installed');
  const state = heard(parts, 'drbdstate');
  const version = /^version: (\S+)/m.exec(state)?.[1];
  const lctl = heard(parts, 'lctl');
  const ha = heard(parts, 'ha').split('\n');
  const words = ha.flatMap((line) => /^ha\|\s*(\w+)/.exec(line)?.[1] ?? []);
  return {
    ...(installed === undefined ? {} : { installed: new Set(installed.split('\n')) }),
    resources: readDrbdConfig(heard(parts, 'drbdconfig')),
    ...(version === undefined ? {} : { drbdVersion: version }),
    drbdRoles: new Map(
      [...state.matchAll(/^(\S+) role:(\w+)/gm)].map(([, name = '', role = '']) => [name, role]),
    ),
    labels: new Map([...readLabels(heard(parts, 'labels')), ...readDevices(lctl)]),
    imports: readImportsLeniently(lctl),
    nids: heard(parts, 'nids').split('\n').filter(isNid),
    fstab: heard(parts, 'fstab')
      .split('\n')
      .flatMap((line) => readMount(line.trim().replace(/\s+/g, ' '))),
    haTargets: ha.flatMap(readHaLine),
    haPaths: [
      ...(words.some((word) => ['ucast', 'bcast', 'mcast'].includes(word)) ? ['ping'] : []),
      ...(words.includes('serial') ? ['serial'] : []),
    ],
    hasPacemaker: ha.includes('pacemaker'),
  };
}

export function isNid(text: string): boolean {
  return /^[^\s@,:]+(:[^\s@,]*)?@[a-z0-9]+$/i.test(text) && text !== '0@lo';
}

/** The grammar of drbd.conf(5) as far as it is needed: sections in braces and statements that end with `;`. */
export function readDrbdConfig(text: string): readonly DrbdResource[] {
  const tokens = text.replace(/#.*$/gm, '').match(/"[^"]*"|[{};]|[^\s{};"]+/g) ?? [];
  interface Open {
    name: string;
    hosts: { host: string; devices: string[]; address?: string }[];
    common: string[];
    protocol?: string;
    fencing?: string;
  }
  const found: Open[] = [];
  const sections: string[][] = [];
  let words: string[] = [];
  for (const token of tokens) {
    if (token === '{') {
      sections.push(words);
      const [kind, ...names] = words;
      if (kind === 'resource' && sections.length === 1)
        found.push({ name: names[0] ?? '', hosts: [], common: [] });
      if (kind === 'on') for (const host of names) found.at(-1)?.hosts.push({ host, devices: [] });
      words = [];
    } else if (token === '}') {
      sections.pop();
      words = [];
    } else if (token === ';') {
      const [key, first = '', second = ''] = words;
      const open = sections[0]?.[0] === 'resource' ? found.at(-1) : undefined;
      const on = sections.find(([kind]) => kind === 'on');
      const hosts = open?.hosts.filter(({ host }) => on?.slice(1).includes(host)) ?? [];
      if (key === 'device') {
        // `device minor 0;`, `device /dev/drbd0 minor 0;`
        const device = first === 'minor' ? `/dev/drbd${second}` : first;
        if (on) for (const host of hosts) host.devices.push(device);
        else open?.common.push(device);
      }
      // `address ipv6 [::1]:7788;`
      const address = /^\[?([0-9A-Fa-f.:]+?)\]?:\d+$/.exec(first.includes(':') ? first : second)?.[1];
      if (key === 'address' && address !== undefined) for (const host of hosts) host.address = address;
      if (open && key === 'protocol') open.protocol = first;
      if (open && key === 'fencing') open.fencing = first;
      words = [];
    } else words.push(token.replace(/^"|"$/g, ''));
  }
  return found
    .filter(({ name }) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
    .map(({ common, hosts, ...rest }) => ({
      ...rest,
      hosts: hosts.map((host) => ({ ...host, devices: host.devices.length > 0 ? host.devices : common })),
    }));
}

function readLabels(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap((line) => {
    const [, device, label] = /^(\/[^|]*)\|(.+)$/.exec(line) ?? [];
    return device !== undefined && label !== undefined ? [[device, label] as const] : [];
  });
}

/** `osd-ldiskfs.scratch-OST0000.mntdev=/dev/drbd0` */
function readDevices(text: string): readonly (readonly [string, string])[] {
  return readParams(text).flatMap(({ name, device, lines: [value] }) =>
    name.endsWith('.mntdev') && value?.startsWith('/') ? [[value.trim(), device] as const] : [],
  );
}

function readImportsLeniently(text: string): readonly LustreImport[] {
  try {
    return readImports(text);
  } catch {
    return [];
  }
}

/** `oss1 drbddisk::r0 Filesystem::/dev/drbd0::/mnt/ost0::lustre` */
function readHaLine(line: string): HaTarget[] {
  const [, rest] = /^resource\|\s*(.*)$/.exec(line) ?? [];
  if (rest === undefined) return [];
  const [home = '', ...resources] = rest.split(/\s+/);
  return resources.flatMap((word, index): HaTarget[] => {
    const [, device, path] = /^Filesystem::([^:]+)::([^:]+)(?:::lustre.*)$/.exec(word) ?? [];
    if (device === undefined || path === undefined) return [];
    // The disk that is made primary before this file system is mounted.
    const before = resources.slice(0, index).findLast((one) => one.startsWith('drbddisk::'));
    return [{ home, device, path, ...(before ? { resource: before.slice('drbddisk::'.length) } : {}) }];
  });
}
