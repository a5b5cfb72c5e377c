import { bare, bytes, count, unreadable } from './reader-text';

/**
 * Readers of `mfscli -p -s '|'`: every row carries its label, no headers, several sets in one output.
 * The exit code is always 0, so that only the rows tell a live master from a dead one. Rows of other sets
 * and lines of later versions are passed over; a known row with a wrong shape is unreadable.
 */

/** A row `metadata servers:` of -SIM or -SIN. */
export interface MetadataServer {
  readonly host: string;
  readonly software: string;
  /** It answers as the master: `-` in the community edition, LEADER in the other. */
  readonly live: boolean;
  readonly state: string;
  /** The master's own time, epoch milliseconds. */
  readonly clock?: number;
  /** The last changelog id + 1. */
  readonly version: number;
}

export const chunkClasses = [
  'missing',
  'endangered',
  'undergoal',
  'stable',
  'overgoal',
  'pending deletion',
  'to be removed',
] as const;
export type ChunkClass = (typeof chunkClasses)[number];

/** The rows of -SIC. */
export interface ChunkMatrix {
  readonly cells: readonly { readonly goal: number; readonly copies: number; readonly chunks: number }[];
  readonly classes: Readonly<Record<ChunkClass, number>>;
}

export type ChunkserverMaintenance = 'off' | 'on' | 'temporary' | 'unknown';

/** What the brackets around the load mean: in grace after errors, rebalancing inside, overloaded. */
export type ChunkserverMood = 'normal' | 'grace' | 'rebalancing' | 'overloaded';

/** A row of -SCS. `host` is what the master's resolver made of the address; it may be `(unresolved)`. */
export interface Chunkserver {
  readonly host: string;
  readonly port: number;
  readonly id: number;
  readonly maintenance: ChunkserverMaintenance;
}

export interface ConnectedChunkserver extends Chunkserver {
  readonly labels: string;
  readonly version: string;
  readonly load: number;
  readonly mood: ChunkserverMood;
  readonly chunks: number;
  /** Bytes. */
  readonly used: bigint;
  readonly total: bigint;
}

/** A row of -SHD. */
export interface ChunkserverDisk {
  readonly ip: string;
  readonly port: number;
  /** Without a trailing slash. */
  readonly path: string;
  readonly chunks: number;
  /** Epoch seconds; absent when there was none. */
  readonly lastError?: number;
  /** ok, damaged, invalid, scanning, marked for removal …; several are separated by commas. */
  readonly status: string;
  /** Bytes. */
  readonly used: bigint;
  readonly total: bigint;
}

/** A row of -SMB. */
export interface Metalogger {
  readonly host: string;
  readonly version: string;
}

/** What one call of mfscli said. Sets that were not asked, or that a dead master cannot give, are absent. */
export interface MfscliReport {
  readonly servers: readonly MetadataServer[];
  readonly matrix?: ChunkMatrix;
  readonly connected: readonly ConnectedChunkserver[];
  readonly disconnected: readonly Chunkserver[];
  readonly disks: readonly ChunkserverDisk[];
  readonly metaloggers: readonly Metalogger[];
}

const from = 'mfscli';

function rowsOf(text: string, label: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith(`${label}|`))
    .map((line) => line.slice(label.length + 1).split('|'));
}

function shape(row: readonly string[], columns: number, label: string): void {
  if (row.length < columns)
    throw unreadable(from, `at least ${columns} columns after “${label}”`, row.join('|'));
}

/** Reads the rows `metadata servers:` of -SIM or -SIN; a dead master has one, too. Throws without any. */
export function readMetadataServers(text: string): readonly MetadataServer[] {
  const label = 'metadata servers:';
  const rows = rowsOf(text, label);
  if (rows.length === 0) throw unreadable(from, `a row “${label}”`, text);
  return rows.map((row) => {
    shape(row, 5, label);
    const [host = '', software = '', state = '', clock = '', version = ''] = row;
    if (!/^\d+(\.\d+)+/.test(software)) throw unreadable(from, `a version in a row “${label}”`, software);
    const live = state === '-' || state === 'LEADER';
    const seconds = /^\d{1,12}(\.\d+)?$/.test(clock) ? Number(clock) : undefined;
    return {
      host,
      software,
      live,
      state,
      // decimal_number() of mfscli separates thousands with a blank
      version: count(from, 'the metadata version', version.replaceAll(' ', '')),
      ...(seconds === undefined ? {} : { clock: Math.round(seconds * 1000) }),
    };
  });
}

/** Reads -SIC: the matrix of goals and copies, and the seven classes. undefined when it was not printed. */
export function readChunkMatrix(text: string): ChunkMatrix | undefined {
  const rows = rowsOf(text, 'all chunks matrix:');
  if (rows.length === 0) return undefined;
  const cells = rows
    .filter(([what]) => what === 'goal/copies/chunks:')
    .map(([, goal, copies, chunks]) => ({
      goal: count(from, 'goal', goal),
      copies: count(from, 'copies', copies),
      chunks: count(from, 'chunks', chunks),
    }));
  const classes = Object.fromEntries(
    chunkClasses.map((name) => {
      const row = rows.find(([what]) => what === `chunkclass ${name}:`);
      if (!row) throw unreadable(from, `a row “chunkclass ${name}:”`, lastLine(text));
      return [name, count(from, `chunkclass ${name}`, row[1])];
    }),
  ) as Record<ChunkClass, number>;
  return { cells, classes };
}

/** Reads -SCS: chunkservers that are connected to the master, and those it knows but does not hear. */
export function readChunkservers(text: string): Pick<MfscliReport, 'connected' | 'disconnected'> {
  const connected = rowsOf(text, 'chunk servers:').map((row): ConnectedChunkserver => {
    shape(row, 10, 'chunk servers:');
    const [host = '', port, id, labels = '', version = '', load = '', maintenance = '', chunks, used, total] =
      row;
    const weight = /^(?:\[(\d+)\]|\((\d+)\)|<(\d+)>|(\d+))$/.exec(load);
    if (!weight) throw unreadable(from, 'a load such as 2, [2], (2) or <2>', load);
    const mood = weight[1] ? 'grace' : weight[2] ? 'rebalancing' : weight[3] ? 'overloaded' : 'normal';
    return {
      host,
      port: count(from, 'a port', port),
      id: count(from, 'an id', id),
      labels,
      version,
      load: Number(weight[1] ?? weight[2] ?? weight[3] ?? weight[4]),
      mood,
      maintenance: maintenanceOf(maintenance),
      chunks: count(from, 'chunks', chunks),
      used: bytes(from, 'used', used),
      total: bytes(from, 'total', total),
    };
  });
  const disconnected = rowsOf(text, 'Disconnected chunk servers:').map((row): Chunkserver => {
    shape(row, 4, 'Disconnected chunk servers:');
    const [host = '', port, id, maintenance = ''] = row;
    return {
      host,
      port: count(from, 'a port', port),
      id: count(from, 'an id', id),
      maintenance: maintenanceOf(maintenance),
    };
  });
  return { connected, disconnected };
}

function maintenanceOf(text: string): ChunkserverMaintenance {
  switch (text) {
    case 'maintenance_off':
      return 'off';
    case 'maintenance_on':
      return 'on';
    // the list of the connected and that of the disconnected spell it differently
    case 'maintenance_tmp_on':
    case 'maintenance_temp_on':
      return 'temporary';
    default:
      return 'unknown';
  }
}

/** Reads -SHD: the disks that the chunkservers themselves report. */
export function readDisks(text: string): readonly ChunkserverDisk[] {
  return rowsOf(text, 'disks:').map((row) => {
    // A path may hold the separator; the columns after it are counted from the end.
    const tail = row.slice(-13);
    const place = /^([^:|]+):(\d+):(.+)$/s.exec(row.slice(0, -13).join('|'));
    if (!place || tail.length < 13)
      throw unreadable(from, 'IP:PORT:PATH and 13 columns of a disk', row.join('|'));
    const [chunks, lastError = '', status = ''] = tail;
    const failed = lastError !== 'no errors';
    return {
      ip: place[1] ?? '',
      port: count(from, 'a port', place[2]),
      path: bare(place[3] ?? ''),
      chunks: count(from, 'chunks of a disk', chunks),
      ...(failed ? { lastError: count(from, 'the time of an error', lastError) } : {}),
      status,
      used: bytes(from, 'used', tail[11]),
      total: bytes(from, 'total', tail[12]),
    };
  });
}

/** Reads -SMB: the metaloggers that are connected to the master. */
export function readMetaloggers(text: string): readonly Metalogger[] {
  return rowsOf(text, 'metadata backup loggers:').map((row) => {
    shape(row, 2, 'metadata backup loggers:');
    return { host: row[0] ?? '', version: row[1] ?? '' };
  });
}

/**
 * Reads one call of `mfscli` with -SIN (or -SIM) and any of -SIC -SCS -SHD -SMB.
 * Throws `UnreadableError` when it is neither a live master's answer nor a dead one's.
 */
export function readMfscli(text: string): MfscliReport {
  const servers = readMetadataServers(text);
  const matrix = readChunkMatrix(text);
  return {
    servers,
    ...(matrix ? { matrix } : {}),
    ...readChunkservers(text),
    disks: readDisks(text),
    metaloggers: readMetaloggers(text),
  };
}

/** True when the output has a row of a live master. */
export function hasLiveMaster(report: Pick<MfscliReport, 'servers'>): boolean {
  return report.servers.some((server) => server.live);
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
