import { partsAnswer } from '../../discovery/parts';
import type { SimulatedHost } from './simulator-host';
import {
  dataPath,
  diskCapacity,
  diskPaths,
  masterPort,
  mountPoint,
  vhid,
  virtualAddress,
} from './simulator-layout';
import type { SimulatedState } from './simulator-state';
import { addressLines, mfscli } from './simulator-text';

/** What a simulated node answers when its cluster is discovered. */
export function discoveryAnswer(state: SimulatedState, host: SimulatedHost): string {
  const isClient = !host.isCandidate && !host.isChunkserver;
  const daemons = host.isCandidate ? ['mfsmetalogger'] : host.isChunkserver ? ['mfschunkserver'] : [];
  const programs = host.isCandidate
    ? ['mfsmaster', 'mfsmetalogger', 'ucarp', 'mfscli']
    : host.isChunkserver
      ? ['mfschunkserver']
      : ['mfsmount'];
  return partsAnswer({
    host: host.name,
    addresses: addressLines(state, host.name),
    processes: ['init', 'sshd', ...host.processes.keys()].join('\n'),
    mounts:
      isClient && host.runs('mfsmount')
        ? `mfsmaster:${masterPort} ${mountPoint} fuse.mfs rw,nosuid,nodev 0 0`
        : '/dev/vda1 / ext4 rw 0 0',
    installed: programs.join('\n'),
    settings:
      daemons.map((daemon) => `file|${daemon}\nMASTER_HOST = mfsmaster`).join('\n') +
      (host.isCandidate ? `\nfile|mfsmaster\nDATA_PATH = ${dataPath}` : ''),
    ucarp: host.runs('ucarp')
      ? [
          `i|eth0`,
          `v|${vhid}`,
          `a|${virtualAddress}`,
          `k|${host.skew}`,
          'u|/usr/share/ucarp/vip-up',
          'd|/usr/share/ucarp/vip-down',
        ]
          .map((option) => `ucarp|${host.processes.get('ucarp')?.pid ?? 0}|${option}`)
          .join('\n')
      : '',
    disks: host.isChunkserver
      ? [
          'hdd|found',
          ...diskPaths.flatMap((path, disk) => [
            `disk||${path}`,
            `/dev/sd${'bc'.charAt(disk)} ${diskCapacity} ${state.chunks.onDisk(host.name, disk).used - diskCapacity / 40n} 0 1% ${path}`,
          ]),
        ].join('\n')
      : '',
    resolved: `mfsmaster|${virtualAddress}`,
    mfscli: host.runs('mfsmaster') ? mfscli(state, host.name, ['SIN', 'SIC', 'SCS', 'SHD', 'SMB']) : '',
  });
}
