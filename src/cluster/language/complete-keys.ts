import type { KeySpec, MapSpec, ValueSpec } from '../spec';
import type { Proposal } from './completion';
import { keyDoc } from './describe';
import type { Outline } from './entry';
import { literal } from './snippet';
import { keysOf } from './specs';
import type { Spot } from './spot';

/** The keys that a map may still get, the required ones first. */
export function keyCompletions(outline: Outline, spot: Spot, spec: ValueSpec): readonly Proposal[] {
  const keys = keysOf(spec);
  if (!keys) return [];
  const { text } = outline;
  const { entry, typed, present } = spot;
  const written = new Set(
    entry.children.flatMap((child) => (child.key && child !== present ? [child.key.text] : [])),
  );
  const isTaken = spec.type === 'map' && (spec.oneOf ?? []).some((key) => written.has(key));
  const hasColon = /^["']?[ \t]*:/.test(text.slice(typed.end, typed.end + 100));
  const lineStart = text.lastIndexOf('\n', typed.start - 1) + 1;
  const indent = /^ */.exec(text.slice(lineStart, typed.start))?.[0].length ?? 0;
  // What goes below a key is indented from the key, which behind a dash is deeper than its line.
  const below = ' '.repeat(typed.start - lineStart - indent + 2);
  return Object.entries(keys)
    .filter(
      ([key]) =>
        !written.has(key) &&
        fits(key, written) &&
        !(isTaken && spec.type === 'map' && spec.oneOf?.includes(key)),
    )
    .map(([key, known], index) => ({
      label: key,
      kind: 'key',
      ...(known.required ? { detail: 'required' } : {}),
      doc: keyDoc(known),
      insert: literal(key) + (hasColon ? '' : behindKey(known, spot, below)),
      rank: (known.required ? 0 : 100) + index,
      asksAgain: !hasColon && asks(known.value),
    }));
}

/** Whether a key makes sense beside those that are written. */
function fits(key: string, written: ReadonlySet<string>): boolean {
  if (key === 'minReplicas') return written.has('replicas');
  return !(key === 'used' && written.has('free')) && !(key === 'free' && written.has('used'));
}

function behindKey({ value }: KeySpec, { isInBrackets }: Spot, below: string): string {
  const shape = value.type === 'either' ? value.of[0] : value;
  if (shape?.type === 'list') {
    if (shape.item.type !== 'map') return ': [$1]';
    return isInBrackets ? ': [{ $1 }]' : `:\n${below}- ${itemText(shape.item, `${below}  `)}`;
  }
  if (shape?.type === 'map' || shape?.type === 'parameters')
    return isInBrackets ? ': { $1 }' : `:\n${below}$1`;
  return ': ';
}

/** Whether there is something to propose for a value. */
function asks(value: ValueSpec): boolean {
  if (value.type === 'list') return value.item.type !== 'map' && asks(value.item);
  return !['text', 'name', 'address', 'addressWithPrefix', 'time', 'pattern'].includes(value.type);
}

/** A new item of a list in lines. */
export function itemSnippets(item: ValueSpec): readonly Proposal[] {
  const isMap = item.type === 'map';
  const required = isMap ? requiredKeys(item) : [];
  return [
    {
      label: required.length > 0 ? `- ${required.join(', ')}` : '- (new item)',
      kind: 'snippet',
      detail: required.length > 0 ? 'new item' : '',
      insert: `- ${isMap ? itemText(item, '  ') : ''}`,
      rank: 0,
      asksAgain: !isMap,
    },
  ];
}

/** A new map in brackets, with what it needs. */
export function bracketItem(item: MapSpec): Proposal {
  const keys = requiredKeys(item);
  const inner = keys.map((key, index) => `${literal(key)}: ${hole(item, key, index + 1)}`).join(', ');
  return {
    label: `{ ${keys.join(', ')} }`,
    kind: 'snippet',
    detail: 'new item',
    insert: `{ ${inner === '' ? '$1' : inner} \\}`,
    rank: 0,
    asksAgain: false,
  };
}

function itemText(item: MapSpec, indent: string): string {
  const keys = requiredKeys(item);
  if (keys.length === 0) return '$1';
  return keys.map((key, index) => `${literal(key)}: ${hole(item, key, index + 1)}`).join(`\n${indent}`);
}

function hole(item: MapSpec, key: string, number: number): string {
  return item.keys[key]?.value.type === 'list' ? `[$${number}]` : `$${number}`;
}

function requiredKeys(spec: MapSpec): readonly string[] {
  return Object.entries(spec.keys).flatMap(([key, { required }]) => (required ? [key] : []));
}
