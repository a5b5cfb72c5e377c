import type {
  LustreDevice,
  LustreHealth,
  LustreImport,
  Recovery,
  RecoveryStatus,
  TargetSpace,
} from './observation';
import { keyValues, readParams, type Param } from './reader-params';
import { kibibytes, present, unreadable, whole, wholeLines } from './reader-text';

/** Reads `lctl get_param health_check`; older releases name unhealthy devices first, and the last line counts. */
export function readHealth(text: string): LustreHealth {
  const last = wholeLines(text)
    .map((line) => line.replace(/^health_check=/, '').trim())
    .findLast((line) => line !== '');
  if (last === 'healthy') return 'healthy';
  if (last === 'LBUG') return 'LBUG';
  return last === 'NOT HEALTHY' ? 'unhealthy' : 'unknown';
}

/** Reads `lctl dl`, one device a line. Throws `UnreadableError`. */
export function readDevices(text: string): readonly LustreDevice[] {
  return wholeLines(text)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, number, state = '', type = '', name = '', uuid = '', references] =
        /^\s*(\d{1,6})\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\d{1,9})\s*$/.exec(line) ?? [];
      if (number === undefined)
        throw unreadable('lctl dl', 'number, state, type, name, uuid, references', line);
      return { number: Number(number), state, type, name, uuid, references: Number(references) };
    });
}

const statuses: readonly RecoveryStatus[] = [
  'INACTIVE',
  'WAITING',
  'WAITING_FOR_CLIENTS',
  'RECOVERING',
  'COMPLETE',
];

/** Reads `lctl get_param *.*.recovery_status`, in one line or in several. */
export function readRecovery(text: string): readonly Recovery[] {
  return readParams(text)
    .filter(({ name }) => name.endsWith('.recovery_status'))
    .map(recovery);
}

function recovery({ device, lines }: Param): Recovery {
  const values = keyValues(lines);
  const said = values.get('status') ?? '';
  const number = (key: string) => whole(values.get(key));
  const connected = fraction(values.get('connected_clients'));
  const completed = fraction(values.get('completed_clients'));
  const clients = completed.of ?? connected.of;
  const evicted =
    number('evicted_clients') ??
    // What a recovery that is over did not get back was cut off (lprocfs_status_server.c, stale clients).
    (said === 'COMPLETE' && completed.of !== undefined && completed.count !== undefined
      ? Math.max(0, completed.of - completed.count)
      : undefined);
  return {
    device,
    status: statuses.find((each) => each === said) ?? 'unknown',
    said,
    values: Object.fromEntries(values),
    ...present({
      start: number('recovery_start'),
      durationSeconds: number('recovery_duration'),
      remainingSeconds: number('time_remaining'),
      waitedSeconds: number('time_waited'),
      connected: connected.count,
      completed: completed.count,
      clients,
      evicted,
      notReady: values.get('non-ready MDTs'),
    }),
  };
}

/** `a/b`, or `a` alone. */
function fraction(text: string | undefined): { readonly count?: number; readonly of?: number } {
  const [count, of] = (text ?? '').split('/');
  return present({ count: whole(count), of: whole(of) });
}

/** Reads the sizes of `lctl get_param osd-*.*.kbytes* osd-*.*.files*`. */
export function readSpace(text: string): readonly TargetSpace[] {
  const byDevice = new Map<string, Map<string, string>>();
  for (const { name, device, lines } of readParams(text)) {
    const key = name.slice(name.lastIndexOf('.') + 1);
    if (!/^(kbytes|files)(total|free|avail)$/.test(key)) continue;
    const values = byDevice.get(device) ?? new Map<string, string>();
    byDevice.set(device, values.set(key, lines[0] ?? ''));
  }
  return [...byDevice].map(([device, values]) => ({
    device,
    ...present({
      total: kibibytes(values.get('kbytestotal')),
      free: kibibytes(values.get('kbytesfree')),
      available: kibibytes(values.get('kbytesavail')),
      filesTotal: whole(values.get('filestotal')),
      filesFree: whole(values.get('filesfree')),
    }),
  }));
}

/** Reads `lctl get_param obdfilter.*.num_exports mdt.*.num_exports`: connected clients, by device. */
export function readExports(text: string): ReadonlyMap<string, number> {
  return new Map(
    readParams(text).flatMap(({ name, device, lines }) => {
      const count = name.endsWith('.num_exports') ? whole(lines[0]) : undefined;
      return count === undefined ? [] : [[device, count] as const];
    }),
  );
}

/** Reads `lctl get_param osc.*.import mdc.*.import mgc.*.import` of a client. */
export function readImports(text: string): readonly LustreImport[] {
  return readParams(text)
    .filter(({ name }) => name.endsWith('.import'))
    .map(({ device, lines }) => {
      const values = keyValues(lines);
      const current = values.get('current_connection')?.replaceAll('"', '');
      return {
        name: device,
        // The client's own name of the target is it with -osc-ADDRESS behind; `target:` tells it outright.
        device: (values.get('target') ?? device.replace(/-(osc|mdc)-.*$/, '')).replace(/_UUID$/, ''),
        failoverNids: nids(lines),
        ...present({
          state: values.get('state'),
          currentConnection: current === '' || current === '<none>' ? undefined : current,
        }),
      };
    });
}

/** Old releases list NIDs in brackets, on one line or on several; new ones as keys with counters behind them. */
function nids(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => /^\s*failover_nids:/.test(line));
  if (at < 0) return [];
  const end = lines.findIndex((line, i) => i > at && /^\s*[a-z][\w-]*:/.test(line));
  const text = lines.slice(at, end < 0 ? undefined : end).join(' ');
  return [...new Set(text.replace(/^\s*failover_nids:/, '').match(/[^\s"[\],{}]+@[a-z][a-z0-9]*/gi) ?? [])];
}
