import { stringify } from 'yaml';
import { readSize } from '../cluster/size';
import type { LiveDisk, LiveValue } from './discovered';

const units: readonly (readonly [string, bigint])[] = [
  ...(['PiB', 'TiB', 'GiB', 'MiB', 'KiB'] as const).map(
    (unit, at) => [unit, 1024n ** BigInt(5 - at)] as const,
  ),
  ...(['PB', 'TB', 'GB', 'MB', 'kB'] as const).map((unit, at) => [unit, 1000n ** BigInt(5 - at)] as const),
];

/**
 * A size as a cluster file writes it: the shortest that is exact, else cut to two decimals of the largest decimal unit.
 */
export function sizeText(bytes: bigint): string {
  if (bytes === 0n) return '0';
  const exact = units
    .filter(([, size]) => bytes >= size && (bytes * 100n) % size === 0n)
    .map(([unit, size]) => `${decimal((bytes * 100n) / size)}${unit}`)
    .toSorted((a, b) => a.length - b.length)[0];
  if (exact !== undefined && exact.length <= 9) return exact;
  const [unit, size] = units.slice(5).find(([, each]) => bytes >= each) ?? ['B', 1n];
  return unit === 'B' ? `${bytes}B` : `${decimal((bytes * 100n) / size)}${unit}`;
}

function decimal(hundredths: bigint): string {
  const fraction = String(hundredths % 100n)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${hundredths / 100n}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Text of a node on one line, without what a terminal or an editor would act on; cut where it is endless. */
export function plainLine(text: string, most = 300): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u{FFFD}]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** A value on one line as it stands in a cluster file, quoted where YAML needs it. */
export function valueText(value: LiveValue): string {
  const options = {
    version: '1.2',
    lineWidth: 0,
    collectionStyle: 'flow',
    doubleQuotedMinMultiLineLength: Infinity,
  } as const;
  const text = stringify(plainValue(value), options).trim();
  if (!text.includes('\n')) return text;
  // A path may have a line break in it (proc(5), mounts); within quotes it is `\n`.
  return stringify(plainValue(value), {
    ...options,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  }).trim();
}

/** The value in the plain form that `yaml` writes. */
export function plainValue(value: LiveValue): unknown {
  if (typeof value === 'bigint') return sizeText(value);
  if (typeof value !== 'object') return value;
  if ('pairs' in value)
    return Object.fromEntries(value.pairs.map((entry) => [entry.key, plainValue(entry.value)]));
  return value.map(plainValue);
}

/** What a disk looks like in a cluster file; without `used`, which changes all the time, for a change of the file. */
export function diskValue({ path, capacity, used, tier }: LiveDisk): LiveValue | undefined {
  if (capacity === undefined || capacity <= 0n) return undefined;
  // As they are written: what was cut off may make the fuller of two equal sizes the smaller one.
  const fits =
    used !== undefined && (bytesOf(sizeText(used)) ?? capacity + 1n) <= (bytesOf(sizeText(capacity)) ?? 0n);
  return {
    pairs: [
      { key: 'path', value: path },
      { key: 'capacity', value: capacity },
      ...(fits ? [{ key: 'used', value: used }] : []),
      ...(tier === undefined || tier === 0 ? [] : [{ key: 'tier', value: tier }]),
    ],
  };
}

/** Bytes of a size as a cluster file writes it. */
export function bytesOf(text: string): bigint | undefined {
  const read = readSize(text);
  return 'value' in read ? read.value : undefined;
}
