import { emptyHistory, type ClusterHistory } from './history';

/** JSON has no integers above 2^53: a bigint is written as this object. */
const BIGINT = '$bigint';

/** The text of a history file. */
export function writeHistory(history: ClusterHistory): string {
  const replacer = (_key: string, value: unknown) =>
    typeof value === 'bigint' ? { [BIGINT]: value.toString() } : value;
  return `${JSON.stringify(history, replacer, 2)}\n`;
}

/**
 * Reads a history file. Entries of another shape are left out; throws when the text as a whole is no
 * history of this cluster.
 */
export function readHistory(text: string, cluster: string): ClusterHistory {
  const json: unknown = JSON.parse(text, (_key, value: unknown) =>
    isMap(value) && typeof value[BIGINT] === 'string' && /^-?\d+$/.test(value[BIGINT])
      ? BigInt(value[BIGINT])
      : value,
  );
  if (!isMap(json) || json['cluster'] !== cluster)
    throw new SyntaxError(`It is not the history of the cluster “${cluster}”.`);
  return {
    ...emptyHistory(cluster),
    primary: entries(json['primary'], (v) =>
      isMap(v) && typeof v['node'] === 'string' && isTime(v['at'])
        ? { node: v['node'], at: v['at'] }
        : undefined,
    ),
    facts: entries(json['facts'], (v) =>
      isMap(v) && 'value' in v && isTime(v['at']) ? { value: v['value'], at: v['at'] } : undefined,
    ),
    heard: entries(json['heard'], (v) => (isTime(v) ? v : undefined)),
    down: entries(json['down'], (v) => (isTime(v) ? v : undefined)),
    reached: entries(json['reached'], (v) => entries(v, (at) => (isTime(at) ? at : undefined))),
    consoles: entries(json['consoles'], (v) =>
      isMap(v) && typeof v['hash'] === 'string' && isTime(v['notOffAt'])
        ? { hash: v['hash'], notOffAt: v['notOffAt'] }
        : undefined,
    ),
    contradictions: entries(json['contradictions'], (v) =>
      isMap(v) && typeof v['hash'] === 'string' && isTime(v['offAt'])
        ? { hash: v['hash'], offAt: v['offAt'] }
        : undefined,
    ),
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function entries<T>(value: unknown, read: (value: unknown) => T | undefined): Record<string, T> {
  if (!isMap(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const entry = read(item);
      return entry === undefined ? [] : [[key, entry] as const];
    }),
  );
}
