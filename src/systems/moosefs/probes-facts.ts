import type { NodeReading } from '../../heartbeat/probe';
import type { InterfaceAddress } from './reader-addresses';
import type { MfscliReport } from './reader-mfscli';

/** The facts of one node, as the probes of MooseFS put them into its `NodeReading`. */
export interface MoosefsFacts {
  readonly addresses?: readonly InterfaceAddress[];
  /** The skew of the ucarp for the cluster's vhid; absent when none runs or it could not be read. */
  readonly skew?: number;
  /** Whether a metalogger runs here. */
  readonly follows?: boolean;
  /** What the master on this node said; absent when no live master answered there. */
  readonly master?: MfscliReport;
}

/** The facts of a node, narrowed. They are set by `moosefsProbes` alone. */
export function moosefsFacts(reading: NodeReading | undefined): MoosefsFacts {
  return reading?.facts ?? {};
}

/** The fact of a ClusterReading that keeps a candidate's skew as last seen, also while others answer and it does not. */
export const skewFact = (node: string): string => `skew of ${node}`;
