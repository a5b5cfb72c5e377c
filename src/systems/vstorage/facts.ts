import type { ClusterReading } from '../../heartbeat/probe';
import type { VstorageObservation } from './observation';
import type { Process } from './process';

/** No metadata service answers; epoch milliseconds of this machine. */
export interface Silence {
  readonly since: number;
  /** When that was last looked at. */
  readonly at: number;
  /** For so long of it no majority of the MDS was there: nothing was decided, and their clocks stood. */
  readonly stoodMs: number;
  /** Nodes of which the MDS may run, and how many there are. */
  readonly mdsAlive: number;
  readonly mdsTotal: number;
}

/** Whether so few MDS are left that they can decide nothing. */
export function lacksMajority({ mdsAlive, mdsTotal }: Silence): boolean {
  return mdsTotal > 0 && mdsAlive * 2 <= mdsTotal;
}

/** For how long their clocks have stood at a time. */
export function stoodFor(silence: Silence, now: number): number {
  return silence.stoodMs + (lacksMajority(silence) ? now - silence.at : 0);
}

/** The facts of a vstorage cluster, as `combine` puts them into its `ClusterReading`. */
export interface VstorageClusterFacts {
  /** As it was last heard. */
  readonly vstorage?: VstorageObservation;
  readonly process?: Process;
  /** Set while nobody answers for the cluster; what is known is old then. */
  readonly silence?: Silence;
  /** The node that answered. */
  readonly speaker?: string;
}

/** The facts of a cluster, narrowed. They are set by `vstorageProbes` alone. */
export function vstorageClusterFacts(
  reading: Pick<ClusterReading, 'facts'> | undefined,
): VstorageClusterFacts {
  return reading?.facts ?? {};
}
