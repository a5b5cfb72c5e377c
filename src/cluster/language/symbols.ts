import { childOf, type Entry, type Outline, type Span } from './entry';
import { allSteps } from './steps';

/** A row of the outline that the editor shows. */
export interface Symbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'cluster' | 'section' | 'node' | 'disk' | 'target' | 'value';
  readonly range: Span;
  /** What is shown as chosen; within the range. */
  readonly selection: Span;
  readonly children: readonly Symbol[];
}

type Rows = Generator<undefined, readonly Symbol[], undefined>;

/**
 * In a longer list nobody looks for a disk, and the editor packs all rows into one message at a time in which
 * nothing else happens.
 */
const longestWithDisks = 2_000;

/** Rows of a list that are made in one step. */
const rowsAtOnce = 300;

/** The outline of a file: its keys, nodes with their disks, targets; one row for each of several clusters. */
export function symbols(outline: Outline): readonly Symbol[] {
  return allSteps(symbolsInSteps(outline));
}

/** The same in steps of a few milliseconds. */
export function* symbolsInSteps({ documents, text }: Outline): Rows {
  const written = documents.filter(({ children }) => children.some(({ key }) => key));
  const only = written.length === 1 ? written[0] : undefined;
  if (only) return yield* keys(only, text, 1);
  const rows: Symbol[] = [];
  for (const root of written) {
    const name = childOf(root, 'cluster')?.value;
    const children = yield* keys(root, text, 1);
    const first = children[0]?.range ?? root;
    rows.push({
      name: name?.text ?? '(without a name)',
      detail: childOf(root, 'system')?.value?.text ?? '',
      kind: 'cluster',
      range: { start: first.start, end: Math.max(root.end, first.end) },
      selection: name ?? first,
      children,
    });
  }
  return rows;
}

function* keys(entry: Entry, text: string, depth: number): Rows {
  const rows: Symbol[] = [];
  for (const child of entry.children) {
    const { key } = child;
    if (!key || key.text === '') continue;
    const isList = child.children.some(({ isItem }) => isItem);
    rows.push({
      name: key.text,
      detail: child.value ? shown(child.value.text) : isList ? String(child.children.length) : '',
      kind: child.children.length > 0 ? 'section' : 'value',
      range: rangeOf(child, text),
      selection: key,
      children: isList ? yield* items(child, text) : depth < 3 ? yield* keys(child, text, depth + 1) : [],
    });
  }
  return rows;
}

function* items(list: Entry, text: string): Rows {
  const kind = list.key?.text === 'nodes' ? 'node' : list.key?.text === 'disks' ? 'disk' : 'target';
  const rows: Symbol[] = [];
  for (const [index, item] of list.children.entries()) {
    if (index % rowsAtOnce === rowsAtOnce - 1) yield undefined;
    const name = (childOf(item, 'name') ?? childOf(item, 'path'))?.value;
    if (!name || name.text === '') continue;
    const range = rangeOf(item, text);
    const disks = list.children.length <= longestWithDisks ? childOf(item, 'disks') : undefined;
    rows.push({
      name: shown(name.text),
      detail: detailOf(item),
      kind,
      range: { start: Math.min(range.start, name.start), end: Math.max(range.end, name.end) },
      selection: name,
      children: disks ? yield* items(disks, text) : [],
    });
  }
  return rows;
}

function detailOf(item: Entry): string {
  const roles = (childOf(item, 'roles')?.children ?? []).flatMap(({ value }) => (value ? [value.text] : []));
  const words = ['address', 'capacity', 'primary', 'secondary'].flatMap(
    (key) => childOf(item, key)?.value?.text ?? [],
  );
  return shown([roles.join(', '), ...words].filter((word) => word !== '').join(' · '));
}

/** Up to the end of the last value, without the blank lines below it. */
function rangeOf({ start, end, key }: Entry, text: string): Span {
  let last = Math.max(end, key?.end ?? start);
  while (last > start + 1 && /\s/.test(text.charAt(last - 1))) last--;
  return { start, end: Math.max(last, key?.end ?? last) };
}

function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
