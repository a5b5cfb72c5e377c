import type { KeySpec, SystemSpec, ValueSpec } from '../../cluster/spec';

const nid: ValueSpec = {
  type: 'pattern',
  pattern: /^[^\s@,:]+(:[^\s@,]*)?@[a-z0-9]+$/i,
  expected: 'a NID such as 10.0.1.1@tcp',
};

const nodeOfTarget: ValueSpec = {
  type: 'nodeName',
  roleBy: {
    key: 'name',
    roles: [
      { pattern: /^MGT$/, role: 'mgs' },
      { pattern: /^MDT/, role: 'mds' },
      { pattern: /^OST/, role: 'oss' },
    ],
  },
};

const targetKeys: Readonly<Record<string, KeySpec>> = {
  name: {
    value: {
      type: 'pattern',
      pattern: /^(MGT|(MDT|OST)[0-9A-Fa-f]{4})$/,
      expected: 'a target: MGT, or MDT or OST and four hexadecimal digits, such as OST0000',
    },
    doc: 'MGT, MDTxxxx or OSTxxxx.',
    required: true,
    example: 'OST0000',
  },
  device: {
    value: { type: 'text' },
    doc: 'The block device that is mounted.',
    required: true,
    example: '/dev/drbd0',
  },
  drbd: { value: { type: 'name' }, doc: 'The DRBD resource; leave it out for shared storage.' },
  mountPoint: {
    value: { type: 'text' },
    doc: 'Where the target is mounted.',
    required: true,
    example: '/mnt/ost0',
  },
  primary: {
    value: nodeOfTarget,
    doc: 'The node that serves the target normally.',
    required: true,
    example: 'oss1',
  },
  secondary: { value: nodeOfTarget, doc: 'The node that takes the target over.' },
  serviceNodes: {
    value: { type: 'list', item: nid },
    doc: 'The NIDs registered with the target; without both, clients must remount after a failover.',
  },
};

/** Lustre with DRBD or shared storage: what its cluster files may say. */
export const lustreSpec: SystemSpec = {
  id: 'lustre',
  title: 'Lustre',
  roles: [
    { role: 'mgs', doc: 'Serves the management target.' },
    { role: 'mds', doc: 'Serves metadata targets.' },
    { role: 'oss', doc: 'Serves object targets.' },
    { role: 'client', doc: 'Mounts the file system.' },
  ],
  section: {
    filesystem: {
      value: { type: 'name', maxLength: 8 },
      doc: 'The name of the file system.',
      required: true,
      example: 'scratch',
    },
    mgsNids: {
      value: { type: 'list', item: nid, nonEmpty: true },
      doc: 'The NIDs at which clients look for the MGS.',
      required: true,
      example: '[10.0.1.1@tcp]',
    },
    heartbeatPaths: {
      value: { type: 'list', item: { type: 'choice', values: ['ping', 'serial', 'ipmi', 'disk'] } },
      doc: 'The ways in which the partners of a pair watch each other.',
    },
    targets: {
      value: { type: 'list', item: { type: 'map', keys: targetKeys, uniqueBy: 'name' }, nonEmpty: true },
      doc: 'The targets and the nodes that serve them.',
      required: true,
      example: '[{ name: OST0000, device: /dev/drbd0, mountPoint: /mnt/ost0, primary: oss1 }]',
    },
    clientMount: { value: { type: 'text' }, doc: 'Where clients mount the file system.' },
  },
  sectionRequired: true,
  timing: {
    interval: 5_000,
    inactiveAfter: 15_000,
    offlineAfter: 30_000,
    maintenanceOfflineAfter: 1_800_000,
  },
};
