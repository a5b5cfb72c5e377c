/** What the nodes of a Lustre cluster say, once read. Words that no reader knows become `unknown`, never a guess. */

/** What a program said, or why it said nothing. A node without the program is an answer, not an error. */
export type Asked<T> =
  | { readonly is: 'read'; readonly value: T }
  | { readonly is: 'not-installed' }
  /** It gave no answer in time, was refused, or failed: `why` is for people. */
  | { readonly is: 'unanswered'; readonly why: string };

export type DrbdRole = 'Primary' | 'Secondary' | 'Unknown';

/** As DRBD 9 spells them; WFConnection of 8.4 is Connecting. `unknown` is a word that this reader does not know. */
export type DrbdConnection =
  | 'StandAlone'
  | 'Disconnecting'
  | 'Unconnected'
  | 'Timeout'
  | 'BrokenPipe'
  | 'NetworkFailure'
  | 'ProtocolError'
  | 'TearDown'
  | 'Connecting'
  | 'Connected'
  | 'unknown';

/** As DRBD 9 spells them; 8.4 has one word for connection and replication. */
export type DrbdReplication =
  | 'Off'
  | 'Established'
  | 'StartingSyncS'
  | 'StartingSyncT'
  | 'WFBitMapS'
  | 'WFBitMapT'
  | 'WFSyncUUID'
  | 'SyncSource'
  | 'SyncTarget'
  | 'PausedSyncS'
  | 'PausedSyncT'
  | 'VerifyS'
  | 'VerifyT'
  | 'Ahead'
  | 'Behind'
  | 'unknown';

export type DrbdDisk =
  | 'Diskless'
  | 'Attaching'
  | 'Detaching'
  | 'Failed'
  | 'Negotiating'
  | 'Inconsistent'
  | 'Outdated'
  | 'DUnknown'
  | 'Consistent'
  | 'UpToDate'
  | 'unknown';

/** A resync or a verify that is under way. Every figure may be missing; none is guessed. */
export interface DrbdSync {
  /** As DRBD says it, 0–100. */
  readonly percent?: number;
  /** Bytes that this resync began with. */
  readonly total?: number;
  /** Bytes a second, as DRBD says them. */
  readonly speed?: number;
  /** Bytes a second that the target wants. */
  readonly wanted?: number;
  readonly finishSeconds?: number;
  /** The kernel says that it makes no progress (`stalled`). */
  readonly stalled?: boolean;
}

/** One volume of one resource, as one node sees it together with one peer. */
export interface DrbdReading {
  readonly resource: string;
  readonly volume: number;
  /** Of /dev/drbdMINOR. */
  readonly minor?: number;
  readonly role: DrbdRole;
  readonly peerRole: DrbdRole;
  readonly disk: DrbdDisk;
  readonly peerDisk: DrbdDisk;
  readonly connection: DrbdConnection;
  readonly replication: DrbdReplication;
  /** The words as they were said, where ours differ: for people. */
  readonly said: Readonly<Record<string, string>>;
  /** As the node calls its peer; 8.4 says `peer`, and nothing when it stands alone. */
  readonly peer?: string;
  /** Bytes that differ, as this node knows it; says nothing about what the peer wrote since they parted (safety 7). */
  readonly outOfSync?: number;
  /** Bytes of the device. */
  readonly size?: number;
  /** Bytes written to this node's disk since it was attached: two samples give a rate. */
  readonly written?: number;
  readonly sync?: DrbdSync;
  /** A, B or C; 8.4 tells it only while it is not StandAlone. */
  readonly protocol?: 'A' | 'B' | 'C';
  /** Writes are frozen on this node. */
  readonly suspended?: boolean;
  /** Who paused the resync: `user`, `peer`, `dependency`. */
  readonly pausedBy?: readonly string[];
}

/** What the configuration in force says about one resource. */
export interface DrbdOptions {
  readonly resource: string;
  /** `dont-care` is: no fencing. */
  readonly fencing?: string;
  readonly protocol?: 'A' | 'B' | 'C';
  readonly allowTwoPrimaries?: boolean;
}

/** Generation identifiers of a resource, as hexadecimal digits; compare them with `sameGeneration` only. */
export interface DrbdGeneration {
  readonly current: string;
  readonly bitmap: string;
  readonly history: readonly [string, string];
  readonly consistent: boolean;
  readonly wasUpToDate: boolean;
  readonly wasPrimary: boolean;
  readonly wasConnected: boolean;
  readonly fullSync: boolean;
  readonly peerOutdated: boolean;
  readonly crashedPrimary: boolean;
}

export interface Mount {
  readonly source: string;
  readonly mountPoint: string;
  /** Absent where the command did not ask for it. */
  readonly type?: string;
  readonly options?: readonly string[];
}

export type LustreHealth = 'healthy' | 'unhealthy' | 'LBUG' | 'unknown';

/** One line of `lctl dl`. */
export interface LustreDevice {
  readonly number: number;
  /** UP, AT, IN, ST, -- */
  readonly state: string;
  readonly type: string;
  readonly name: string;
  readonly uuid: string;
  readonly references: number;
}

export type RecoveryStatus =
  'INACTIVE' | 'WAITING' | 'WAITING_FOR_CLIENTS' | 'RECOVERING' | 'COMPLETE' | 'unknown';

/** The recovery of one target after it was mounted. */
export interface Recovery {
  /** As Lustre calls it: `scratch-OST0000`. */
  readonly device: string;
  readonly status: RecoveryStatus;
  readonly said: string;
  /** Epoch seconds, on the node's clock. */
  readonly start?: number;
  readonly durationSeconds?: number;
  readonly remainingSeconds?: number;
  readonly waitedSeconds?: number;
  /** Clients that have come back, and how many there were. */
  readonly connected?: number;
  readonly completed?: number;
  readonly clients?: number;
  /** As said, or b − a of a COMPLETE recovery. */
  readonly evicted?: number;
  /** WAITING: the metadata targets that are not ready. */
  readonly notReady?: string;
  /** Every `key: value` line, as it was said. */
  readonly values: Readonly<Record<string, string>>;
}

export interface TargetSpace {
  /** As Lustre calls it: `scratch-OST0000`. */
  readonly device: string;
  /** Bytes. */
  readonly total?: number;
  readonly free?: number;
  readonly available?: number;
  readonly filesTotal?: number;
  readonly filesFree?: number;
}

/** What a client says about one target. */
export interface LustreImport {
  /** As the client calls it: `scratch-OST0000-osc-ffff9a…`. */
  readonly name: string;
  /** `scratch-OST0000`. */
  readonly device: string;
  /** FULL, DISCONN, CONNECTING, REPLAY, EVICTED … as it was said; absent when it is not told. */
  readonly state?: string;
  readonly failoverNids: readonly string[];
  readonly currentConnection?: string;
}

/** What Heartbeat says on one node. Its liveness alone never authorises a takeover (facts: both said `all`). */
export interface HeartbeatReading {
  readonly running: boolean;
  /** active, up, dead … by node; `unknown` where it could not say. */
  readonly nodes: Readonly<Record<string, string>>;
  /** all, local, foreign, none, transition; absent when it does not run. */
  readonly resources?: string;
}

export interface PacemakerNode {
  readonly name: string;
  readonly online: boolean;
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly unclean: boolean;
  readonly isDc: boolean;
}

export interface PacemakerResource {
  readonly id: string;
  readonly agent: string;
  /** Started, Stopped, Promoted (Master before), Unpromoted (Slave before), else as said. */
  readonly role: string;
  readonly said: string;
  readonly managed: boolean;
  readonly failed: boolean;
  readonly nodes: readonly string[];
  /** The clone or group that it is in. */
  readonly parent?: string;
}

export interface PacemakerReading {
  readonly version?: string;
  readonly quorum?: boolean;
  readonly fencing?: boolean;
  readonly maintenance?: boolean;
  readonly nodes: readonly PacemakerNode[];
  readonly resources: readonly PacemakerResource[];
  readonly failures: readonly { readonly node: string; readonly what: string }[];
  /** Constraints that keep a resource from a node; `crm_resource --move` leaves one. */
  readonly bans: readonly { readonly id: string; readonly resource: string; readonly node: string }[];
}

/** The HA managers of a node: two drivers never act at once. */
export interface HaManagers {
  readonly heartbeat: Asked<HeartbeatReading>;
  readonly pacemaker: Asked<PacemakerReading>;
}

export type LfsckStatus =
  | 'init'
  | 'scanning-phase1'
  | 'scanning-phase2'
  | 'completed'
  | 'failed'
  | 'stopped'
  | 'paused'
  | 'crashed'
  | 'partial'
  | 'unknown';

/** One component of a consistency check; it has no total. */
export interface Lfsck {
  /** `scratch-MDT0000`, where it is told. */
  readonly device?: string;
  /** lfsck_layout, lfsck_namespace … */
  readonly component: string;
  readonly status: LfsckStatus;
  readonly said: string;
  readonly checked?: number;
  readonly repaired?: number;
  /** Items a second. */
  readonly speed?: number;
  readonly runSeconds?: number;
}
