import { childOf, type Entry, type Outline, type Span } from './outline';

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

/** The outline of a file: its keys, nodes with their disks, targets; one row for each of several clusters. */
export function symbols({ documents, text }: Outline): readonly Symbol[] {
  const written = documents.filter(({ children }) => children.some(({ key }) => key));
  const rows = written.map((root) => ({ root, children: keys(root, text, 1) }));
  if (rows.length === 1) return rows[0]?.children ?? [];
  return rows.map(({ root, children }) => {
    const name = childOf(root, 'cluster')?.value;
    const first = children[0]?.range ?? root;
    const range = { start: first.start, end: Math.max(root.end, first.end) };
    return {
      name: name?.text ?? '(without a name)',
      detail: childOf(root, 'system')?.value?.text ?? '',
      kind: 'cluster',
      range,
      selection: name ?? first,
      children,
    };
  });
}

function keys(entry: Entry, text: string, depth: number): readonly Symbol[] {
  return entry.children.flatMap((child) => {
    const { key } = child;
    if (!key || key.text === '') return [];
    const isList = child.children.some(({ isItem }) => isItem);
    const children = isList ? items(child, text) : depth < 3 ? keys(child, text, depth + 1) : [];
    return [
      {
        name: key.text,
        detail: child.value ? shown(child.value.text) : isList ? String(child.children.length) : '',
        kind: child.children.length > 0 ? 'section' : 'value',
        range: rangeOf(child, text),
        selection: key,
        children,
      } satisfies Symbol,
    ];
  });
}

function items(list: Entry, text: string): readonly Symbol[] {
  const kind = list.key?.text === 'nodes' ? 'node' : list.key?.text === 'disks' ? 'disk' : 'target';
  return list.children.flatMap((item) => {
    const named = childOf(item, 'name') ?? childOf(item, 'path');
    const name = named?.value;
    if (!name || name.text === '') return [];
    const range = rangeOf(item, text);
    const disks = childOf(item, 'disks');
    return [
      {
        name: shown(name.text),
        detail: detailOf(item),
        kind,
        range: { start: Math.min(range.start, name.start), end: Math.max(range.end, name.end) },
        selection: name,
        children: disks ? items(disks, text) : [],
      } satisfies Symbol,
    ];
  });
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
