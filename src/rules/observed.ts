/** What nodes report, in the shape that live rules need. */
export interface Observed {
  /** Bytes, by node name and disk path (without a trailing slash). */
  readonly disks: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly capacity?: bigint; readonly used?: bigint }>
  >;
  /** Nodes or mirrors that say they are the primary. */
  readonly primary: readonly { readonly what: string; readonly node: string }[];
  /** Each node's facts that only its system understands. */
  readonly facts: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /**
   * By node, what its console with this very text last said while the node answered; a node without an entry has
   * a console that never said anything then. Absent when nobody looked into what is remembered.
   */
  readonly consoles?: ReadonlyMap<string, ConsoleObserved>;
  /** The cluster's own parameters as it has them now, by name; absent while nobody could read them. */
  readonly parameters?: ReadonlyMap<string, number>;
  /** Nodes that answer now; absent when that is unknown. */
  readonly answering?: ReadonlySet<string>;
}

/** Not-off proves a console; off, while its node answers, contradicts what can be seen. */
export interface ConsoleObserved {
  readonly text: string;
  readonly said: 'proven' | 'contradicts';
}
