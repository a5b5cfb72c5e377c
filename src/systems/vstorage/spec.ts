import type { SystemSpec } from '../../cluster/spec';

const milliseconds = { type: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER } as const;

/** Virtuozzo and Acronis storage: what its cluster files may say. */
export const vstorageSpec: SystemSpec = {
  id: 'vstorage',
  title: 'Virtuozzo storage',
  roles: [
    { role: 'mds', doc: 'Runs a metadata service.' },
    { role: 'cs', doc: 'Runs chunk services: holds the data.', storage: true },
    { role: 'client', doc: 'Mounts the cluster.' },
  ],
  section: {
    name: {
      value: { type: 'name' },
      doc: 'What `vstorage -c` takes.',
      defaultText: "the cluster's name",
    },
    parameters: {
      value: {
        type: 'parameters',
        known: {
          'mds.wd.offline_tout': {
            value: milliseconds,
            doc: 'Milliseconds without a heartbeat after which a chunk service is offline and the rebuild starts.',
          },
          'mds.wd.offline_tout_mnt': {
            value: milliseconds,
            doc: 'The same in milliseconds for a node in maintenance.',
          },
          'mds.wd.max_offline_cs_hosts': {
            value: { type: 'integer', min: 0, max: 100_000 },
            doc: 'With more offline hosts than this, nothing is rebuilt at all.',
          },
          'mds.alloc.fill_margin': {
            value: { type: 'integer', min: 0, max: 99 },
            doc: 'The percentage of each disk that stays free.',
          },
        },
      },
      doc: "The cluster's parameters as `vstorage get-config` prints them.",
    },
  },
  sectionRequired: false,
  redundancy: {
    encoding: true,
    minReplicas: true,
    maxReplicas: 15,
    failureDomains: ['disk', 'host', 'rack', 'row', 'room'],
    listedEncodings: ['1+0', '1+1', '1+2', '3+1', '3+2', '5+2', '7+2', '17+3'],
    fillMarginParameter: 'mds.alloc.fill_margin',
  },
  timing: {
    interval: 5_000,
    inactiveAfter: 15_000,
    offlineAfter: 900_000,
    maintenanceOfflineAfter: 1_800_000,
  },
  // Below a minute, the number was probably meant as seconds or minutes.
  timingParameters: [
    { timing: 'offlineAfter', parameter: 'mds.wd.offline_tout', atLeast: 60_000 },
    { timing: 'maintenanceOfflineAfter', parameter: 'mds.wd.offline_tout_mnt', atLeast: 60_000 },
  ],
};
