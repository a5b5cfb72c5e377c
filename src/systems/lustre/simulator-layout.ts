import type { Cluster, Node } from '../../cluster/cluster';
import type { DemoPlace } from '../../demo/simulator';

/** The simulated cluster as it stands in the file. */

export const clusterName = 'scratch-demo';
export const filesystem = 'scratch';
export const clientMount = '/mnt/scratch';

const mebibyte = 1024 ** 2;
/** Bytes of every mirrored device. */
export const deviceBytes = 8192 * mebibyte;

export const servers = ['mds1', 'mds2', 'oss1', 'oss2', 'oss3', 'oss4'] as const;
export const clients = ['lc1', 'lc2', 'lc3'] as const;
export const nodeNames: readonly string[] = [...servers, ...clients];

/** A node's NID on the simulated network. */
export function nidOf(node: string): string {
  const at = servers.findIndex((each) => each === node);
  return at < 0 ? `10.0.1.${101 + clients.findIndex((each) => each === node)}@tcp` : `10.0.1.${at + 1}@tcp`;
}

interface Declared {
  readonly name: string;
  readonly drbd: string;
  readonly primary: string;
  readonly secondary: string;
  /** Both nodes of the pair are registered with it, so clients find it after a failover. */
  readonly isRegistered: boolean;
}

/** The last target was made without service nodes, as in the old design: its clients must remount. */
const declared: readonly Declared[] = [
  { name: 'MGT', drbd: 'mgt', primary: 'mds1', secondary: 'mds2', isRegistered: true },
  { name: 'MDT0000', drbd: 'mdt0', primary: 'mds1', secondary: 'mds2', isRegistered: true },
  { name: 'OST0000', drbd: 'ost0', primary: 'oss1', secondary: 'oss2', isRegistered: true },
  { name: 'OST0001', drbd: 'ost1', primary: 'oss2', secondary: 'oss1', isRegistered: true },
  { name: 'OST0002', drbd: 'ost2', primary: 'oss3', secondary: 'oss4', isRegistered: true },
  { name: 'OST0003', drbd: 'ost3', primary: 'oss4', secondary: 'oss3', isRegistered: false },
];

const mountPoint = (name: string): string => `/mnt/${name.toLowerCase()}`;
/** Of /dev/drbdN: every pair counts its own, and here no two targets of a pair share one. */
const minor = (index: number): number => index % 2;

function rolesOf(name: string): readonly string[] {
  if (name.startsWith('mds')) return ['mgs', 'mds'];
  return name.startsWith('oss') ? ['oss'] : ['client'];
}

/**
 * The nodes as the cluster file names them: all at the one loopback address, each behind its own port. The
 * scripts that plans and probes build for these nodes are the ones that the simulator knows.
 */
export function layout(place?: DemoPlace): Cluster {
  return {
    name: clusterName,
    system: 'lustre',
    demo: { timeFactor: 1 },
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5_000,
      inactiveAfter: 15_000,
      offlineAfter: 30_000,
      maintenanceOfflineAfter: 1_800_000,
      witnesses: 3,
    },
    nodes: nodeNames.map((name): Node => {
      const port = place?.ports.get(name);
      const consoleLine = place?.consoles.get(name);
      const roles = rolesOf(name);
      return {
        name,
        address: '127.0.0.1',
        roles,
        ssh: { user: 'root', become: 'none', ...(port === undefined ? {} : { port }) },
        disks: [],
        ...(!roles.includes('client') && consoleLine !== undefined ? { console: consoleLine } : {}),
      };
    }),
    section: {
      filesystem,
      mgsNids: ['mds1', 'mds2'].map(nidOf),
      heartbeatPaths: ['ping', 'serial'],
      targets: declared.map(({ name, drbd, primary, secondary, isRegistered }, index) => ({
        name,
        device: `/dev/drbd${minor(index)}`,
        drbd,
        mountPoint: mountPoint(name),
        primary,
        secondary,
        ...(isRegistered ? { serviceNodes: [nidOf(primary), nidOf(secondary)] } : {}),
      })),
      clientMount,
    },
  };
}

/** The text of the cluster file. JSON strings are YAML, so paths with blanks and quotes come through. */
export function clusterFileText(place: DemoPlace): string {
  const nodes = layout(place).nodes.flatMap(({ name, address, roles, ssh, console }) => [
    `  - name: ${name}`,
    `    address: ${address}`,
    `    roles: [${roles.join(', ')}]`,
    ...(ssh.port === undefined ? [] : [`    ssh: { port: ${ssh.port} }`]),
    ...(console === undefined ? [] : [`    console: ${JSON.stringify(console)}`]),
  ]);
  const targets = declared.flatMap(({ name, drbd, primary, secondary, isRegistered }, index) => [
    `    - name: ${name}`,
    `      device: /dev/drbd${minor(index)}`,
    `      drbd: ${drbd}`,
    `      mountPoint: ${mountPoint(name)}`,
    `      primary: ${primary}`,
    `      secondary: ${secondary}`,
    ...(isRegistered ? [`      serviceNodes: [${nidOf(primary)}, ${nidOf(secondary)}]`] : []),
  ]);
  return `# A simulated Lustre file system mirrored by DRBD: real SSH servers on this machine, nothing behind them.
cluster: ${clusterName}
system: lustre
x-demo: { timeFactor: 1 }

ssh:
  user: root

lustre:
  filesystem: ${filesystem}
  mgsNids: [${['mds1', 'mds2'].map(nidOf).join(', ')}]
  heartbeatPaths: [ping, serial]
  clientMount: ${clientMount}
  targets:
${targets.join('\n')}

nodes:
${nodes.join('\n')}
`;
}
