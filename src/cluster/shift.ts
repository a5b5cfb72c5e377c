import type { Finding } from './finding';
import type { NodeItem } from './node-items';

/** The same item that many lines further down. */
export function shiftItem(item: NodeItem, by: number): NodeItem {
  return by === 0 ? item : (shifted(item, by) as NodeItem);
}

/** Whether a finding speaks of a line by its number, so that shifting its places is not enough. */
export function namesLines({ code }: Finding): boolean {
  return code === 'duplicate-name';
}

/** A copy of plain data in which every position stands further down. */
function shifted(value: unknown, by: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length === 0 ? value : value.map((one) => shifted(one, by));
  if (value instanceof Set) return value;
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, shifted(one, by)]));
  const source = value as Readonly<Record<string, unknown>>;
  const { line, character } = source;
  if (typeof line === 'number' && typeof character === 'number') return { line: line + by, character };
  const copy = { ...source };
  for (const key in copy) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) copy[key] = shifted(part, by);
  }
  return copy;
}
