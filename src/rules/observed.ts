/** One mirror as its two sides report it. */
export interface ObservedMirror {
  readonly resource: string;
  readonly target?: string;
  readonly connection: string;
  readonly roles: Readonly<Record<string, string>>;
  readonly disks: Readonly<Record<string, string>>;
  readonly splitBrain: boolean;
}

/** One kind of recovery that goes on, or waits. */
export interface ObservedRebuild {
  readonly what: string;
  readonly unit: 'chunks' | 'bytes' | 'seconds';
  readonly total?: number;
  readonly remaining: number;
  readonly atRisk?: number;
  readonly state: string;
  readonly note?: string;
  /** Units a second. */
  readonly ratePerSecond?: number;
  readonly etaSeconds?: number;
  /** Epoch milliseconds at which a waiting or being held ends. */
  readonly dueAt?: number;
}

/** What the nodes say of the cluster as a whole. */
export interface ObservedCluster {
  readonly mirrors: readonly ObservedMirror[];
  readonly rebuild: readonly ObservedRebuild[];
  /** What only its system understands. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds of the state that this was taken from. */
  readonly at: number;
}

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
  /** What the nodes say of the cluster as a whole; absent while nobody says it. */
  readonly cluster?: ObservedCluster;
  /** By node, when each of its facts was asked for (epoch milliseconds). */
  readonly factsAt?: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /** Nodes that answer now; absent when that is unknown. */
  readonly answering?: ReadonlySet<string>;
}

/** Not-off proves a console; off, while its node answers, contradicts what can be seen. */
export interface ConsoleObserved {
  readonly text: string;
  readonly said: 'proven' | 'contradicts';
}
