import { clusterSpec } from '../keys';
import type { KeySpec, MapSpec, SystemSpec, ValueSpec } from '../spec';
import { childOf, type Entry } from './entry';

/** The document that an entry belongs to. */
export function rootOf(entry: Entry): Entry {
  let root = entry;
  while (root.parent) root = root.parent;
  return root;
}

/** The system that a document names, or undefined. */
export function systemIn(root: Entry, specs: readonly SystemSpec[]): SystemSpec | undefined {
  const id = childOf(root, 'system')?.value?.text;
  return specs.find((spec) => spec.id === id);
}

/** All keys of the document that an entry belongs to. */
export function specOfRoot(entry: Entry, specs: readonly SystemSpec[]): MapSpec {
  return clusterSpec(specs, systemIn(rootOf(entry), specs));
}

/** What may stand as the value of an entry, in one shape or several; empty when nobody knows the place. */
export function valueSpecs(entry: Entry, root: MapSpec): readonly ValueSpec[] {
  if (!entry.parent) return [root];
  if (entry.isItem) {
    return valueSpecs(entry.parent, root).flatMap((spec) => (spec.type === 'list' ? shapes(spec.item) : []));
  }
  const known = keySpec(entry, root);
  return known ? shapes(known.value) : [];
}

/** What is known of the key of an entry. */
export function keySpec(entry: Entry, root: MapSpec): KeySpec | undefined {
  const { key, parent } = entry;
  if (!key || !parent) return undefined;
  for (const spec of valueSpecs(parent, root)) {
    const found = keysOf(spec);
    if (found && Object.hasOwn(found, key.text)) return found[key.text];
  }
  return undefined;
}

/** The keys of a map, or undefined for everything that is none. */
export function keysOf(spec: ValueSpec): Readonly<Record<string, KeySpec>> | undefined {
  return spec.type === 'map' ? spec.keys : spec.type === 'parameters' ? spec.known : undefined;
}

/** The keys on the way to an entry; items count as one, `[]`. */
export function pathOf(entry: Entry): string {
  const parts: string[] = [];
  for (let at: Entry | undefined = entry; at?.parent; at = at.parent)
    parts.push(at.isItem ? '[]' : (at.key?.text ?? '?'));
  return parts.reverse().join(' ');
}

function shapes(spec: ValueSpec): readonly ValueSpec[] {
  return spec.type === 'either' ? spec.of.flatMap(shapes) : [spec];
}
