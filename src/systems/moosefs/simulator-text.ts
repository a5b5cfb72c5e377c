import { addressMark, endMark, noMasterMark } from './probes-scripts';
import type { SimulatedHost } from './simulator-host';
import {
  chunkCount,
  chunkservers,
  candidates,
  diskCapacity,
  diskPaths,
  ownAddress,
  prefix,
  vhid,
  virtualAddress,
} from './simulator-layout';
import type { SimulatedState } from './simulator-state';

/** The answers of the simulated nodes, in the formats recorded from MooseFS 3.0.117. */

const software = '3.0.117';
const lasting = '\\       valid_lft forever preferred_lft forever';

/** The sets of mfscli that the simulation knows; -SIN includes -SIM and -SIC, as in the original. */
export type MfscliSet = 'SIM' | 'SIN' | 'SIC' | 'SCS' | 'SMB' | 'SHD';

/** `ip -o addr show` on a node. */
export function addressLines(state: SimulatedState, node: string): string {
  const lines = [
    `1: lo    inet 127.0.0.1/8 scope host lo${lasting}`,
    `2: eth0    inet ${ownAddress(node)}/${prefix} scope global eth0${lasting}`,
  ];
  if (state.holder === node)
    lines.push(`2: eth0    inet ${virtualAddress}/${prefix} scope global secondary eth0${lasting}`);
  return lines.join('\n');
}

/** `mfscli -H OWN-ADDRESS -p -s '|'` with some sets, asked on a node. */
export function mfscli(state: SimulatedState, node: string, sets: readonly MfscliSet[]): string {
  const host = state.host(node);
  if (!host.runs('mfsmaster') || !host.master) return deadMaster(sets);
  const has = (...some: MfscliSet[]) => some.some((set) => sets.includes(set));
  // A master that does not hold the address answers, too, but nobody is connected to it.
  const serving = state.serving === host;
  const registered = serving ? state.registered : new Set<string>();
  const parts: string[] = [];
  if (has('SIM', 'SIN')) parts.push(metadataServer(state, host.master.last + 1));
  if (has('SIN')) parts.push(masterInfo(state, registered));
  if (has('SIC', 'SIN')) parts.push(matrix(state, registered));
  if (has('SCS')) parts.push(chunkserverRows(state, registered));
  if (has('SMB')) {
    const loggers = serving ? candidates.filter((name) => state.host(name).runs('mfsmetalogger')) : [];
    parts.push(loggers.map((name) => `metadata backup loggers:|${name}|${software}`).join('\n'));
  }
  if (has('SHD')) parts.push(diskRows(state, registered));
  return `${parts.join('\n\n')}\n`;
}

function metadataServer(state: SimulatedState, version: number): string {
  const blanks = String(version).replace(/\B(?=(\d{3})+$)/g, ' ');
  const clock = (state.now / 1000).toFixed(6);
  return `metadata servers:|127.0.0.1|${software}|-|${clock}|${blanks}|not available|481320960|all:0.8524372% sys:0.2120076% user:0.6404296%|-|-|-|FFCCFD8ADEFBE2DE`;
}

function deadMaster(sets: readonly MfscliSet[]): string {
  const refused = sets
    .filter((set) => !set.startsWith('SI'))
    .map((set) => `section '${set === 'SHD' ? 'HD' : 'CS'}' not allowed\n`);
  const row =
    'metadata servers:|127.0.0.1|0.0.0|DEAD|not available|0|not available|not available|not available|-|-|-|-\n';
  const says =
    'Working master servers not found !!! - maybe you are using wrong port number or wrong dns name\n';
  return says + refused.join('') + (sets.some((set) => set === 'SIM' || set === 'SIN') ? `\n${row}` : '');
}

function masterInfo(state: SimulatedState, registered: ReadonlySet<string>): string {
  const disks = BigInt(registered.size * diskPaths.length);
  const { cells } = state.chunks.matrix(registered);
  const copies = cells.reduce((sum, cell) => sum + cell.copies * cell.chunks, 0);
  return [
    `master version|${software}`,
    'RAM used|481320960',
    `total space|${disks * diskCapacity}`,
    `files|${chunkCount}`,
    `chunks|${chunkCount}`,
    `all chunk copies|${copies}`,
    `regular chunk copies|${copies}`,
  ]
    .map((row) => `master info:|${row}`)
    .join('\n');
}

function matrix(state: SimulatedState, registered: ReadonlySet<string>): string {
  const { cells, classes } = state.chunks.matrix(registered);
  return [
    ...cells.map(({ goal, copies, chunks }) => `goal/copies/chunks:|${goal}|${copies}|${chunks}`),
    ...Object.entries(classes).map(([name, chunks]) => `chunkclass ${name}:|${chunks}`),
  ]
    .map((row) => `all chunks matrix:|${row}`)
    .join('\n');
}

function chunkserverRows(state: SimulatedState, registered: ReadonlySet<string>): string {
  const id = (name: string) => chunkservers.findIndex((each) => each === name) + 1;
  const connected = chunkservers
    .filter((name) => registered.has(name))
    .map((name) => {
      const disks = diskPaths.map((_, disk) => state.chunks.onDisk(name, disk));
      const chunks = disks.reduce((sum, disk) => sum + disk.chunks, 0);
      const used = disks.reduce((sum, disk) => sum + disk.used, 0n);
      const total = diskCapacity * BigInt(diskPaths.length);
      return `chunk servers:|${name}|9422|${id(name)}|A|${software}|0|maintenance_off|${chunks}|${used}|${total}|-|0|0|0`;
    });
  const gone = chunkservers
    .filter((name) => !registered.has(name))
    .map((name) => `Disconnected chunk servers:|${name}|9422|${id(name)}|maintenance_off`);
  return [connected.join('\n'), ...(gone.length > 0 ? [gone.join('\n')] : [])].join('\n\n\n');
}

function diskRows(state: SimulatedState, registered: ReadonlySet<string>): string {
  return chunkservers
    .filter((name) => registered.has(name))
    .flatMap((name) =>
      diskPaths.map((path, disk) => {
        const { chunks, used } = state.chunks.onDisk(name, disk);
        return `disks:|${ownAddress(name)}:9422:${path}/|${chunks}|no errors|ok|-|-|-|-|-|-|-|-|${used}|${diskCapacity}`;
      }),
    )
    .join('\n');
}

/** The answer to `serviceScript`. */
export function serviceAnswer(state: SimulatedState, host: SimulatedHost): string {
  const rows = [...host.processes].flatMap(([name, { pid }]) => [
    `process|${name}|${pid} (${name}) S 1 ${pid} ${pid} 0 -1 4194624 0`,
    ...(name === 'ucarp' ? [`ucarp|${pid}|${vhid}|${host.skew}`] : []),
  ]);
  return [...rows, addressMark, addressLines(state, host.name), endMark, ''].join('\n');
}

/** The answer to `diskScript`. */
export function dfAnswer(state: SimulatedState, host: SimulatedHost): string {
  const blocks = diskPaths.map((path, disk) => {
    // df does not count the space that the chunkserver keeps free
    const used = state.chunks.onDisk(host.name, disk).used - diskCapacity / 40n;
    const percent = (used * 100n) / diskCapacity;
    return [
      `disk|${disk}`,
      'Filesystem         1-blocks       Used  Available Capacity Mounted on',
      `/dev/sd${'bc'.charAt(disk)}  ${diskCapacity} ${used} ${diskCapacity - used}      ${percent}% ${path}`,
    ].join('\n');
  });
  return `${blocks.join('\n')}\n${endMark}\n`;
}

/** The answer to `masterScript`. */
export function masterAnswer(state: SimulatedState, host: SimulatedHost): string {
  const text = host.runs('mfsmaster')
    ? mfscli(state, host.name, ['SIN', 'SIC', 'SCS', 'SHD', 'SMB'])
    : `${noMasterMark}\n`;
  return `${text}${endMark}\n`;
}
