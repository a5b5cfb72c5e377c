import type {
  DrbdConnection,
  DrbdDisk,
  DrbdReading,
  DrbdReplication,
  DrbdRole,
  DrbdSync,
} from './observation';
import { connectionOf, diskOf, protocolOf, roleOf } from './reader-drbd-words';
import { decimal, kibibytes, present, unreadable, whole, wholeLines } from './reader-text';

/** One device of /proc/drbd, which knows no names of resources. */
export interface ProcDevice {
  readonly minor: number;
  /** The word after `cs:`, as it was said. */
  readonly said: string;
  readonly connection: DrbdConnection;
  readonly replication: DrbdReplication;
  readonly role: DrbdRole;
  readonly peerRole: DrbdRole;
  readonly disk: DrbdDisk;
  readonly peerDisk: DrbdDisk;
  readonly protocol?: 'A' | 'B' | 'C';
  readonly suspended?: boolean;
  readonly pausedBy?: readonly string[];
  readonly outOfSync?: number;
  readonly written?: number;
  readonly sync?: DrbdSync;
}

export interface ProcDrbd {
  readonly version: string;
  /** None for DRBD 9, which tells its version only, and for a node whose resources are down. */
  readonly devices: readonly ProcDevice[];
}

const header = /^\s*(\d{1,7}): cs:(\S+)(.*)$/;
const states = /^ ro:(\w+)\/(\w+) ds:(\w+)\/(\w+) ([ABC ]) (\S+)\s*$/;
const progress = /(?:sync'ed|verified):\s*([\d.]+)% \((\d+)\/(\d+)\)([KM])\s*$/;
const speed = /^\s*finish: (\d+):(\d\d):(\d\d) speed: ([\d,]+) \([\d, -]+\)(?: want: ([\d,]+))? K\/sec(.*)$/;

/** Reads /proc/drbd of 8.4. Throws `UnreadableError`. */
export function readProcDrbd(text: string): ProcDrbd {
  const lines = wholeLines(text);
  const version = /^version: (\S+)/.exec(lines[0] ?? '')?.[1];
  if (version === undefined) throw unreadable('/proc/drbd', '“version:” and a number', text);
  const blocks: string[][] = [];
  for (const line of lines.slice(1)) {
    if (header.test(line)) blocks.push([line]);
    else blocks.at(-1)?.push(line);
  }
  return { version, devices: blocks.flatMap(device) };
}

function device(lines: readonly string[]): ProcDevice[] {
  const [, minor, said = '', rest = ''] = header.exec(lines[0] ?? '') ?? [];
  // A minor that is known but has neither a disk nor a peer.
  if (minor === undefined || said === 'Unconfigured') return [];
  const [, role, peerRole, disk, peerDisk, protocol, flags = ''] = states.exec(rest) ?? [];
  const counters = lines.find((line) => /^\s+ns:\d/.test(line)) ?? '';
  const counter = (name: string) => kibibytes(new RegExp(` ${name}:(\\d+)(?: |$)`).exec(counters)?.[1]);
  // r or s, then who paused the resync: a (dependency), p (the peer), u (a user).
  const pausedBy = [
    ...(flags[1] === 'a' ? ['dependency'] : []),
    ...(flags[2] === 'p' ? ['peer'] : []),
    ...(flags[3] === 'u' ? ['user'] : []),
  ];
  return [
    {
      minor: Number(minor),
      said,
      ...connectionOf(said),
      role: roleOf(role),
      peerRole: roleOf(peerRole),
      disk: diskOf(disk),
      peerDisk: diskOf(peerDisk),
      ...present({
        protocol: protocolOf(protocol),
        suspended: flags[0] === 's' ? true : flags[0] === 'r' ? false : undefined,
        pausedBy: pausedBy.length > 0 ? pausedBy : undefined,
        outOfSync: counter('oos'),
        written: counter('dw'),
        sync: sync(lines),
      }),
    },
  ];
}

function sync(lines: readonly string[]): DrbdSync | undefined {
  const [, percent, , all, unit] =
    lines.flatMap((line) => [progress.exec(line) ?? []]).find((m) => m[0]) ?? [];
  const timing = lines.map((line) => speed.exec(line)).find((match) => match !== null);
  if (percent === undefined && !timing) return undefined;
  const [, hours, minutes, seconds, rate, want, tail] = timing ?? [];
  const total = kibibytes(all);
  const perSecond = (text: string | undefined) => kibibytes(text?.replaceAll(',', ''));
  const [h, m, s] = [whole(hours), whole(minutes), whole(seconds)];
  return present({
    percent: decimal(percent),
    total: total === undefined ? undefined : unit === 'M' ? total * 1024 : total,
    speed: perSecond(rate),
    wanted: perSecond(want),
    finishSeconds: h === undefined || m === undefined || s === undefined ? undefined : h * 3600 + m * 60 + s,
    stalled: tail?.includes('stalled') ? true : undefined,
  });
}

/** The readings with what only /proc/drbd tells: progress, protocol, who paused. Devices are matched by minor. */
export function withProc(readings: readonly DrbdReading[], proc: ProcDrbd): readonly DrbdReading[] {
  return readings.map((reading) => {
    const found = proc.devices.find(({ minor }) => minor === reading.minor);
    if (!found) return reading;
    const isUnknown = reading.connection === 'unknown';
    return {
      ...reading,
      ...(isUnknown ? { connection: found.connection, replication: found.replication } : {}),
      ...(isUnknown ? { peerRole: found.peerRole, peerDisk: found.peerDisk } : {}),
      said: found.said === found.connection ? reading.said : { ...reading.said, cs: found.said },
      ...present({
        protocol: found.protocol,
        pausedBy: found.pausedBy,
        sync: found.sync,
        outOfSync: reading.outOfSync ?? found.outOfSync,
      }),
    };
  });
}

/** Readings from /proc/drbd alone, where drbdsetup cannot be asked; `names` gives resources by minor. */
export function procReadings(proc: ProcDrbd, names: ReadonlyMap<number, string>): readonly DrbdReading[] {
  return proc.devices.flatMap(({ minor, said, ...device }): DrbdReading[] => {
    const resource = names.get(minor);
    if (resource === undefined) return [];
    return [{ resource, volume: 0, minor, ...device, said: said === device.connection ? {} : { cs: said } }];
  });
}
