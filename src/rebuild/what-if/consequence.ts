/**
 * What the loss of nodes means beside the pieces of chunks: a master, a metadata service, a mirrored target. A
 * system says it, because only it knows its roles.
 */
export interface Consequence {
  /** What it is about: `master`, `MDS majority`, `OST0000`. */
  readonly what: string;
  /**
   * `data-lost`: gone for good. `stopped`: nothing is served until one of the nodes is back. `failover`: served again
   * after a failover. `weaker`: served, with less to spare.
   */
  readonly effect: 'data-lost' | 'stopped' | 'failover' | 'weaker';
  /** A sentence for people, with what to do. */
  readonly sentence: string;
}
