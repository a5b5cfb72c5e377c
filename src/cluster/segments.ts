import { isMap, isScalar, isSeq } from 'yaml';
import type { YamlDocument } from './yaml';

/** Where the items of a block list `nodes` begin: the offsets of the lines with their dashes. */
export interface Segments {
  /** The columns before the dash. */
  readonly column: number;
  readonly starts: readonly number[];
  /** The offset of the line on which the list is over. */
  readonly end: number;
}

/**
 * Cuts a text at the items of `nodes`. Undefined where that cannot be done in safety: there is not exactly one
 * document without any problem, or its nodes are no block list whose every item begins on a line of its own.
 */
export function segments(text: string, documents: readonly YamlDocument[]): Segments | undefined {
  const [document, second] = documents;
  const root = document?.root;
  if (!document || second || document.problems.length > 0) return undefined;
  if (!isMap(root) || root.flow || root.anchor || root.tag || !isLineStart(text, root.range[0]))
    return undefined;
  const index = root.items.findIndex(({ key }) => isScalar(key) && key.value === 'nodes');
  const pair = root.items[index];
  const list = pair?.value;
  if (!pair || !isSeq(list) || list.flow || list.anchor || list.tag || list.items.length === 0)
    return undefined;
  if (!root.items.every(({ key }) => isLineStart(text, key.range[0]))) return undefined;
  const next = root.items[index + 1];
  const end = next ? next.key.range[0] : text.length;
  const first = text.indexOf('\n', pair.key.range[1]) + 1;
  if (first === 0) return undefined;
  return dashes(
    text,
    first,
    end,
    list.items.map((item) => item.range[0]),
  );
}

/** The lines with the dashes of the items; each has to hold exactly one of the items' offsets. */
function dashes(text: string, from: number, end: number, items: readonly number[]): Segments | undefined {
  const column = columnOfDash(text, from, end);
  if (column === undefined) return undefined;
  const starts: number[] = [];
  for (let line = from; line < end && line !== 0; line = text.indexOf('\n', line) + 1) {
    if (isDashAt(text, line, column)) starts.push(line);
  }
  const isSound =
    starts.length === items.length &&
    items.every((item, at) => item > (starts[at] ?? end) && item <= (starts[at + 1] ?? end));
  return isSound ? { column, starts, end } : undefined;
}

function columnOfDash(text: string, from: number, end: number): number | undefined {
  for (let line = from; line < end && line !== 0; line = text.indexOf('\n', line) + 1) {
    const found = /[^ ]/g;
    found.lastIndex = line;
    const at = found.exec(text)?.index ?? end;
    if (text[at] === '-') return at - line;
    if (!/[\r\n#]/.test(text[at] ?? '')) return undefined;
  }
  return undefined;
}

function isDashAt(text: string, line: number, column: number): boolean {
  if (text.charCodeAt(line + column) !== 0x2d) return false;
  for (let at = line; at < line + column; at++) if (text.charCodeAt(at) !== 0x20) return false;
  const after = text[line + column + 1];
  return after === undefined || ' \t\r\n'.includes(after);
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text[offset - 1] === '\n';
}
