import { durationText, formatDuration } from '../duration';
import type { SystemSpec, ValueSpec } from '../spec';
import type { Proposal } from './completion';
import { timingDefault } from './describe';
import { neededRole, nodesIn } from './nodes';
import { childOf, type Entry } from './entry';
import { literal } from './snippet';
import { keySpec, pathOf, rootOf, specOfRoot, systemIn } from './specs';

/** More values of other places than this are no help. */
const mostSeen = 30;

/** Values for an entry, or for a new item of the list that it is. */
export function valueCompletions(
  entry: Entry,
  spec: ValueSpec,
  specs: readonly SystemSpec[],
): readonly Proposal[] {
  const root = rootOf(entry);
  const system = systemIn(root, specs);
  const texts = (values: readonly string[], detail?: string): Proposal[] =>
    values.map((value, index) => value_(value, index, detail));
  switch (spec.type) {
    case 'boolean':
      return texts(['true', 'false']);
    case 'choice':
      return notYet(entry, spec.values).map((value, index) => ({
        ...value_(value, index, specs.find(({ id }) => id === value)?.title),
      }));
    case 'role':
      return notYet(entry, spec.roles).map((role, index) => {
        const doc = system?.roles.find((one) => one.role === role)?.doc;
        return { ...value_(role, index), ...(doc === undefined ? {} : { doc }) };
      });
    case 'nodeName':
      return nodeNames(entry, spec, root);
    case 'encoding':
      return encodings(system);
    case 'percent':
      return texts(['0%', '5%', '10%']);
    case 'duration':
      return [...defaultTiming(entry, system), ...units(entry, ['s', 'm', 'h', 'd', 'ms'])];
    case 'size':
      return [...seen(entry), ...units(entry, ['TB', 'GB', 'TiB', 'GiB', 'PB', 'PiB', 'MB', 'MiB'])];
    case 'integer':
      return [...defaults(entry, specs), ...parameterDefault(entry, system), ...seen(entry)];
    case 'text':
    case 'name':
    case 'pattern':
      return [...defaults(entry, specs), ...seen(entry)];
    case 'address':
    case 'addressWithPrefix':
      return defaults(entry, specs);
    case 'time':
    case 'list':
    case 'map':
    case 'parameters':
    case 'either':
      return [];
  }
}

function value_(value: string, rank: number, detail?: string): Proposal {
  return {
    label: value,
    kind: 'value',
    ...(detail === undefined ? {} : { detail }),
    insert: literal(value),
    rank,
    asksAgain: false,
  };
}

/** Values that a list does not have yet; all of them outside a list. */
function notYet(entry: Entry, values: readonly string[]): readonly string[] {
  const list = entry.isItem ? entry.parent : entry;
  const others = (list?.children ?? []).filter((child) => child !== entry);
  const written = new Set(others.flatMap(({ value }) => (value ? [value.text] : [])));
  return values.filter((value) => !written.has(value));
}

function nodeNames(entry: Entry, spec: ValueSpec, root: Entry): readonly Proposal[] {
  const role = neededRole(spec, entry);
  return nodesIn(root).flatMap(({ name, address, roles }, index) => {
    if (!name) return [];
    const fits = role === undefined || roles.includes(role);
    const detail = [roles.join(', '), address]
      .filter((part) => part !== undefined && part !== '')
      .join(' · ');
    return [{ ...value_(name.text, (fits ? 0 : 100_000) + index, detail), kind: 'node' as const }];
  });
}

function encodings(system: SystemSpec | undefined): readonly Proposal[] {
  return (system?.redundancy?.listedEncodings ?? []).map((encoding, index) => {
    const [data = 0, parity = 0] = encoding.split('+').map(Number);
    const pieces = data + parity;
    const doc = `${pieces} pieces of each chunk, ${parity} of which may be lost. 1 TB of data takes ${(pieces / data).toFixed(2).replace(/\.?0+$/, '')} TB. Needs ${pieces} failure domains, and one more to rebuild itself.`;
    // The first one is put in by Enter, and that should not be none at all.
    const rank = parity === 0 ? mostSeen + index : index;
    return { ...value_(encoding, rank, parity === 0 ? 'no redundancy' : `${parity} may fail`), doc };
  });
}

function defaultTiming(entry: Entry, system: SystemSpec | undefined): readonly Proposal[] {
  const ms = entry.key && timingDefault(entry.key.text, system);
  return ms === undefined ? [] : [value_(durationText(ms), 0, 'default')];
}

function parameterDefault(entry: Entry, system: SystemSpec | undefined): readonly Proposal[] {
  const known = system?.timingParameters?.find(({ parameter }) => parameter === entry.key?.text);
  if (!system || !known) return [];
  const ms = system.timing[known.timing];
  return [value_(String(ms), 0, `${formatDuration(ms)}, the default`)];
}

/** The default of the key, where it is a value that may be written. */
function defaults(entry: Entry, specs: readonly SystemSpec[]): readonly Proposal[] {
  const text = keySpec(entry, specOfRoot(entry, specs))?.defaultText;
  return text === undefined || /\s/.test(text) ? [] : [value_(text, 0, 'default')];
}

/** A number that is typed, with the units it may get. */
function units(entry: Entry, all: readonly string[]): readonly Proposal[] {
  const number = /^\d+(\.\d+)?/.exec(entry.value?.text ?? '')?.[0];
  if (number === undefined) return [];
  return all.map((unit, index) => ({ ...value_(`${number}${unit}`, 500 + index), kind: 'unit' as const }));
}

/** What stands behind the same key elsewhere in the document, the commonest first: racks, disks, capacities. */
function seen(entry: Entry): readonly Proposal[] {
  const { key, parent } = entry;
  if (!key || !parent || (parent.parent?.key?.text === 'nodes' && key.text === 'name')) return [];
  const counts = new Map<string, number>();
  // Names of list items are unique among their neighbours; paths of disks within a node.
  const own = key.text === 'path' || key.text === 'name' ? new Set(siblings(parent, key.text)) : new Set();
  for (const value of sameKey(rootOf(entry), pathOf(entry).split(' '), key.text, entry)) {
    if (!own.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostSeen)
    .map(([value], index) => value_(value, 10 + index, 'as elsewhere in this file'));
}

function siblings(item: Entry, key: string): readonly string[] {
  return (item.parent?.children ?? []).flatMap((one) => childOf(one, key)?.value?.text ?? []);
}

function sameKey(root: Entry, path: readonly string[], key: string, except: Entry): readonly string[] {
  let level: readonly Entry[] = [root];
  for (const part of path) {
    level = level.flatMap(({ children }) =>
      children.filter((child) => (part === '[]' ? child.isItem : child.key?.text === part)),
    );
  }
  return level.flatMap((one) =>
    one !== except && one.key?.text === key && one.value ? [one.value.text] : [],
  );
}
