import type { SystemSpec } from '../../cluster/spec';

/** MooseFS with ucarp: what its cluster files may say. */
export const moosefsSpec: SystemSpec = {
  id: 'moosefs',
  title: 'MooseFS',
  roles: [
    {
      role: 'master',
      doc: 'A candidate for the master; it also runs a metalogger while it is not the master.',
    },
    { role: 'metalogger', doc: 'Keeps a copy of the metadata and its changes.' },
    { role: 'chunkserver', doc: 'Holds the data.', storage: true },
    { role: 'client', doc: 'Mounts the file system.' },
  ],
  section: {
    masterHost: {
      value: { type: 'address' },
      doc: 'The name that chunkservers and clients resolve; it must mean the virtual address.',
      defaultText: 'mfsmaster',
    },
    masterPort: {
      value: { type: 'integer', min: 1, max: 65535 },
      doc: "The master's port for clients.",
      defaultText: '9421',
    },
    dataPath: { value: { type: 'text' }, doc: 'The folder of the metadata.', defaultText: '/var/lib/mfs' },
    virtualIp: {
      value: { type: 'addressWithPrefix' },
      doc: 'The address that ucarp moves to the master, with its prefix.',
    },
    interface: {
      value: { type: 'name', maxLength: 15 },
      doc: 'The network interface that carries the virtual address.',
      example: 'eth0',
    },
    vhid: {
      value: { type: 'integer', min: 1, max: 255 },
      doc: 'The number of the virtual host, the same on all candidates.',
      example: '10',
    },
    advertisementPassword: {
      value: { type: 'text' },
      doc: "The word from-file; ucarp's password itself does not belong in a file.",
      defaultText: 'from-file',
    },
    passwordFile: {
      value: { type: 'text' },
      doc: "ucarp's password file on the candidates; used where no ucarp runs to take the command line from.",
    },
    mountPoint: { value: { type: 'text' }, doc: 'Where nodes with the role client mount the file system.' },
  },
  sectionRequired: false,
  requiredWith: [{ key: 'virtualIp', needs: ['interface', 'vhid'] }],
  redundancy: {
    encoding: false,
    minReplicas: false,
    maxReplicas: 9,
    failureDomains: ['host'],
    listedEncodings: [],
  },
  timing: {
    interval: 5_000,
    inactiveAfter: 15_000,
    offlineAfter: 60_000,
    maintenanceOfflineAfter: 1_800_000,
  },
};
