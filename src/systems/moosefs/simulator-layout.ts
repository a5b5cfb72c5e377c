import type { Cluster, Node } from '../../cluster/cluster';
import type { DemoPlace } from '../../demo/simulator';

/** The simulated cluster as it stands in the file: names, addresses on its own network, disks. */

export const clusterName = 'demo';
export const virtualAddress = '127.0.0.99';
export const prefix = 24;
export const vhid = 10;
export const commonSkew = 50;
export const dataPath = '/var/lib/mfs';
export const mountPoint = '/mnt/mfs';
export const masterPort = 9421;
export const goal = 2;

const gibibyte = 1024n ** 3n;
/** Bytes of one disk, and how much of them a chunk takes with its header. */
export const diskCapacity = 10n * gibibyte;
export const chunkBytes = 64n * 1024n ** 2n + 5120n;
export const chunkCount = 280;
export const diskPaths = ['/mnt/hdd1', '/mnt/hdd2'] as const;

export const candidates = ['m1', 'm2', 'm3'] as const;
export const chunkservers = ['cs1', 'cs2', 'cs3', 'cs4', 'cs5'] as const;
export const client = 'c1';
export const nodeNames: readonly string[] = [...candidates, ...chunkservers, client];

/** A node's address on the simulated network, where the virtual address moves. */
export function ownAddress(node: string): string {
  const number = Number(/\d+$/.exec(node)?.[0] ?? 0);
  const base = node.startsWith('cs') ? 100 : node.startsWith('m') ? 10 : 30;
  return `127.0.0.${base + number}`;
}

function rolesOf(name: string): readonly string[] {
  if (candidates.some((each) => each === name)) return ['master'];
  return chunkservers.some((each) => each === name) ? ['chunkserver'] : ['client'];
}

/**
 * The nodes as the cluster file names them: all at the one loopback address, each behind its own port. The
 * scripts that plans and probes build for these nodes are the ones that the simulator knows.
 */
export function layout(place?: DemoPlace): Cluster {
  return {
    name: clusterName,
    system: 'moosefs',
    demo: { timeFactor: 1 },
    isProtected: false,
    readOnly: false,
    heartbeat: {
      interval: 5_000,
      inactiveAfter: 15_000,
      offlineAfter: 60_000,
      maintenanceOfflineAfter: 1_800_000,
      witnesses: 3,
    },
    redundancy: { pieces: goal, tolerance: goal - 1, failureDomain: 'host' },
    nodes: nodeNames.map((name): Node => {
      const port = place?.ports.get(name);
      const consoleLine = place?.consoles.get(name);
      const roles = rolesOf(name);
      return {
        name,
        address: '127.0.0.1',
        roles,
        ssh: { user: 'root', become: 'none', ...(port === undefined ? {} : { port }) },
        disks: roles.includes('chunkserver')
          ? diskPaths.map((path) => ({ path, capacity: diskCapacity, tier: 0 }))
          : [],
        ...(roles.includes('master') && consoleLine !== undefined ? { console: consoleLine } : {}),
      };
    }),
    section: {
      masterHost: 'mfsmaster',
      masterPort,
      dataPath,
      virtualIp: `${virtualAddress}/${prefix}`,
      interface: 'eth0',
      vhid,
      advertisementPassword: 'from-file',
      mountPoint,
    },
  };
}

/** The text of the cluster file. JSON strings are YAML, so paths with blanks and quotes come through. */
export function clusterFileText(place: DemoPlace): string {
  const nodes = layout(place).nodes.flatMap(({ name, address, roles, ssh, disks, console }) => [
    `  - name: ${name}`,
    `    address: ${address}`,
    `    roles: [${roles.join(', ')}]`,
    ...(ssh.port === undefined ? [] : [`    ssh: { port: ${ssh.port} }`]),
    ...(console === undefined ? [] : [`    console: ${JSON.stringify(console)}`]),
    ...(disks.length === 0 ? [] : ['    disks:']),
    ...disks.map(({ path, capacity }) => `      - { path: ${path}, capacity: ${capacity / gibibyte}GiB }`),
  ]);
  return `# A simulated MooseFS cluster: real SSH servers on this machine, nothing behind them.
cluster: ${clusterName}
system: moosefs
x-demo: { timeFactor: 1 }

ssh:
  user: root

redundancy:
  replicas: ${goal}

moosefs:
  masterHost: mfsmaster
  masterPort: ${masterPort}
  dataPath: ${dataPath}
  virtualIp: ${virtualAddress}/${prefix}
  interface: eth0
  vhid: ${vhid}
  advertisementPassword: from-file
  mountPoint: ${mountPoint}

nodes:
${nodes.join('\n')}
`;
}
