import type { Cluster, Node } from '../../cluster/cluster';
import type { DemoPlace } from '../../demo/simulator';

/** One disk of a simulated node, and so one chunk service. Bytes. */
export interface SimulatedDisk {
  readonly path: string;
  readonly capacity: bigint;
  readonly used: bigint;
}

/** One node of a simulated cluster. */
export interface SimulatedNode {
  readonly name: string;
  readonly roles: readonly string[];
  readonly disks: readonly SimulatedDisk[];
}

/** What a simulated cluster is made of; the demo's own is `demoLayout`. */
export interface VstorageLayout {
  readonly name: string;
  readonly nodes: readonly SimulatedNode[];
  /** M+N; replicas are 1 + (replicas − 1). */
  readonly data: number;
  readonly parity: number;
  readonly isEncoded: boolean;
  /** As `get-config` prints them. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Whether the nodes have `vinfra`, as Hybrid Infrastructure has. */
  readonly vinfra: boolean;
  /** Groups of chunks that the simulation moves as one; each stands for `chunksPerGroup` chunks. */
  readonly groups: number;
  readonly timeFactor: number;
}

export const chunksPerGroup = 100;
export const mountPoint = '/mnt/vstorage';
/** vstorage prints powers of 1024 and calls them TB. */
export const terabyte = 1024n ** 4n;
const gibibyte = 1024n ** 3n;

/** Seconds of simulated time that one second of the demo takes. */
const quickMotion = 60;

/** The vendor's values, with `offline_tout` as the document has it (15 minutes). */
export const defaultParameters: Readonly<Record<string, number>> = {
  'mds.alloc.fill_margin': 5,
  'mds.alloc.free_space_margin': 512,
  'mds.wd.max_offline_cs_hosts': 2,
  'mds.wd.offline_tout': 900_000,
  'mds.wd.offline_tout_mnt': 1_800_000,
};

/** Nodes `vs1`, `vs2` … with two equal disks each; the first `mds` of them run an MDS, the last is a client, too. */
export function evenNodes(
  count: number,
  mds: number,
  capacity: bigint,
  used: bigint,
): readonly SimulatedNode[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `vs${index + 1}`,
    roles: [...(index < mds ? ['mds'] : []), 'cs', ...(index === count - 1 ? ['client'] : [])],
    disks: [1, 2].map((number) => ({
      path: `/vstorage/disk${number}`,
      capacity: capacity / 2n,
      used: used / 2n,
    })),
  }));
}

/** What all layouts share unless they say otherwise: 5+2 with vinfra. */
export const commonLayout = {
  data: 5,
  parity: 2,
  isEncoded: true,
  parameters: defaultParameters,
  vinfra: true,
  groups: 1_000,
  timeFactor: quickMotion,
} as const;

/** Ten nodes of 10 TB, five MDS, 5+2, 60 % full. */
export const demoLayout: VstorageLayout = {
  ...commonLayout,
  name: 'vdemo',
  nodes: evenNodes(10, 5, 10n * terabyte, 6n * terabyte),
};

/** The cluster as its file describes it: all nodes at the one loopback address, each behind its own port. */
export function clusterOf(layout: VstorageLayout, place?: DemoPlace): Cluster {
  const { data, parity, name, parameters } = layout;
  return {
    name,
    system: 'vstorage',
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5_000,
      inactiveAfter: 15_000,
      offlineAfter: parameters['mds.wd.offline_tout'] ?? 900_000,
      maintenanceOfflineAfter: parameters['mds.wd.offline_tout_mnt'] ?? 1_800_000,
      witnesses: 3,
    },
    redundancy: { pieces: data + parity, tolerance: parity, failureDomain: 'host' },
    nodes: layout.nodes.map((node): Node => {
      const port = place?.ports.get(node.name);
      return {
        name: node.name,
        address: '127.0.0.1',
        roles: node.roles,
        ssh: { user: 'root', become: 'none', ...(port === undefined ? {} : { port }) },
        disks: node.disks.map(({ path, capacity }) => ({ path, capacity, tier: 0 })),
      };
    }),
    section: { name, parameters },
  };
}

/** The text of the cluster file. */
export function clusterFileText(layout: VstorageLayout, place: DemoPlace): string {
  const { data, parity, isEncoded, parameters, timeFactor } = layout;
  const nodes = clusterOf(layout, place).nodes.flatMap(({ name, address, roles, ssh, disks }) => [
    `  - name: ${name}`,
    `    address: ${address}`,
    `    roles: [${roles.join(', ')}]`,
    ...(ssh.port === undefined ? [] : [`    ssh: { port: ${ssh.port} }`]),
    ...(disks.length === 0 ? [] : ['    disks:']),
    ...disks.map(({ path, capacity }) => `      - { path: ${path}, capacity: ${capacity / gibibyte}GiB }`),
  ]);
  return `# A simulated Virtuozzo storage cluster: real SSH servers on this machine, nothing behind them.
# Its time runs ${timeFactor} times as fast as yours.
cluster: ${layout.name}
system: vstorage
x-demo: { timeFactor: ${timeFactor} }

ssh:
  user: root

redundancy:
  ${isEncoded ? `encoding: ${data}+${parity}` : `replicas: ${data + parity}`}
  failureDomain: host

vstorage:
  name: ${layout.name}
  parameters:
${Object.entries(parameters)
  .filter(([key]) => key !== 'mds.alloc.free_space_margin')
  .map(([key, value]) => `    ${key}: ${value}`)
  .join('\n')}

nodes:
${nodes.join('\n')}
`;
}
