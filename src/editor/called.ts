/** What a command was called with: a row of the tree, the key of a cluster, or nothing (the palette). */
export interface Called {
  readonly cluster?: string;
  readonly node?: string;
  /** What a plan may be about, other than a node. */
  readonly item?: string;
}

/** Reads a command's argument; anything may call a command, so nothing in it is trusted. */
export function calledCluster(argument: unknown): Called {
  if (typeof argument === 'string') return { cluster: argument };
  if (typeof argument !== 'object' || argument === null || !('row' in argument)) return {};
  const { row } = argument;
  if (typeof row !== 'object' || row === null || !('cluster' in row)) return {};
  return {
    ...(typeof row.cluster === 'string' ? { cluster: row.cluster } : {}),
    ...('node' in row && typeof row.node === 'string' ? { node: row.node } : {}),
    ...('item' in row && typeof row.item === 'string' ? { item: row.item } : {}),
  };
}
