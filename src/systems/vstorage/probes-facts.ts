import type { NodeReading } from '../../heartbeat/probe';
import type {
  ClusterEvent,
  ConfigReport,
  StatReport,
  VinfraDisk,
  VinfraNode,
  VinfraOverview,
} from './observation';

/** The clock of the node that answered. */
export interface Answered {
  /** Epoch milliseconds by that node's clock; absent where it printed none. */
  readonly clock?: number;
}

/** The facts of one node, as the probes of vstorage put them into its `NodeReading`: each one answers for the cluster. */
export interface VstorageFacts {
  readonly stat?: Answered & { readonly report: StatReport };
  readonly config?: Answered & { readonly values: ConfigReport };
  readonly events?: Answered & { readonly list: readonly ClusterEvent[] };
  readonly vinfra?: {
    readonly overview?: VinfraOverview;
    readonly nodes?: readonly VinfraNode[];
    readonly disks?: readonly VinfraDisk[];
  };
}

/** The facts of a node, narrowed. They are set by `vstorageProbes` alone. */
export function vstorageFacts(reading: NodeReading | undefined): VstorageFacts {
  return reading?.facts ?? {};
}
