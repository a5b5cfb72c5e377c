import { isScalar, type Pair, type ParsedNode, type YAMLMap } from 'yaml';
import type { Fix } from './finding';
import type { Report } from './report';

/**
 * The fix that adds a key to a map: at its end, where that is the end of a line, else before its last key. A value
 * of several lines (each indented as below the key) fits only into a block map. undefined where no place is safe.
 */
export function insertKey(
  node: YAMLMap.Parsed,
  key: string,
  value: string,
  { text, lines }: Pick<Report, 'text' | 'lines'>,
): Fix | undefined {
  const found = node.flow ? inFlow(node, key, value) : inBlock(node, key, value, text);
  if (!found) return undefined;
  const position = lines.position(found.at);
  const shown = value.includes('\n') ? `Add ${key}` : `Add ${key}: ${value}`;
  return { title: shown, edits: [{ range: { start: position, end: position }, newText: found.newText }] };
}

interface Insertion {
  readonly at: number;
  readonly newText: string;
}

type Item = Pair<ParsedNode, ParsedNode | null>;

function inFlow(node: YAMLMap.Parsed, key: string, value: string): Insertion | undefined {
  if (value.includes('\n')) return undefined;
  const last = node.items.at(-1);
  return last
    ? { at: endOf(last), newText: `, ${key}: ${value}` }
    : { at: node.range[0] + 1, newText: ` ${key}: ${value} ` };
}

function inBlock(node: YAMLMap.Parsed, key: string, value: string, text: string): Insertion | undefined {
  const [first, last] = [node.items[0], node.items.at(-1)];
  if (!first || !last) return undefined;
  const start = first.key.range[0];
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  // Something other than indentation and dashes stands before the first key: an anchor, a tag, a BOM.
  if (!/^ *(- +)*$/.test(before)) return undefined;
  const indent = ' '.repeat(before.length);
  const separator = value.startsWith('\n') ? '' : ' ';
  const line = `${key}:${separator}${value.replaceAll('\n', `\n${indent}`)}`;
  const end = endOf(last);
  const rest = /^[ \t]*(#[^\r\n]*)?/.exec(text.slice(end, end + 1000))?.[0] ?? '';
  const isAtLineEnd = /^(\r?\n|$)/.test(text.slice(end + rest.length, end + rest.length + 2));
  return isShort(last) && isAtLineEnd
    ? { at: end + rest.length, newText: `\n${indent}${line}` }
    : { at: last.key.range[0], newText: `${line}\n${indent}` };
}

/** The value ends where its last character is: no block list, map or text, which end on a later line. */
function isShort({ value }: Item): boolean {
  if (!value) return true;
  if (isScalar(value)) return value.type !== 'BLOCK_LITERAL' && value.type !== 'BLOCK_FOLDED';
  return 'source' in value || value.flow === true;
}

function endOf({ key, value }: Item): number {
  return Math.max(value?.range[1] ?? 0, key.range[1]);
}
