import { isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Edit, Fix } from '../cluster/finding';
import { insertKey } from '../cluster/insert-key';
import { Lines } from '../cluster/lines';
import type { Range } from '../cluster/place';
import { readYaml, type YamlDocument, type YamlNode } from '../cluster/yaml';

/** A value of the file, and whether an edit there changes nothing else. */
export interface Spot {
  readonly node: YamlNode;
  /** False where the value is reached by an alias or a merge key: other places have it, too. */
  readonly isOwn: boolean;
}

export interface MapSpot extends Spot {
  readonly node: YAMLMap.Parsed;
}

/** The text of a cluster file with the places of its values, and the edits that leave everything else as it is. */
export class FileText {
  readonly lines: Lines;
  private readonly documents: readonly YamlDocument[];

  constructor(readonly text: string) {
    this.lines = new Lines(text);
    this.documents = readYaml(text).documents;
  }

  /** The top of the document that describes a cluster. */
  cluster(name: string): MapSpot | undefined {
    for (const document of this.documents) {
      const { root } = document;
      if (!root || !isMap(root)) continue;
      const top = { node: root, isOwn: true };
      const found = this.at(top, 'cluster');
      if (found && isScalar(found.node) && String(found.node.value) === name) return top;
    }
    return undefined;
  }

  /** The value of a key; an explicit one wins over those that a merge key brings. */
  at(map: MapSpot, key: string): Spot | undefined {
    const pair = pairOf(map.node, key);
    if (pair?.value) return this.spot(pair.value, map.isOwn);
    const merge = pairOf(map.node, '<<')?.value;
    const merged = merge ? this.spot(merge, false) : undefined;
    const sources =
      merged && isSeq(merged.node) ? merged.node.items.map((item) => this.spot(item, false)) : [merged];
    for (const source of sources) {
      if (!source || !isMap(source.node)) continue;
      const found = this.at({ node: source.node, isOwn: false }, key);
      if (found) return { ...found, isOwn: false };
    }
    return undefined;
  }

  mapAt(map: MapSpot, key: string): MapSpot | undefined {
    return asMap(this.at(map, key));
  }

  /** The items of a list. */
  items(list: Spot | undefined): readonly Spot[] {
    if (!list || !isSeq(list.node)) return [];
    return list.node.items.flatMap((item) => this.spot(item, list.isOwn) ?? []);
  }

  /** The place of a value as people mark it: without the line breaks behind it. */
  range({ node }: Spot): Range {
    const [start, end] = node.range;
    return this.lines.range(start, start + this.text.slice(start, end).trimEnd().length);
  }

  /** The place of a key, else of the map's first key. */
  keyRange(map: MapSpot, key: string): Range {
    const pair = pairOf(map.node, key) ?? map.node.items[0];
    const [start, end] = pair?.key.range ?? map.node.range;
    return this.lines.rangeInLine(start, end);
  }

  /** Puts other text in the place of a scalar or of a list on one line. */
  replace(spot: Spot, newText: string): Fix | undefined {
    const { node } = spot;
    const isPlain = isScalar(node)
      ? node.type !== 'BLOCK_FOLDED' && node.type !== 'BLOCK_LITERAL'
      : node.flow === true;
    const range = this.range(spot);
    const old = this.text.slice(node.range[0], node.range[1]);
    if (!spot.isOwn || node.anchor || !isPlain || (!isScalar(node) && old.includes('#'))) return undefined;
    return fix(`Take over ${short(newText)}`, [{ range, newText }]);
  }

  /** Adds a key to a map; a value of several lines is indented as below the key. */
  insert(map: MapSpot, key: string, value: string): Fix | undefined {
    return map.isOwn ? insertKey(map.node, key, value, this) : undefined;
  }

  /** Adds an item at the end of a list; its further lines are indented as below the dash. */
  append(list: Spot, item: string, title: string): Fix | undefined {
    const { node } = list;
    if (!isSeq(node) || !list.isOwn) return undefined;
    const last = node.items.at(-1);
    if (node.flow) return this.appendInFlow(node, last, item, title);
    const first = node.items[0];
    const dash = first ? this.dashOf(first) : undefined;
    if (!last || dash === undefined) return undefined;
    const end = this.lineEnd(last.range[1], last.range[0]);
    const at = this.lines.position(end);
    const indent = ' '.repeat(dash);
    const newText = `\n${indent}- ${item.replaceAll('\n', `\n${indent}  `)}`;
    return fix(title, [{ range: { start: at, end: at }, newText }]);
  }

  /** Deletes an item of a block list with its lines; the last one is not deleted. */
  remove(list: Spot, item: Spot, title: string): Fix | undefined {
    const { node } = list;
    if (!isSeq(node) || node.flow || !list.isOwn || node.items.length < 2 || item.node.anchor)
      return undefined;
    const start = this.text.lastIndexOf('\n', item.node.range[0] - 1) + 1;
    const before = this.text.slice(start, item.node.range[0]);
    if (!/^ *-[ ]+$/.test(before)) return undefined;
    const end = Math.min(this.lineEnd(item.node.range[1], item.node.range[0]) + 1, this.text.length);
    return fix(title, [{ range: this.lines.range(start, end), newText: '' }]);
  }

  private appendInFlow(
    node: YAMLSeq.Parsed,
    last: ParsedNode | undefined,
    item: string,
    title: string,
  ): Fix | undefined {
    if (item.includes('\n')) return undefined;
    const at = this.lines.position(last ? last.range[1] : node.range[0] + 1);
    return fix(title, [{ range: { start: at, end: at }, newText: last ? `, ${item}` : item }]);
  }

  /** The column of the dash before an item that begins on the dash's line. */
  private dashOf(item: ParsedNode): number | undefined {
    const start = this.text.lastIndexOf('\n', item.range[0] - 1) + 1;
    const found = /^( *)-[ ]+(?:[&!]\S+[ ]+)*$/.exec(this.text.slice(start, item.range[0]));
    return found?.[1]?.length;
  }

  /** The end of the line on which a value's last character stands. */
  private lineEnd(end: number, start: number): number {
    const last = start + this.text.slice(start, end).trimEnd().length;
    const found = this.text.indexOf('\n', last);
    if (found === -1) return this.text.length;
    return this.text[found - 1] === '\r' ? found - 1 : found;
  }

  private spot(node: ParsedNode, isOwn: boolean): Spot | undefined {
    for (const document of this.documents) {
      const found = document.resolve(node);
      if (found) return { node: found, isOwn: isOwn && found === node };
    }
    return undefined;
  }
}

/** A spot that is a map. */
export function asMap(spot: Spot | undefined): MapSpot | undefined {
  return spot && isMap(spot.node) ? { node: spot.node, isOwn: spot.isOwn } : undefined;
}

/** The text of a scalar as YAML understands it. */
export function scalarText(spot: Spot | undefined): string | undefined {
  if (!spot || !isScalar(spot.node) || spot.node.value === null) return undefined;
  return spot.node.source;
}

function pairOf(map: YAMLMap.Parsed, key: string): Pair<ParsedNode, ParsedNode | null> | undefined {
  return map.items.find(({ key: node }) => isScalar(node) && String(node.value) === key);
}

function fix(title: string, edits: readonly Edit[]): Fix {
  return { title, edits };
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
