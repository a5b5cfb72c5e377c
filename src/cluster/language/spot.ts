import type { Entry, Outline, Span } from './entry';

/**
 * Where a cursor stands. `inside`: in a map or a list, where a key or an item may begin; `value`: where the value
 * of an entry stands or belongs.
 */
export interface Spot {
  readonly kind: 'inside' | 'value';
  readonly entry: Entry;
  /** What is typed already, before and behind the cursor. */
  readonly typed: Span;
  readonly isInBrackets: boolean;
  /** The key or item whose text is being typed; it does not count as written. */
  readonly present?: Entry;
}

/** Finds out where in a file, complete or not, a cursor stands; undefined where nothing can be proposed. */
export function spotAt(outline: Outline, offset: number): Spot | undefined {
  if (outline.silent.some(({ start, end }) => start < offset && offset <= end)) return undefined;
  const root = documentAt(outline, offset);
  if (!root) return undefined;
  const holder = bracketsAt(root, offset);
  return holder ? inBrackets(outline.text, holder, offset) : inLines(outline.text, root, offset);
}

/** The document in which an offset lies. */
export function documentAt({ documents }: Outline, offset: number): Entry | undefined {
  return documents.findLast(({ start }) => start <= offset);
}

/** The innermost entry around an offset, a document at the outermost. */
export function entryAt(root: Entry, offset: number): Entry {
  for (let at = root; ;) {
    const next = at.children.find(({ start, end }) => start <= offset && offset <= end);
    if (!next) return at;
    at = next;
  }
}

function bracketsAt(root: Entry, offset: number): Entry | undefined {
  let found: Entry | undefined;
  for (let at: Entry | undefined = root; at;) {
    if (at.flow && at.flow.open < offset && offset <= (at.flow.close ?? at.flow.end)) found = at;
    at = at.children.findLast(({ start, end }) => start <= offset && offset <= end);
  }
  return found;
}

function inBrackets(text: string, entry: Entry, offset: number): Spot {
  const present = entry.children.findLast(({ start }) => start <= offset);
  const empty = { start: offset, end: offset };
  const nothing: Spot = { kind: 'inside', entry, typed: empty, isInBrackets: true };
  if (!present || text.slice(present.start, offset).includes(',') || present.flow) return nothing;
  const { key, value } = present;
  if (key && offset <= key.end) return { ...nothing, typed: key, present };
  if (key && offset < present.valueStart) return nothing;
  if (key)
    return { kind: 'value', entry: present, typed: within(value, offset) ?? empty, isInBrackets: true };
  if (offset > present.end) return nothing;
  return present.isItem
    ? { kind: 'value', entry: present, typed: within(value, offset) ?? empty, isInBrackets: true, present }
    : { ...nothing, typed: within(value, offset) ?? empty, present };
}

function inLines(text: string, root: Entry, offset: number): Spot | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  if (/^[ -]*$/.test(before) && !/\S/.test(lineFrom(text, offset))) {
    const holder = holderAt(root, lineStart, before);
    return holder && { ...holder, typed: { start: offset, end: offset }, isInBrackets: false };
  }
  const entry = lastEntry(root, offset);
  if (!entry || (entry.start < lineStart && (entry.value?.end ?? -1) < offset)) return undefined;
  const { key, value, parent } = entry;
  const empty = { start: offset, end: offset };
  if (key && key.start <= offset && offset <= key.end) {
    return parent && { kind: 'inside', entry: parent, typed: key, isInBrackets: false, present: entry };
  }
  if (key && offset >= entry.valueStart) {
    // A word on a line below its key may become a key of its own.
    const isBelow = value && text.slice(entry.valueStart, value.start).includes('\n');
    if (isBelow) return { kind: 'inside', entry, typed: within(value, offset) ?? empty, isInBrackets: false };
    return isBehind(entry, offset)
      ? undefined
      : { kind: 'value', entry, typed: within(value, offset) ?? empty, isInBrackets: false };
  }
  if (entry.isItem) {
    if (offset < entry.valueStart || isBehind(entry, offset)) return undefined;
    return {
      kind: 'value',
      entry,
      typed: within(value, offset) ?? empty,
      isInBrackets: false,
      present: entry,
    };
  }
  const typed = within(value, offset);
  return parent && typed && { kind: 'inside', entry: parent, typed, isInBrackets: false, present: entry };
}

function isBehind({ value, flow, alias }: Entry, offset: number): boolean {
  const end = value?.end ?? flow?.end ?? alias?.end;
  return end !== undefined && offset > end;
}

function within(token: Span | undefined, offset: number): Span | undefined {
  return token && token.start <= offset && offset <= token.end ? token : undefined;
}

function lineFrom(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? text.length : end);
}

/** The entry in which a key or an item would begin, on a line that has nothing yet but blanks and dashes. */
function holderAt(
  root: Entry,
  lineStart: number,
  before: string,
): Pick<Spot, 'kind' | 'entry' | 'present'> | undefined {
  const dash = before.lastIndexOf('-');
  if (dash !== -1) {
    // Directly behind a dash, a word would not begin an item.
    if (before.endsWith('-')) return undefined;
    const item = lastEntry(root, lineStart + before.length);
    return item?.isItem && item.start === lineStart + dash
      ? { kind: 'value', entry: item, present: item }
      : undefined;
  }
  let entry = lastEntry(root, lineStart);
  while (entry?.parent && (entry.column === -1 || entry.column >= before.length)) entry = entry.parent;
  if (!entry) return { kind: 'inside', entry: root };
  // Deeper than something that has its value already.
  if (entry.value || entry.flow || entry.alias) return undefined;
  return { kind: 'inside', entry };
}

/** The entry that begins last before an offset. */
function lastEntry(root: Entry, offset: number): Entry | undefined {
  let found: Entry | undefined;
  for (let at: Entry | undefined = root; at;) {
    if (at.parent) found = at;
    // A long list is searched from behind, and one at the end of the file is found at once.
    at = at.children.findLast(({ start }) => start <= offset);
  }
  return found;
}
