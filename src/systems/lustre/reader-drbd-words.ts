import type { DrbdConnection, DrbdDisk, DrbdReplication, DrbdRole } from './observation';

const connections: readonly DrbdConnection[] = [
  'StandAlone',
  'Disconnecting',
  'Unconnected',
  'Timeout',
  'BrokenPipe',
  'NetworkFailure',
  'ProtocolError',
  'TearDown',
  'Connecting',
  'Connected',
];

const replications: readonly DrbdReplication[] = [
  'Off',
  'Established',
  'StartingSyncS',
  'StartingSyncT',
  'WFBitMapS',
  'WFBitMapT',
  'WFSyncUUID',
  'SyncSource',
  'SyncTarget',
  'PausedSyncS',
  'PausedSyncT',
  'VerifyS',
  'VerifyT',
  'Ahead',
  'Behind',
];

const disks: readonly DrbdDisk[] = [
  'Diskless',
  'Attaching',
  'Detaching',
  'Failed',
  'Negotiating',
  'Inconsistent',
  'Outdated',
  'DUnknown',
  'Consistent',
  'UpToDate',
];

/** A role as it was said; another word is Unknown. */
export function roleOf(word: string | undefined): DrbdRole {
  return word === 'Primary' || word === 'Secondary' ? word : 'Unknown';
}

export function diskOf(word: string | undefined): DrbdDisk {
  return disks.find((each) => each === word) ?? 'unknown';
}

export function replicationOf(word: string | undefined): DrbdReplication {
  return replications.find((each) => each === word) ?? 'unknown';
}

/**
 * The `cs:` of 8.4 says in one word what 9 says in two: whatever is replicated is connected (drbd.conf(5) of 8.4,
 * connection states). Two sides that still shake hands (WFReportParams) are not connected yet.
 */
export function connectionOf(word: string | undefined): {
  readonly connection: DrbdConnection;
  readonly replication: DrbdReplication;
} {
  if (word === 'Connected') return { connection: 'Connected', replication: 'Established' };
  if (word === 'WFConnection' || word === 'WFReportParams')
    return { connection: 'Connecting', replication: 'Off' };
  const connection = connections.find((each) => each === word);
  if (connection) return { connection, replication: 'Off' };
  const replication = replications.find((each) => each === word && each !== 'Off' && each !== 'Established');
  return replication
    ? { connection: 'Connected', replication }
    : { connection: 'unknown', replication: 'unknown' };
}

/** Whether data flows from one side to the other, be it paused; neither a verify nor the handshake before. */
export function isResync(replication: DrbdReplication): boolean {
  return ['SyncSource', 'SyncTarget', 'PausedSyncS', 'PausedSyncT'].includes(replication);
}

/** A, B or C, or undefined. */
export function protocolOf(word: string | undefined): 'A' | 'B' | 'C' | undefined {
  return word === 'A' || word === 'B' || word === 'C' ? word : undefined;
}
