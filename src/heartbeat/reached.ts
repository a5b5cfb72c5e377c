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

/** Two records as one; of two times the later. Each row is copied once at the most, however many entries are new. */
export function mergeReached(a: Reached, b: Reached): Reached {
  const rows = new Map(Object.entries(a));
  for (const [witness, row] of Object.entries(b)) {
    const later = Object.entries(row).filter(([node, at]) => at > (reachedAt(a, witness, node) ?? -Infinity));
    if (later.length > 0) rows.set(witness, { ...rows.get(witness), ...Object.fromEntries(later) });
  }
  return Object.fromEntries(rows);
}
