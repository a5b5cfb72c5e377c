import type { Cluster } from '../cluster/cluster';
import type { Fix } from '../cluster/finding';
import type { Range } from '../cluster/place';
import type { SystemSpec } from '../cluster/spec';
import type { Unknown } from './discovered';
import type { Discovery } from './discovery';

/** One difference between what a cluster file says and what the nodes say. */
export interface Drift {
  /** The same for the same difference, whatever the text around it: `nodes/cs1/disks/mnt/hdd1/capacity`. */
  readonly id: string;
  /** `absent`: the nodes have what the file does not say; `surplus`: the file says what the nodes do not have. */
  readonly kind: 'differs' | 'absent' | 'surplus';
  /** Where in the file, as keys and names: `['nodes', 'cs1', 'roles']`. */
  readonly path: readonly string[];
  /** The value that differs; for what is absent the place that it would belong to. */
  readonly range: Range;
  /** As the file writes it. */
  readonly declared?: string;
  /** As the file would write it. */
  readonly live?: string;
  /** The node that says so. */
  readonly node?: string;
  /** A whole sentence for people. */
  readonly sentence: string;
  /** Takes over the live value; comments and the layout of everything else stay. */
  readonly fix?: Fix;
}

/** What the comparison of one cluster with its nodes found. */
export interface Comparison {
  /** In the order of the file. */
  readonly drifts: readonly Drift[];
  /** What could not be compared, because nobody told. Never a difference. */
  readonly unknown: readonly Unknown[];
}

/** What `compare` of compare.ts is given; it is pure, and its text need not be saved. */
export interface CompareOptions {
  /** Of the whole file; the places of the comparison are its. */
  readonly text: string;
  readonly spec: SystemSpec;
  /** The cluster of the file that was asked. */
  readonly cluster: Cluster;
  /** What `discover` found out about this cluster. */
  readonly discovery: Discovery;
}
