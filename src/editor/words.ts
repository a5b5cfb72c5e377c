import type { Cluster } from '../cluster/cluster';
import * as l10n from './l10n';

/** The local time of day, to the second. Epoch milliseconds. */
export function clockTime(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** A local time to the minute, with its day where that is not today's. Epoch milliseconds. */
export function moment(at: number, now: number): string {
  const date = new Date(at);
  const time = clockTime(at).slice(0, 5);
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${day.join('-')} ${time}`;
}

/** A cluster's name where its row is not beside it: a demo must not be taken for a real one. */
export function shownName({ name, demo }: Pick<Cluster, 'name' | 'demo'>): string {
  return demo ? l10n.t('{0} (demo)', name) : name;
}

/** Some names in a sentence: 'a', 'a and b', 'a, b, c and 4 others'. */
export function some(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names.join('');
  const more = names.length - most;
  if (more <= 0) return l10n.t('{0} and {1}', names.slice(0, -1).join(', '), names.at(-1) ?? '');
  const first = names.slice(0, most).join(', ');
  return l10n.plural(
    more,
    l10n.t('{0} and {1} other', first, more),
    l10n.t('{0} and {1} others', first, more),
  );
}

/** Bytes with three digits and a decimal unit, as administrators buy disks: '9.31 TB'. */
export function size(bytes: bigint | number): string {
  let value = Number(bytes);
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? String(value) : String(Number(value.toPrecision(3)))} ${units[unit] ?? 'B'}`;
}
