import { isMap, isScalar, isSeq } from 'yaml';
import type { KeySpec } from '../cluster/spec';
import type { LiveEntry, LiveMap, LiveValue } from './discovered';
import type { Drift } from './drift';
import { asMap, scalarText, type FileText, type MapSpot, type Spot } from './file-text';
import { bytesOf, plainLine, valueText } from './words';

/** A map of the file by its key, or where it would stand. */
export interface Section {
  readonly top: MapSpot;
  readonly key: string;
  readonly map?: MapSpot;
}

/** What is the same in a list of maps, whatever their order. */
const identities = ['name', 'path', 'resource'] as const;

/** Compares what the nodes say key by key with a map of the file; keys that nobody told of are left alone. */
export function compareEntries(
  file: FileText,
  section: Section,
  path: readonly string[],
  live: readonly LiveEntry[],
  specs: Readonly<Record<string, KeySpec>>,
): readonly Drift[] {
  if (!section.map) return allAbsent(file, section, path, live, specs);
  return live.flatMap((entry): readonly Drift[] => {
    if (entry.isGuess) return [];
    const place = [...path, entry.key];
    const spot = section.map && file.at(section.map, entry.key);
    if (spot) return compareValue(file, spot, place, entry);
    // Either of these keys says what the other one does.
    if (entry.key === 'replicas' && section.map && file.at(section.map, 'encoding')) return [];
    return isDefault(entry, specs) ? [] : [absent(file, section, place, entry)];
  });
}

function isDefault({ key, value }: LiveEntry, specs: Readonly<Record<string, KeySpec>>): boolean {
  const text = specs[key]?.defaultText;
  return text !== undefined && same(text, value);
}

/** One difference, because one edit has to make the map with all its keys. */
function allAbsent(
  file: FileText,
  { top, key }: Section,
  path: readonly string[],
  live: readonly LiveEntry[],
  specs: Readonly<Record<string, KeySpec>>,
): readonly Drift[] {
  const entries = live.filter((entry) => !entry.isGuess && !isDefault(entry, specs));
  if (entries.length === 0) return [];
  const text = valueText({ pairs: entries });
  const lines = entries.map((entry) => `\n  ${entry.key}: ${valueText(entry.value)}`).join('');
  const fix = file.insert(top, key, lines);
  return [
    {
      id: path.join('/'),
      kind: 'absent',
      path,
      range: file.keyRange(top, key),
      live: text,
      sentence: `${path.join('.')} is not in this file; the nodes have ${plainLine(text)}.`,
      ...(fix ? { fix } : {}),
    },
  ];
}

function compareValue(
  file: FileText,
  spot: Spot,
  path: readonly string[],
  entry: LiveEntry,
): readonly Drift[] {
  const { value } = entry;
  if (typeof value === 'object' && 'pairs' in value) {
    const map = asMap(spot);
    if (!map) return [];
    return compareEntries(file, { top: map, key: entry.key, map }, path, inherit(value, entry.node), {});
  }
  if (typeof value === 'object' && value.some(isLiveMap))
    return compareMaps(file, spot, path, value.filter(isLiveMap), entry);
  if (sameSpot(file, spot, value)) return [];
  return [differs(file, spot, path, value, entry.node)];
}

/** Lists of maps are compared by what names each of them: a target by its name. */
function compareMaps(
  file: FileText,
  list: Spot,
  path: readonly string[],
  live: readonly LiveMap[],
  { node }: LiveEntry,
): readonly Drift[] {
  const items = file.items(list).flatMap((item) => asMap(item) ?? []);
  const nameOf = (map: MapSpot) =>
    identities.map((key) => scalarText(file.at(map, key))).find((name) => name !== undefined);
  const nameOfLive = ({ pairs }: LiveMap) => {
    const value = pairs.find(({ key }) => identities.some((one) => one === key))?.value;
    return typeof value === 'string' ? value : '';
  };
  return live.flatMap((one): readonly Drift[] => {
    const name = nameOfLive(one);
    const own = items.find((item) => nameOf(item) === name);
    const place = [...path, name];
    if (own) return compareEntries(file, { top: own, key: name, map: own }, place, inherit(one, node), {});
    const fix = file.append(list, valueText(one), `Add ${name}`);
    return [
      {
        id: place.join('/'),
        kind: 'absent',
        path: place,
        range: file.range(list),
        live: valueText(one),
        ...(node === undefined ? {} : { node }),
        sentence: `The nodes have ${name}, which this file does not say under ${path.join('.')}.`,
        ...(fix ? { fix } : {}),
      },
    ];
  });
}

function inherit({ pairs }: LiveMap, node: string | undefined): readonly LiveEntry[] {
  return pairs.map((entry) => (entry.node === undefined && node !== undefined ? { ...entry, node } : entry));
}

/** A value that is not the one of the file. */
export function differs(
  file: FileText,
  spot: Spot,
  path: readonly string[],
  value: LiveValue,
  node: string | undefined,
): Drift {
  const live = valueText(value);
  const declared = declaredText(file, spot);
  const fix = file.replace(spot, live);
  return {
    id: path.join('/'),
    kind: 'differs',
    path,
    range: file.range(spot),
    declared,
    live,
    ...(node === undefined ? {} : { node }),
    sentence: `${path.join('.')} is ${declared} in this file, but ${plainLine(live)}${node === undefined ? ' on the nodes' : ` on ${node}`}.`,
    ...(fix ? { fix } : {}),
  };
}

function absent(
  file: FileText,
  { top, key, map }: Section,
  path: readonly string[],
  entry: LiveEntry,
): Drift {
  const live = valueText(entry.value);
  const fix = map ? file.insert(map, entry.key, live) : file.insert(top, key, `\n  ${entry.key}: ${live}`);
  return {
    id: path.join('/'),
    kind: 'absent',
    path,
    range: file.keyRange(top, key),
    live,
    ...(entry.node === undefined ? {} : { node: entry.node }),
    sentence: `${path.join('.')} is not in this file; ${entry.node === undefined ? 'the nodes have' : `${entry.node} has`} ${plainLine(live)}.`,
    ...(fix ? { fix } : {}),
  };
}

function declaredText(file: FileText, spot: Spot): string {
  const [start, end] = spot.node.range;
  return plainLine(file.text.slice(start, end), 200);
}

/** Whether a value of the file says the same; the order of a list of plain values says nothing. */
function sameSpot(file: FileText, spot: Spot, value: LiveValue): boolean {
  if (typeof value !== 'object') {
    const text = scalarText(spot);
    return text !== undefined && same(text, value);
  }
  if ('pairs' in value || !isSeq(spot.node)) return false;
  const texts = file
    .items(spot)
    .map((item) => (isScalar(item.node) ? (item.node.source ?? '') : isMap(item.node) ? '{}' : ''));
  return texts.length === value.length && value.every((one) => texts.some((text) => same(text, one)));
}

/** Sizes count as bytes, paths without a slash at their end, and the case of host names does not count. */
function same(text: string, value: LiveValue): boolean {
  if (typeof value === 'bigint') return bytesOf(text) === value;
  if (typeof value === 'object') return false;
  const live = String(value);
  if (live.startsWith('/')) return live.replace(/(?<=.)\/+$/, '') === text.replace(/(?<=.)\/+$/, '');
  return text.toLowerCase() === live.toLowerCase();
}

function isLiveMap(value: LiveValue): value is LiveMap {
  return typeof value === 'object' && 'pairs' in value;
}
