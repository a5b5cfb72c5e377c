import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecResult } from '../../../src/ssh/connection';
import type { Asked, DrbdReading, PacemakerReading } from '../../../src/systems/lustre/observation';
import type { LustreFacts } from '../../../src/systems/lustre/probes-facts';

const folder = join(__dirname, '../../fixtures');

/** The text of a recorded or written file, such as `drbd/03-healthy/oss1/proc-drbd.txt`. */
export const recorded = (name: string): string => readFileSync(join(folder, name), 'utf8');

export const result = (over: Partial<ExecResult> = {}): ExecResult => ({
  exitCode: 0,
  stdout: '',
  stderr: '',
  truncated: false,
  ...over,
});

/** A mirror ost0 whose sides are connected and up to date. */
export const healthy = (role: 'Primary' | 'Secondary'): DrbdReading => ({
  resource: 'ost0',
  volume: 0,
  minor: 0,
  role,
  peerRole: role === 'Primary' ? 'Secondary' : 'Primary',
  disk: 'UpToDate',
  peerDisk: 'UpToDate',
  connection: 'Connected',
  replication: 'Established',
  said: {},
  outOfSync: 0,
  size: 1_000_000_000,
});

/** A server's facts with that mirror and nothing mounted. */
export const drbd = (reading: DrbdReading): LustreFacts => ({
  mounts: [],
  drbd: { is: 'read', value: [reading] },
});

/** OST0000 mounted. */
export const mounted: LustreFacts = {
  mounts: [{ source: '/dev/drbd0', mountPoint: '/mnt/ost0', type: 'lustre', options: ['rw'] }],
};

export const pacemaker = (fencing: boolean): Asked<PacemakerReading> => ({
  is: 'read',
  value: { fencing, nodes: [], resources: [], failures: [], bans: [] },
});
