import type { NodeReading } from '../../heartbeat/probe';
import type {
  Asked,
  DrbdGeneration,
  DrbdOptions,
  DrbdReading,
  HaManagers,
  Lfsck,
  LustreDevice,
  LustreHealth,
  LustreImport,
  Mount,
  Recovery,
  TargetSpace,
} from './observation';

/** The facts of one node, as the probes of Lustre put them into its `NodeReading`; absent: not asked, or no answer. */
export interface LustreFacts {
  /** Mounts of Lustre, and of the devices and mount points that the cluster file names. */
  readonly mounts?: readonly Mount[];
  /** By device of the file: what it really is, where it is a link. */
  readonly devices?: Readonly<Record<string, string>>;
  readonly drbd?: Asked<readonly DrbdReading[]>;
  /** By resource. */
  readonly generations?: Readonly<Record<string, DrbdGeneration>>;
  readonly options?: Asked<readonly DrbdOptions[]>;
  readonly ha?: HaManagers;
  readonly health?: Asked<LustreHealth>;
  readonly served?: Asked<readonly LustreDevice[]>;
  readonly recovery?: Asked<readonly Recovery[]>;
  readonly space?: Asked<readonly TargetSpace[]>;
  /** Connected clients by device. */
  readonly exports?: Asked<ReadonlyMap<string, number>>;
  readonly lfsck?: Asked<readonly Lfsck[]>;
  readonly imports?: Asked<readonly LustreImport[]>;
}

/** The facts of a node, narrowed. They are set by `lustreProbes` alone. */
export function lustreFacts(reading: Pick<NodeReading, 'facts'> | undefined): LustreFacts {
  return reading?.facts ?? {};
}

/** The fact of a ClusterReading that keeps when a mirror was last seen connected (epoch milliseconds; safety 7). */
export const connectedFact = (resource: string): string => `connected:${resource}`;

/** How much was written to a target, by its DRBD: a few points in time, so that a rate can be told. */
export interface Writes {
  readonly node: string;
  /** Epoch milliseconds and bytes, oldest first. */
  readonly points: readonly (readonly [at: number, bytes: number])[];
}

/** The fact of a ClusterReading that holds `Writes` by target. */
export const writesFact = 'writes';

/** The writes that a reading remembers, by target. */
export function writesOf(
  facts: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, Writes>> {
  return (facts?.[writesFact] as Readonly<Record<string, Writes>> | undefined) ?? {};
}
