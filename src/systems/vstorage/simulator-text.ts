import type { SimulatedCs, SimulatedHost } from './simulator-host';
import { chunksPerGroup } from './simulator-layout';
import type { VstorageState } from './simulator-state';

/** The answers of the simulated nodes, in the shapes of the vendor's guides. */

/** A size as vstorage prints it: three digits, powers of 1024. */
export function printed(bytes: bigint): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let power = 0;
  while (power < units.length - 1 && bytes >= 1024n ** BigInt(power + 1)) power++;
  const value = Number((bytes * 1000n) / 1024n ** BigInt(power)) / 1000;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${units[power]}`;
}

/** Chunk states in the order of the guides, four or five a line. */
const chunkLines = [
  ['healthy', 'standby', 'degraded', 'urgent'],
  ['blocked', 'pending', 'offline', 'replicating'],
  ['overcommitted', 'deleting', 'void'],
] as const;

/** `vstorage -c NAME stat`, or `undefined` where no MDS answers. */
export function statText(state: VstorageState): string | undefined {
  const { master } = state;
  if (master === undefined) return undefined;
  const states = new Map(state.services.map((cs) => [cs.id, state.stateOf(cs)]));
  const listed = state.services.filter((cs) => !cs.dropped);
  const count = (wanted: string) => listed.filter(({ id }) => states.get(id) === wanted).length;
  const capacity = listed.reduce((sum, cs) => sum + cs.capacity, 0n);
  const free = listed.reduce((sum, cs) => sum + cs.capacity - state.usedOn(cs), 0n);
  const { data, parity } = state.layout;
  const raw = BigInt(data + parity);
  const allocatable = (bytes: bigint) => (bytes * 95n * BigInt(data)) / (100n * raw);
  const masterId = state.mdsId(state.host(master));
  return [
    `connected to MDS#${masterId}`,
    `Cluster '${state.layout.name}': ${health(state, states)}`,
    `Space: [OK] allocatable ${printed(allocatable(free))} of ${printed(allocatable(capacity))}, free ${printed(free)} of ${printed(capacity)}`,
    `MDS nodes: ${state.liveMds.length} of ${state.mds.length}, epoch uptime: 12d  4h`,
    `CS nodes:  ${count('active') + count('maintenance')} of ${listed.length} (${count('active') + count('maintenance')} avail, ${count('inactive')} inactive, ${count('offline')} offline)`,
    'License: ACTIVE (expiration: 12/31/2027, capacity: 6399TB, used: 42.9TB)',
    ...(state.layout.isEncoded ? [] : [`Replication:  ${data + parity} norm,  ${Math.max(1, parity)} limit`]),
    ...chunks(state),
    'IO:       read   210MB/s (  1,2Kops/s), write    96MB/s (   430ops/s)',
    '',
    'MDSID STATUS   %CTIME   COMMITS   %CPU    MEM   UPTIME HOST',
    ...state.mds.map((host) => mdsRow(state, host)),
    '',
    ' CSID STATUS      SPACE   AVAIL REPLICAS   UNIQUE IOWAIT IOLAT(ms) QDEPTH HOST            FLAGS',
    ...state.services.filter((cs) => !cs.dropped).map((cs) => csRow(state, cs)),
    '',
  ].join('\n');
}

function health(state: VstorageState, states: ReadonlyMap<number, string>): string {
  if (state.isUnsure) return 'unknown';
  if (state.isSuppressed) return 'failure';
  const broken = [...states.values()].some((each) => each !== 'active' && each !== 'dropped');
  return broken || state.liveMds.length < state.mds.length ? 'degraded' : 'healthy';
}

function chunks(state: VstorageState): string[] {
  const { counts, chunkTotal } = state;
  const share = (kind: string) => {
    const number = (counts as unknown as Readonly<Record<string, number>>)[kind] ?? 0;
    return `${number} (${Math.floor((number * 100) / chunkTotal)}%) ${kind}`;
  };
  const isWell = counts.offline === 0 && counts.blocked === 0;
  return chunkLines.map((line, index) => {
    const text = line.map(share).join(', ');
    const end = index === chunkLines.length - 1 ? '' : ',';
    return `${index === 0 ? `Chunks: [${isWell ? 'OK' : 'Error'}] ` : '        '}${text}${end}`;
  });
}

function mdsRow(state: VstorageState, host: SimulatedHost): string {
  const isLive = state.liveMds.includes(host);
  const id = `${state.master === host.name ? 'M' : ' '}${String(state.mdsId(host)).padStart(4)}`;
  return isLive
    ? `${id} avail      0.2%       3/s   0.4%    52m   12d  4h ${host.name}:2510`
    : `${id} unavail      -         -      -      -        - ${host.name}:2510`;
}

function csRow(state: VstorageState, cs: SimulatedCs): string {
  const status = state.stateOf(cs);
  const replicas = state.chunks.on(cs.id) * chunksPerGroup;
  const word = status === 'active' && cs.releasing ? 'releasing' : status;
  const used = state.usedOn(cs);
  const [space, free] = [printed(cs.capacity), printed(cs.capacity - used)];
  const flags = cs.fault ?? (status === 'active' ? 'JCc' : '-');
  const io = status === 'active' ? '   2%      1/14    0.3' : '   0%       0/0    0.0';
  return `${String(cs.id).padStart(5)} ${word.padEnd(11)}${space.padStart(6)} ${free.padStart(7)} ${String(replicas).padStart(8)} ${'0'.padStart(8)} ${io} ${cs.host.name.padEnd(15)} ${flags}`;
}

/** `vstorage -c NAME get-config`. */
export function configText(state: VstorageState): string {
  return [...state.parameters]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** `vstorage -c NAME get-event`, the latest last. */
export function eventText(state: VstorageState): string {
  const lines = state.events.map(({ at, system, severity, message }) => {
    const time = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
    return `${time}  ${system.padEnd(4)} ${severity}  ${message}\n`;
  });
  return `TIME                 SYS  SEV  MESSAGE\n${lines.join('')}`;
}
