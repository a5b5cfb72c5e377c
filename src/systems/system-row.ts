/** How a row is: the tree draws a shape and a colour for it, a terminal a word. */
export type Tone = 'good' | 'busy' | 'warning' | 'bad' | 'unknown' | 'none';

/** A row with which a system shows what only it knows: targets, mirrors, services, states of chunks. */
export interface SystemRow {
  /** Stable and unique among the rows of the cluster: no figures, no state; any text. */
  readonly id: string;
  readonly label: string;
  /** Beside the label; says the state in words. */
  readonly description?: string;
  /** Lines for whoever points at it. */
  readonly tooltip?: string;
  readonly tone: Tone;
  /** The node that the row belongs to: what can be done with that node is offered here, too. */
  readonly node?: string;
  /** What plans may be about (the name of a `PlanItem`), where it is not the node. */
  readonly item?: string;
  readonly children?: readonly SystemRow[];
}
