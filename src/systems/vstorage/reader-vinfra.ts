import {
  chunkKinds,
  type ChunkCounts,
  type VinfraDisk,
  type VinfraMaintenance,
  type VinfraNode,
  type VinfraOverview,
} from './observation';
import { unreadable } from './reader-text';

type Fields = Readonly<Record<string, unknown>>;

/** Reads `vinfra cluster overview -f json`. Throws `UnreadableError`. */
export function readVinfraOverview(text: string): VinfraOverview {
  const [fields] = records('vinfra cluster overview', text);
  const chunks = nested(fields?.['chunks']);
  const cs = nested(fields?.['cs']);
  if (!fields || !chunks) throw unreadable('vinfra cluster overview', 'an object with “chunks”', text);
  const counts: ChunkCounts = Object.fromEntries(
    chunkKinds.flatMap((kind) => {
      const number = integer(chunks[kind]);
      return number === undefined ? [] : [[kind, number]];
    }),
  );
  return {
    chunks: counts,
    ...defined('total', integer(chunks['total'])),
    ...defined('csTotal', integer(cs?.['total'])),
    ...defined('csFailed', integer(cs?.['failed'])),
  };
}

/** Reads `vinfra node list -f json`; an entry without id or host is left out. Throws `UnreadableError`. */
export function readVinfraNodes(text: string): readonly VinfraNode[] {
  return records('vinfra node list', text).flatMap((fields) => {
    const [id, host] = [words(fields['id']), words(fields['host'])];
    if (id === undefined || host === undefined) return [];
    return [
      {
        id,
        host,
        ...defined('isOnline', truth(fields['is_online'])),
        ...defined('isAssigned', truth(fields['is_assigned'])),
        ...defined('maintenance', phase(fields)),
      },
    ];
  });
}

/** Reads `vinfra node disk list -f json` or `show`. Throws `UnreadableError`. */
export function readVinfraDisks(text: string): readonly VinfraDisk[] {
  return records('vinfra node disk', text).map((fields) => {
    const device = words(fields['device']);
    const space = nested(fields['space']);
    const params = nested(fields['service_params']);
    const tier = integer(params?.['tier'] ?? fields['tier']);
    return {
      ...defined('id', words(fields['id'])),
      ...defined('node', words(fields['node_id'] ?? fields['host'])),
      ...defined(
        'device',
        device === undefined ? undefined : device.startsWith('/') ? device : `/dev/${device}`,
      ),
      ...defined('mountPoint', words(fields['mountpoint'])),
      ...defined('role', words(fields['role'])?.toLowerCase()),
      ...defined('tier', tier !== undefined && tier <= 3 ? tier : undefined),
      ...defined('serviceId', integer(fields['service_id'])),
      ...defined('serviceStatus', words(fields['service_status'])?.toLowerCase()),
      ...defined('diskStatus', words(fields['disk_status'])?.toLowerCase()),
      ...defined('isBeingReleased', truth(fields['being_released'])),
      // In JSON these are bytes; a size in words is as good as none.
      ...defined('capacity', bytes(fields['size'] ?? space?.['size'])),
      ...defined('used', bytes(fields['used'] ?? space?.['used'])),
    };
  });
}

/** Reads `vinfra node maintenance status NODE -f json`. Throws `UnreadableError`. */
export function readVinfraMaintenance(text: string): VinfraMaintenance {
  const [fields] = records('vinfra node maintenance status', text);
  const node = words(fields?.['node_id'] ?? fields?.['node']);
  const state = words(fields?.['status'] ?? fields?.['state'])?.toLowerCase();
  if (node === undefined || state === undefined)
    throw unreadable('vinfra node maintenance status', 'an object with node_id and status', text);
  return { node, state, isOn: isMaintenance(state) };
}

/** `in_maintenance`, `entering_maintenance` … but not `not in maintenance`, `none`, `stopped`. */
function isMaintenance(state: string): boolean {
  const plain = state.replaceAll(/[\s_-]+/g, ' ').trim();
  return /^(in|entering|exiting|leaving|started|on|in maintenance|maintenance)\b/.test(plain);
}

function phase(fields: Fields): VinfraNode['maintenance'] {
  const inner = nested(fields['maintenance']);
  const text = words(
    inner?.['status'] ?? inner?.['state'] ?? fields['maintenance_status'] ?? fields['maintenance'],
  );
  const isOn = truth(fields['in_maintenance'] ?? fields['is_in_maintenance']);
  if (isOn !== undefined) return isOn ? 'in' : 'none';
  if (text === undefined) return undefined;
  const plain = text
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
  if (/^(none|no|off|not in maintenance|stopped|false)$/.test(plain)) return 'none';
  if (/^entering\b/.test(plain)) return 'entering';
  if (/^(leaving|exiting)\b/.test(plain)) return 'leaving';
  return isMaintenance(plain) ? 'in' : undefined;
}

/** The objects of a JSON text: of a list, or the one it is; lists of `Field` and `Value` are put together. */
function records(from: string, text: string): readonly Fields[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unreadable(from, 'JSON', text);
  }
  const list = Array.isArray(parsed) ? parsed.flatMap((one): Fields[] => nestedList(one)) : [];
  if (list.length > 0 && list.every((one) => 'Field' in one && 'Value' in one))
    return [Object.fromEntries(list.map((one) => [String(one['Field']), one['Value']]))];
  if (Array.isArray(parsed)) return list;
  const one = nested(parsed);
  if (!one) throw unreadable(from, 'a JSON object or list', text);
  return [one];
}

function nestedList(value: unknown): Fields[] {
  const one = nested(value);
  return one ? [one] : [];
}

function nested(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function words(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function truth(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function integer(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function bytes(value: unknown): bigint | undefined {
  const number = integer(value);
  return number === undefined ? undefined : BigInt(number);
}

function defined<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<K, T>>;
}
