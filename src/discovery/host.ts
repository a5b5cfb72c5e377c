import { heard, told, type Parts } from './parts';

/** One address of an interface of a node. */
export interface HostAddress {
  readonly interface: string;
  readonly address: string;
  readonly prefix: number;
  readonly isGlobal: boolean;
}

/** What every node is asked, whatever its system. */
export interface HostFacts {
  /** As the machine calls itself. */
  readonly hostName?: string;
  /** Empty where it was not told. */
  readonly addresses: readonly HostAddress[];
  /** Names of /proc/PID/comm (at most 15 characters); absent: not told. */
  readonly processes?: ReadonlySet<string>;
  /** Mounted file systems; absent: not told. */
  readonly mounts?: readonly Mount[];
}

export interface Mount {
  readonly source: string;
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

export const hostParts = {
  host: 'hostname || uname -n || cat /etc/hostname',
  addresses: 'ip -o addr show',
  processes: `for d in /proc/[0-9]*; do
read -r name <"$d/comm" && echo "$name"
done | sort -u`,
  mounts: 'cat /proc/mounts',
} as const;

/** Reads the parts that every node is asked. */
export function readHost(parts: Parts): HostFacts {
  const hostName = told(parts, 'host')?.split('\n')[0]?.trim();
  const processes = told(parts, 'processes');
  const mounts = told(parts, 'mounts');
  return {
    ...(hostName ? { hostName } : {}),
    addresses: heard(parts, 'addresses').split('\n').flatMap(readAddressLine),
    ...(processes === undefined ? {} : { processes: new Set(processes.split('\n')) }),
    ...(mounts === undefined ? {} : { mounts: mounts.split('\n').flatMap(readMount) }),
  };
}

/** A line of `ip -o addr`; with a peer its address stands between: `inet 10.0.0.1 peer 10.0.0.2/32`. */
function readAddressLine(line: string): HostAddress[] {
  const row = /^\d+:\s+(\S+)\s+inet6?\s+([0-9A-Fa-f:.]+)(?:\/(\d+)| peer \S+?\/(\d+))?\s(.*)$/.exec(line);
  if (!row) return [];
  const [, name = '', address = '', own, peer, rest = ''] = row;
  const prefix = Number(own ?? peer ?? (address.includes(':') ? 128 : 32));
  const isGlobal = /\bscope global\b/.test(rest);
  return [{ interface: name.replace(/@.*$/, ''), address, prefix, isGlobal }];
}

/** A line of /proc/mounts; blanks and the like are octal in it (proc(5), getmntent(3)). */
export function readMount(line: string): Mount[] {
  const [source, path, type, options = ''] = line.split(' ').map((word) => unescapeMount(word));
  if (source === undefined || path === undefined || type === undefined) return [];
  return [{ source, path, type, options: options.split(',') }];
}

function unescapeMount(word: string): string {
  return word.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
