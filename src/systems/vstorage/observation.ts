/**
 * What a Virtuozzo or Acronis storage cluster says about itself. Every part may be missing: editions differ in what
 * they print, and an absent value means “unknown”, never zero.
 */

/** Kinds of chunks, worst first. */
export const chunkKinds = [
  'offline',
  'blocked',
  'pending',
  'urgent',
  'degraded',
  'replicating',
  'overcommitted',
  'deleting',
  'void',
  'standby',
  'healthy',
] as const;
export type ChunkKind = (typeof chunkKinds)[number];

/** Numbers of chunks, of those kinds that were told. */
export type ChunkCounts = Readonly<Partial<Record<ChunkKind, number>>>;

/** States of a chunk service as `vstorage stat` names them; another word is kept as `unknown`. */
export const csStates = [
  'active',
  'inactive',
  'offline',
  'failed',
  'dropped',
  'maintenance',
  'ill',
  'releasing',
  'released',
] as const;
export type CsState = (typeof csStates)[number] | 'unknown';

/** One chunk service: a process that holds the data of one disk. */
export interface CsReading {
  readonly id: number;
  readonly state: CsState;
  /** The word of the cluster, where it is none that is known here. */
  readonly word?: string;
  /** As printed: a name or an address, without the port. */
  readonly host?: string;
  /** Bytes, as exact as the print: three digits or so, powers of 1024. */
  readonly space?: bigint;
  readonly free?: bigint;
  readonly replicas?: number;
  readonly unique?: number;
  /** Share of the time that it waits for its disk, 0 to 100. */
  readonly ioWaitPercent?: number;
  /** Letters as printed; absent when the table has no such column. */
  readonly flags?: string;
  /** 0 to 3, where the table says so. */
  readonly tier?: number;
}

/** One metadata service. */
export interface MdsReading {
  readonly id: number;
  readonly isMaster: boolean;
  /** Lower case, as printed: `avail` and others. */
  readonly status?: string;
  readonly host?: string;
}

/** The health that the cluster gives itself. */
export type ClusterHealth = 'healthy' | 'unknown' | 'degraded' | 'failure' | 'smart-warning';

/** Bytes that are free, of how many. */
export interface SpacePart {
  readonly free: bigint;
  readonly total: bigint;
}

/** What `vstorage -c NAME stat` printed. */
export interface StatReport {
  readonly name?: string;
  readonly health?: ClusterHealth;
  /** The word in brackets behind `Space:` and `Chunks:`, where the edition has it. */
  readonly spaceNote?: string;
  readonly chunksNote?: string;
  /** Id of the metadata service that answered. */
  readonly answeredBy?: number;
  readonly allocatable?: SpacePart;
  readonly physical?: SpacePart;
  readonly mdsCount?: { readonly available: number; readonly total: number };
  readonly csCount?: {
    readonly active: number;
    readonly total: number;
    readonly inactive?: number;
    readonly offline?: number;
  };
  /** Replicas that chunks normally have, and at least; absent where it says otherwise (encodings). */
  readonly replication?: { readonly norm: number; readonly limit: number };
  readonly chunks: ChunkCounts;
  /** Absent: no table was printed. A row that could not be read at all is counted in `unreadableRows`. */
  readonly metadata?: readonly MdsReading[];
  readonly chunkServices?: readonly CsReading[];
  readonly unreadableRows: number;
}

/** The cluster's configuration by name: numbers where the whole value is one. */
export type ConfigReport = Readonly<Record<string, number | string>>;

/** One line of `vstorage -c NAME get-event`. */
export interface ClusterEvent {
  /** As printed. */
  readonly time: string;
  /** Epoch milliseconds by the clock of the node that was asked, where the time could be understood. */
  readonly at?: number;
  readonly system?: string;
  readonly severity?: string;
  readonly message: string;
  /** What it is about, as far as it is known. */
  readonly meaning?:
    | { readonly kind: 'replication-started'; readonly queued?: number }
    | { readonly kind: 'replication-completed' }
    | { readonly kind: 'cs'; readonly id: number; readonly state: CsState };
}

/** A node as `vinfra node list` tells it. */
export interface VinfraNode {
  readonly id: string;
  readonly host: string;
  readonly isOnline?: boolean;
  readonly isAssigned?: boolean;
  /** In maintenance, entering or leaving it; absent where the listing does not say. */
  readonly maintenance?: 'none' | 'entering' | 'in' | 'leaving';
}

/** A disk as `vinfra node disk list` or `show` tells it. */
export interface VinfraDisk {
  readonly id?: string;
  /** Node id or host name, where the listing names it. */
  readonly node?: string;
  /** With `/dev/`. */
  readonly device?: string;
  readonly mountPoint?: string;
  /** `cs`, `mds-system`, `system` … as printed. */
  readonly role?: string;
  readonly tier?: number;
  /** The chunk service on it. */
  readonly serviceId?: number;
  readonly serviceStatus?: string;
  readonly diskStatus?: string;
  readonly isBeingReleased?: boolean;
  readonly capacity?: bigint;
  readonly used?: bigint;
}

/** What `vinfra cluster overview` tells beyond `stat`. */
export interface VinfraOverview {
  readonly chunks: ChunkCounts;
  readonly total?: number;
  readonly csTotal?: number;
  readonly csFailed?: number;
}

/** What `vinfra node maintenance status NODE` tells. */
export interface VinfraMaintenance {
  readonly node: string;
  /** As printed, lower case. */
  readonly state: string;
  readonly isOn: boolean;
}

/** Where a threshold comes from. */
export type Source = 'cluster' | 'file' | 'default';

/** A parameter in effect, and who says so. */
export interface Threshold {
  readonly value: number;
  readonly source: Source;
}

/** The parameters that decide when and whether a rebuild begins. */
export interface Thresholds {
  /** Milliseconds without a heartbeat until a chunk service is offline and its data is rebuilt. */
  readonly offlineTimeout: Threshold;
  /** The same for a node in maintenance. */
  readonly maintenanceTimeout: Threshold;
  /** With more offline hosts than this nothing is rebuilt. `by` is `cs` in old editions, which count services. */
  readonly maxOffline: Threshold & { readonly by: 'hosts' | 'cs' };
  /** Percent of each disk that stays free. */
  readonly fillMargin: Threshold;
}

/** A chunk service with everything known about it: the table, vinfra, the cluster file. */
export interface ChunkService extends CsReading {
  /** The node of the cluster file that it runs on; absent when nobody can tell. */
  readonly node?: string;
  /** Path of its disk in the cluster file, where that is known for sure. */
  readonly disk?: string;
  readonly isBeingReleased?: boolean;
}

/**
 * The whole cluster as it was last heard: the fact `vstorage` of its ClusterReading. What comes next for each chunk
 * service is in `process` (process.ts).
 */
export interface VstorageObservation {
  /** The cluster's clock when it answered (epoch milliseconds); this machine's where the node did not print one. */
  readonly clock: number;
  /** This machine's clock at the same moment. */
  readonly at: number;
  readonly stat: StatReport;
  readonly chunkServices: readonly ChunkService[];
  readonly metadata: readonly (MdsReading & { readonly node?: string })[];
  readonly thresholds: Thresholds;
  readonly events: readonly ClusterEvent[];
  /** Nodes (of the file) that the cluster itself has in maintenance. */
  readonly maintenance: readonly string[];
}
