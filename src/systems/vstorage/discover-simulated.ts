import { partsAnswer } from '../../discovery/parts';
import type { SimulatedHost } from './simulator-host';
import { mountPoint } from './simulator-layout';
import type { VstorageState } from './simulator-state';
import { configText, statText } from './simulator-text';
import { diskList, nodeList } from './simulator-vinfra';

/** What a simulated node answers when its cluster is discovered. */
export function discoveryAnswer(state: VstorageState, host: SimulatedHost): string {
  const { name, data, parity, isEncoded, vinfra } = state.layout;
  const stat = statText(state);
  const ready = host.isReady(state.now);
  const hasVinfra = vinfra && stat !== undefined;
  const redundancy = isEncoded
    ? `encoding=${data}+${parity}`
    : `replicas=${data + parity}:${Math.max(1, parity)}`;
  const disks = host.node.disks.map(
    ({ path, capacity, used }) => `disk|${path}\n/dev/sdx ${capacity} ${used} ${capacity - used} 60% ${path}`,
  );
  return partsAnswer({
    host: host.name,
    addresses: '1: lo    inet 127.0.0.1/8 scope host lo',
    processes: [
      'init',
      'sshd',
      ...(ready && host.runsMds ? ['mdsd'] : []),
      ...(ready && host.runsCs ? ['csd'] : []),
      ...(ready && host.mounted ? ['vstorage-mount'] : []),
    ].join('\n'),
    mounts: host.mounted
      ? `vstorage://${name} ${mountPoint} fuse.vstorage rw 0 0`
      : '/dev/vda1 / ext4 rw 0 0',
    clusters: name,
    disks: disks.join('\n'),
    stat:
      stat === undefined
        ? ''
        : `asked|${name}\n${stat}\nasked|config\n${configText(state)}\nasked|attributes\nAttributes:\n  ${redundancy} failure-domain=host tier=0`,
    vinfranodes: hasVinfra ? nodeList(state) : '',
    vinfradisks: hasVinfra ? diskList(state) : '',
  });
}
