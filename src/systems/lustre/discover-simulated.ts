import { partsAnswer } from '../../discovery/parts';
import { serversOf, targetsOf } from './section';
import type { SimulatedHost } from './simulator-host';
import { nidOf } from './simulator-layout';
import type { SimulatedState } from './simulator-state';
import { drbdStatus, importsText, mountLines } from './simulator-text';

/** What a simulated node answers when its file system is discovered. */
export function discoveryAnswer(state: SimulatedState, host: SimulatedHost): string {
  const targets = targetsOf(state.section, host.name);
  const nid = nidOf(host.name);
  const resources = targets.map((target) => {
    const { minor, resource } = state.mirrorOf(target);
    const sides = serversOf(target).map(
      (node) =>
        `  on ${node} { device /dev/drbd${minor}; disk /dev/sdb; address ${nidOf(node).split('@')[0] ?? ''}:7788; }\n`,
    );
    return `resource ${resource} {\n  net { protocol C; }\n${sides.join('')}}`;
  });
  return partsAnswer({
    host: host.name,
    addresses: `1: lo    inet 127.0.0.1/8 scope host lo\n2: eth0    inet ${nid.split('@')[0] ?? ''}/24 scope global eth0`,
    processes: 'init\nsshd',
    mounts: `/dev/vda1 / ext4 rw 0 0\n${mountLines(state, host)}`.trimEnd(),
    installed: host.isClient ? 'lctl\nmount.lustre' : 'lctl\nmount.lustre\ndrbdadm',
    drbdconfig: resources.join('\n'),
    drbdstate: host.isClient
      ? ''
      : [
          'version: 8.4.11 (api:1/proto:86-101)',
          ...targets.flatMap((target) => drbdStatus(state, host, state.mirrorOf(target).resource) ?? []),
        ].join('\n'),
    labels: '',
    lctl: host.isClient ? importsText(state, host) : '',
    nids: nid,
    fstab: '',
    ha: '',
  });
}
