import type { SystemSpec, ValueSpec } from '../spec';
import { childOf, type Entry, type Token } from './entry';
import { specOfRoot, valueSpecs } from './specs';

/** A node of the file as far as it is written. */
export interface NodeEntry {
  readonly entry: Entry;
  readonly name?: Token;
  readonly address?: string;
  readonly roles: readonly string[];
}

/** The nodes of a document. */
export function nodesIn(root: Entry): readonly NodeEntry[] {
  return (childOf(root, 'nodes')?.children ?? []).map((entry) => {
    const name = childOf(entry, 'name')?.value;
    const address = childOf(entry, 'address')?.value?.text;
    return {
      entry,
      ...(name ? { name } : {}),
      ...(address === undefined ? {} : { address }),
      roles: (childOf(entry, 'roles')?.children ?? []).flatMap(({ value }) => (value ? [value.text] : [])),
    };
  });
}

/** Every place at which a document names a node without declaring it. */
export function nodeReferences(
  root: Entry,
  specs: readonly SystemSpec[],
): readonly { readonly entry: Entry; readonly name: Token }[] {
  const keys = specOfRoot(root, specs);
  const found: { entry: Entry; name: Token }[] = [];
  const visit = (entry: Entry): void => {
    if (entry.value && valueSpecs(entry, keys).some(({ type }) => type === 'nodeName')) {
      found.push({ entry, name: entry.value });
    }
    entry.children.forEach(visit);
  };
  // No key of a node names another one, and nodes are most of a large file.
  for (const child of root.children) if (child.key?.text !== 'nodes') visit(child);
  return found;
}

/** The role that a node needs to be named in a place; undefined when any does. */
export function neededRole(spec: ValueSpec, entry: Entry): string | undefined {
  if (spec.type !== 'nodeName') return undefined;
  if (spec.role !== undefined || !spec.roleBy) return spec.role;
  const text = childOf(entry.parent, spec.roleBy.key)?.value?.text ?? '';
  return spec.roleBy.roles.find(({ pattern }) => pattern.test(text))?.role;
}
