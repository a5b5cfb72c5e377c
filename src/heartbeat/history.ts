/**
 * What was last seen of a cluster, each with its time (epoch milliseconds): kept in the user's state
 * folder and shared by the editor and the command line. The monitor and `status` write it, plans read it.
 */
export interface ClusterHistory {
  readonly cluster: string;
  /** Who was last seen as primary, by what. */
  readonly primary: Readonly<Record<string, { readonly node: string; readonly at: number }>>;
  /** The last value of each fact of a `ClusterReading`. */
  readonly facts: Readonly<Record<string, { readonly value: unknown; readonly at: number }>>;
  /** When each node last sent a heartbeat: its last sign of life. */
  readonly heard?: Readonly<Record<string, number>>;
  /**
   * When witnesses first said that nobody reaches a node any more; void once `heard` is newer. Without it nobody
   * knows how long a node lived on after it was last looked at.
   */
  readonly down?: Readonly<Record<string, number>>;
  /** When a witness last reached a node: by witness, then by node. */
  readonly reached: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** When a console last said not-off while its node answered; `hash` is of the console's text. */
  readonly consoles: Readonly<Record<string, { readonly hash: string; readonly notOffAt: number }>>;
  /** When a console last said off while its node answered; it counts until the same text says not-off. */
  readonly contradictions?: Readonly<Record<string, { readonly hash: string; readonly offAt: number }>>;
}

export const emptyHistory = (cluster: string): ClusterHistory => ({
  cluster,
  primary: {},
  facts: {},
  reached: {},
  consoles: {},
});
