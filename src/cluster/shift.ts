/** A copy of plain data in which every position stands that many lines further down. */
export function shifted<T>(value: T, by: number): T {
  return by === 0 ? value : (shift(value, by) as T);
}

function shift(value: unknown, by: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length === 0 ? value : value.map((one) => shift(one, by));
  if (value instanceof Set) return value;
  const source = value as Readonly<Record<string, unknown>>;
  const { line, character } = source;
  if (typeof line === 'number' && typeof character === 'number') return { line: line + by, character };
  const copy = { ...source };
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) copy[key] = shift(part, by);
  }
  return copy;
}
