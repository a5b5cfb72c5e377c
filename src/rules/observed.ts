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
}
