import { plainCluster } from '../plain-cluster';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../../../src/cluster/cluster';
import type { ExecResult } from '../../../src/ssh/connection';

const folder = join(__dirname, '../../fixtures/moosefs');

/** The text of a recorded file, such as `01-healthy/mfscli_SIC_pipe.txt`. */
export const recorded = (name: string): string => readFileSync(join(folder, name), 'utf8');

export const hasRecorded = (name: string): boolean => existsSync(join(folder, name));

/** The recorded states that have a live master at the virtual address. */
export const liveStates = [
  '01-healthy',
  '03-rebuilding',
  '04-rebuild-done',
  '06-disk-damaged',
  '11-after-promotion-m2',
];

/** What -SIN -SIC -SCS -SHD -SMB print together in one recorded state. */
export const everything = (state: string): string =>
  ['SIN', 'SIM', 'SIC', 'SCS', 'SHD', 'SMB']
    .map((set) => `${state}/mfscli_${set}_pipe.txt`)
    .filter(hasRecorded)
    .map(recorded)
    .join('\n');

export const result = (over: Partial<ExecResult> = {}): ExecResult => ({
  exitCode: 0,
  stdout: '',
  stderr: '',
  truncated: false,
  ...over,
});

export const node = (name: string, roles: string[], over: Partial<Node> = {}): Node => ({
  name,
  address: name,
  roles,
  ssh: { become: 'none' },
  disks: [],
  ...over,
});

const disk = (path: string) => ({ path, capacity: 201326592n, tier: 0 });

/** The cluster on which the states were recorded. */
export const bedCluster = plainCluster(
  'bed',
  [
    ...[1, 2, 3].map((i) => node(`m${i}`, ['master'], { address: `10.77.0.1${i}` })),
    ...[1, 2, 3, 4].map((i) =>
      node(`cs${i}`, ['chunkserver'], {
        address: `10.77.0.10${i}`,
        disks: [disk('/mnt/hdd1/'), disk('/mnt/hdd2')],
      }),
    ),
    node('cl1', ['client'], { address: '10.77.0.31' }),
  ],
  {
    redundancy: { pieces: 2, tolerance: 1, failureDomain: 'host' },
    section: { virtualIp: '10.77.0.99/24', interface: 'eth0', vhid: 10 },
  },
);
