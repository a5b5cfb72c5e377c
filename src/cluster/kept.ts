import type { NodeItem } from './node-items';

/** An item of `nodes` and where it stands. */
export interface Segment {
  /** The offset of the line of its dash, and the number of that line. */
  readonly start: number;
  readonly line: number;
  /** It holds an anchor, an alias, a tag or a block scalar (or looks like it): it is read each time. */
  readonly isTied: boolean;
  readonly item: NodeItem;
}

/** What is kept of a text that was read: plain data, so that a worker can make it. */
export interface Kept {
  readonly text: string;
  readonly systemId: string | undefined;
  /** The columns before the dashes. */
  readonly column: number;
  readonly segments: readonly Segment[];
  /** The offset and the number of the line on which the list of nodes is over. */
  readonly end: number;
  readonly endLine: number;
}
