import { formatDuration, readDuration } from '../duration';
import { formatSize, readSize } from '../size';
import type { MapSpec, SystemSpec, ValueSpec } from '../spec';
import { keyDoc, timingDefault } from './describe';
import { nodesIn } from './nodes';
import { childOf, type Entry, type Outline, type Span } from './entry';
import { keySpec, rootOf, specOfRoot, systemIn, valueSpecs } from './specs';
import { documentAt, entryAt } from './spot';

/** What is said about a place of the file. */
export interface HoverText {
  readonly range: Span;
  /** Text from the file, to be shown as it is. */
  readonly title: string;
  readonly subtitle?: string;
  /** Markdown, each a paragraph. Nothing from the file is in it. */
  readonly texts: readonly string[];
  /** What there is to add from the cluster: computed facts, the live state. */
  readonly about?: { readonly kind: 'redundancy' } | { readonly kind: 'node'; readonly name: string };
}

/** What is known about the key or the value at an offset. */
export function hoverAt(
  outline: Outline,
  offset: number,
  specs: readonly SystemSpec[],
): HoverText | undefined {
  const root = documentAt(outline, offset);
  if (!root || outline.silent.some(({ start, end }) => start <= offset && offset < end)) return undefined;
  const entry = entryAt(root, offset);
  const keys = specOfRoot(entry, specs);
  const { key, value } = entry;
  if (key && holds(key, offset)) {
    const known = keySpec(entry, keys);
    if (!known) return undefined;
    const texts = [keyDoc(known), ...timing(entry, systemIn(root, specs))];
    return { range: key, title: key.text, texts, ...aboutKey(entry) };
  }
  if (!value || !holds(value, offset)) return undefined;
  for (const spec of valueSpecs(entry, keys)) {
    const found = ofValue(entry, value.text, spec, specs);
    if (found) return { range: value, title: value.text.slice(0, 200), ...found };
  }
  return ofKeyAround(entry, value, keys, systemIn(root, specs));
}

/** A value that explains nothing itself: what its key means. What anybody may name needs no words. */
function ofKeyAround(
  entry: Entry,
  range: Span,
  keys: MapSpec,
  system: SystemSpec | undefined,
): HoverText | undefined {
  const holder = entry.isItem ? entry.parent : entry;
  const known = holder?.key && keySpec(holder, keys);
  if (!holder?.key || !known || known.value.type === 'name') return undefined;
  return { range, title: holder.key.text, texts: [keyDoc(known), ...timing(holder, system)] };
}

type Said = Pick<HoverText, 'subtitle' | 'texts' | 'about'>;

function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

function aboutKey(entry: Entry): Pick<HoverText, 'about'> {
  const isRedundancy = entry.key?.text === 'redundancy' && !entry.parent?.parent;
  return isRedundancy ? { about: { kind: 'redundancy' } } : {};
}

function timing({ key, parent }: Entry, system: SystemSpec | undefined): readonly string[] {
  if (!key || !system) return [];
  const parameter = system.timingParameters?.find((one) => one.parameter === key.text);
  const name = parameter?.timing ?? (parent?.key?.text === 'heartbeat' ? key.text : undefined);
  const value = name === undefined ? undefined : timingDefault(name, system);
  if (value === undefined) return [];
  const written = parameter ? `${value}, which is ` : '';
  return [`Default for ${system.title}: ${written}${formatDuration(value)}.`];
}

function ofValue(
  entry: Entry,
  text: string,
  spec: ValueSpec,
  specs: readonly SystemSpec[],
): Said | undefined {
  const root = rootOf(entry);
  const system = systemIn(root, specs);
  switch (spec.type) {
    case 'role': {
      const role = system?.roles.find((one) => one.role === text);
      if (!role) return undefined;
      const holders = nodesIn(root).filter(({ roles }) => roles.includes(text)).length;
      const stores = role.storage ? ' These nodes hold the data.' : '';
      return {
        texts: [`${role.doc}${stores} ${holders} of the nodes ${holders === 1 ? 'has' : 'have'} this role.`],
      };
    }
    case 'choice': {
      const chosen = entry.key?.text === 'system' ? specs.find(({ id }) => id === text) : undefined;
      return (
        chosen && { texts: [`${chosen.title}. Roles: ${chosen.roles.map(({ role }) => role).join(', ')}.`] }
      );
    }
    case 'nodeName':
      return ofNode(root, text);
    case 'name':
      return entry.key?.text === 'name' && entry.parent?.parent?.key?.text === 'nodes'
        ? ofNode(root, text)
        : undefined;
    case 'size': {
      const read = readSize(text);
      return 'value' in read ? { texts: [sizeText(read.value)] } : undefined;
    }
    case 'duration': {
      const read = readDuration(text);
      return 'value' in read ? { texts: [`${formatDuration(read.value)} = ${read.value} ms`] } : undefined;
    }
    case 'encoding':
      return { texts: encodingText(text), about: { kind: 'redundancy' } };
    case 'integer':
      return ofInteger(entry, text, system);
    case 'text':
    case 'address':
    case 'addressWithPrefix':
    case 'percent':
    case 'time':
    case 'boolean':
    case 'pattern':
    case 'list':
    case 'map':
    case 'parameters':
    case 'either':
      return undefined;
  }
}

function ofInteger(entry: Entry, text: string, system: SystemSpec | undefined): Said | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  const parameter = system?.timingParameters?.find((one) => one.parameter === entry.key?.text);
  if (parameter) return { texts: [`${text} ms = ${formatDuration(Number(text))}`] };
  const isReplicas = entry.key?.text === 'replicas' && entry.parent?.key?.text === 'redundancy';
  return isReplicas ? { texts: [`${text} copies of each chunk.`], about: { kind: 'redundancy' } } : undefined;
}

function encodingText(text: string): readonly string[] {
  const found = /^(\d{1,2})\+(\d{1,2})$/.exec(text);
  if (!found) return [];
  const [data, parity] = [Number(found[1]), Number(found[2])];
  return [
    `${data} pieces of data and ${parity} of parity: of ${data + parity} pieces of a chunk, any ${parity} may be lost.`,
  ];
}

function ofNode(root: Entry, name: string): Said | undefined {
  const node = nodesIn(root).find((one) => one.name?.text === name);
  if (!node) return undefined;
  const disks = childOf(node.entry, 'disks')?.children.length ?? 0;
  const words = [
    node.roles.join(', '),
    node.address,
    disks === 0 ? undefined : `${disks} disk${disks === 1 ? '' : 's'}`,
  ];
  return {
    subtitle: words.filter((word) => word !== undefined && word !== '').join(' · '),
    texts: [],
    about: { kind: 'node', name },
  };
}

/** The size in the units of both kinds, and exactly. */
function sizeText(bytes: bigint): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let power = 0;
  while (power < units.length - 1 && bytes >= 1024n ** BigInt(power + 1)) power++;
  const hundredths = (bytes * 100n) / 1024n ** BigInt(power);
  const binary = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`.replace(/\.?0+$/, '');
  const exact = bytes.toString().replace(/\B(?=(\d{3})+$)/g, ' ');
  return `${formatSize(bytes)} = ${binary || '0'} ${units[power] ?? ''} (${exact} bytes)`;
}
