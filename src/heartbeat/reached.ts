/** When a witness last reached a node: by witness, then by node; epoch milliseconds. */
export type Reached = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The time at which `witness` last reached `node`. A node may be called “constructor”: own keys only. */
export function reachedAt(reached: Reached, witness: string, node: string): number | undefined {
  const row = Object.hasOwn(reached, witness) ? reached[witness] : undefined;
  return row !== undefined && Object.hasOwn(row, node) ? row[node] : undefined;
}

/** The record with one more entry. */
export function withReached(reached: Reached, witness: string, node: string, at: number): Reached {
  const row = Object.hasOwn(reached, witness) ? reached[witness] : {};
  return { ...reached, [witness]: { ...row, [node]: at } };
}

/** Two records as one; of two times the later. */
export function mergeReached(a: Reached, b: Reached): Reached {
  let merged = a;
  for (const [witness, row] of Object.entries(b))
    for (const [node, at] of Object.entries(row))
      if (at > (reachedAt(merged, witness, node) ?? -Infinity))
        merged = withReached(merged, witness, node, at);
  return merged;
}
