import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import type { Fix } from './finding';
import { insertKey } from './insert-key';
import type { Range } from './place';
import { nearMiss, sameWord } from './near';
import type { NodeItems } from './node-items';
import { scalarAt, type ReadEntry, type ReadList, type ReadMap, type ReadValue } from './read';
import { replaceWith, type Report } from './report';
import type { KeySpec, MapSpec, ValueSpec } from './spec';
import { expectation, fitsKind, readScalar, type ScalarSpec } from './values';
import { isMergeKey, keyText, type YamlDocument, type YamlNode } from './yaml';

/** A written node name, to be looked up once all nodes are known. */
export interface NodeReference {
  readonly name: string;
  readonly range: Range;
  readonly role?: string;
}

interface Offsets {
  readonly start: number;
  readonly end: number;
}

/** Where a value stands: its key in words, and the place that is shown when the value itself is empty. */
interface Place {
  readonly label: string;
  readonly key?: Offsets;
  readonly isItem?: boolean;
}

/**
 * Reads a YAML document by the specs of its keys, and reports whatever does not fit. It knows no key and
 * no system: the tables of `keys.ts` and of the systems are data.
 */
export class Walker {
  readonly references: NodeReference[] = [];
  /** What stands at an anchor is read once, however many aliases lead to it. */
  private readonly anchored = new Map<YamlNode, Map<ValueSpec, ReadValue | undefined>>();

  constructor(
    private readonly document: YamlDocument,
    private readonly report: Report,
    private readonly nodes: NodeItems,
  ) {}

  /** Reads a value; undefined when it has the wrong shape, which is then reported. */
  read(written: ParsedNode | null | undefined, spec: ValueSpec, place: Place): ReadValue | undefined {
    const node = this.document.resolve(written);
    // An alias without an anchor has been reported. A pair without a value exists only in `{key}`.
    if (!node) return written || !place.key ? undefined : this.refuseNothing(spec, place);
    if (!node.anchor) return this.readNode(node, spec, place);
    const known = this.anchored.get(node) ?? new Map<ValueSpec, ReadValue | undefined>();
    this.anchored.set(node, known);
    if (!known.has(spec)) known.set(spec, this.readNode(node, spec, place));
    return known.get(spec);
  }

  private readNode(node: YamlNode, spec: ValueSpec, place: Place): ReadValue | undefined {
    if (spec.type === 'either') {
      const fitting = spec.of.find((one) => fitsKind(node, one));
      return fitting ? this.read(node, fitting, place) : this.refuse(node, spec, place);
    }
    if (spec.type === 'list')
      return isSeq(node) ? this.readList(node.items, node, spec, place) : this.refuse(node, spec, place);
    if (spec.type === 'map')
      return isMap(node) ? this.readMap(node, spec, place) : this.refuse(node, spec, place);
    if (spec.type === 'parameters') {
      return isMap(node)
        ? this.readMap(node, parameterMap(node, spec.known, this.document), place)
        : this.refuse(node, spec, place);
    }
    return this.readScalar(node, spec, place);
  }

  private readScalar(node: YamlNode, spec: ScalarSpec, place: Place): ReadValue | undefined {
    const reading = readScalar(node, spec);
    const range = this.rangeOf(node);
    if ('value' in reading) return { kind: 'scalar', value: reading.value, range };
    if (this.isExcusedByBreak(node)) return undefined;
    const code =
      reading.code ??
      (spec.type === 'role' && isScalar(node) && node.value !== null ? 'wrong-role' : 'bad-value');
    this.report.at(code, 'error', this.placeOf(node, place), `${place.label}: ${reading.problem}`, {
      fixes: (reading.suggestions ?? []).map((text) => replaceWith(range, text, reading.safe)),
    });
    return undefined;
  }

  private readList(
    items: readonly ParsedNode[],
    node: YamlNode,
    spec: Extract<ValueSpec, { type: 'list' }>,
    place: Place,
  ): ReadList | undefined {
    if (spec.nonEmpty && items.length === 0) {
      if (!this.isExcusedByBreak(node)) {
        this.report.at(
          'bad-value',
          'error',
          offsets(node),
          `${place.label}: the list is empty; at least one entry belongs here.`,
        );
      }
      return undefined;
    }
    const readItem = (item: ParsedNode): ReadValue | undefined =>
      this.read(item, spec.item, { label: place.label, isItem: true });
    const [range, isCut] = [this.rangeOf(node), this.report.isCut(node.range[1])];
    if (place.label === 'nodes') {
      // What they say is in `nodes`, which knows most of them from before an edit.
      const isBroken = this.nodes.list(items, readItem, this.report);
      return { kind: 'list', items: [], range, isBroken, isCut };
    }
    const read = items.map(readItem);
    const good = read.filter((value) => value !== undefined);
    if (spec.item.type === 'map' && spec.item.uniqueBy !== undefined)
      this.findTwins(good, spec.item.uniqueBy, place);
    return {
      kind: 'list',
      items: good,
      range,
      isBroken: good.length < read.length,
      isCut,
    };
  }

  private findTwins(items: readonly ReadValue[], key: string, place: Place): void {
    const seen = new Map<string, Range>();
    for (const item of items) {
      const found = item.kind === 'map' ? item.entries.get(key)?.value : undefined;
      if (found?.kind !== 'scalar' || typeof found.value !== 'string') continue;
      const text =
        found.value.length > 1 && found.value.endsWith('/') ? found.value.replace(/\/+$/, '') : found.value;
      const first = seen.get(text);
      if (!first) seen.set(text, found.range);
      else {
        this.report.add(
          'duplicate-name',
          'error',
          found.range,
          `${place.label}: there is another ${key} '${found.value}' in this list. Rename one.`,
          { related: [{ range: first, message: `The first '${found.value}'.` }] },
        );
      }
    }
  }

  private readMap(node: YAMLMap.Parsed, spec: MapSpec, place: Place): ReadMap {
    const pairs: Pairs = { byKey: new Map(), hasUnreadableMerge: false };
    this.collect(node, pairs, place);
    const entries = new Map<string, ReadEntry>();
    const unknown: { key: string; offsets: Offsets }[] = [];
    for (const [key, pair] of pairs.byKey) {
      const keySpec = Object.hasOwn(spec.keys, key) ? spec.keys[key] : undefined;
      if (keySpec) {
        const value = this.read(pair.value, keySpec.value, { label: key, key: pair.offsets });
        entries.set(key, { key: this.range(pair.offsets), ...(value ? { value } : {}) });
      } else if (!spec.ignores?.(key)) unknown.push({ key, offsets: pair.offsets });
    }
    const misspelt = this.reportUnknown(unknown, spec, entries, place);
    const first = [...pairs.byKey.values()][0]?.offsets;
    const [start] = node.range;
    const map: ReadMap = {
      kind: 'map',
      entries,
      range: node.flow || !first ? this.range({ start, end: start + 1 }) : this.range(first),
      misspelt,
      isCut: pairs.hasUnreadableMerge || this.report.isCut(node.range[1]),
    };
    this.reportMissing(node, map, spec, place);
    this.collectReferences(map, spec);
    return map;
  }

  /** The pairs of a map in their order, then what its merge keys add: an explicit key wins (yaml.org/type/merge). */
  private collect(node: YAMLMap.Parsed, pairs: Pairs, place: Place): void {
    const merges: (ParsedNode | null)[] = [];
    for (const { key, value } of node.items) {
      const resolved = this.document.resolve(key);
      if (isMergeKey(resolved)) {
        merges.push(value);
        continue;
      }
      const text = keyText(resolved);
      if (text === undefined) {
        if (resolved && this.report.brokenAt === undefined)
          this.report.at('bad-value', 'error', offsets(resolved), `${label(place)}A key has to be a word.`);
      } else if (!pairs.byKey.has(text)) pairs.byKey.set(text, { offsets: offsets(key), value });
    }
    for (const merge of merges) this.merge(merge, pairs, place);
  }

  private merge(written: ParsedNode | null, pairs: Pairs, place: Place): void {
    const source = this.document.resolve(written);
    if (isMap(source)) this.collect(source, pairs, place);
    else if (isSeq(source)) for (const item of source.items) this.merge(item, pairs, place);
    else {
      pairs.hasUnreadableMerge = true;
      if (source)
        this.report.at(
          'bad-value',
          'error',
          offsets(source),
          `${label(place)}After << a map belongs, or an alias of one.`,
        );
    }
  }

  private reportUnknown(
    unknown: readonly { key: string; offsets: Offsets }[],
    spec: MapSpec,
    entries: ReadonlyMap<string, ReadEntry>,
    place: Place,
  ): Set<string> {
    const misspelt = new Set<string>();
    if (unknown.length === 0) return misspelt;
    const free = Object.keys(spec.keys).filter((key) => !entries.has(key));
    // Parameters that are merely tolerated have no doc.
    const known = Object.keys(spec.keys).filter((key) => spec.keys[key]?.doc !== '');
    for (const { key, offsets: at } of unknown) {
      const reason = spec.refused && Object.hasOwn(spec.refused, key) ? spec.refused[key] : undefined;
      const meant = reason === undefined ? nearMiss(key, free) : undefined;
      if (meant !== undefined) misspelt.add(meant);
      const where = place.label === '' ? 'at the top of a cluster file' : `under ${place.label}`;
      const message =
        reason ??
        `'${key.slice(0, 60)}' is not a key that belongs ${where}.${meant ? ` Did you mean ${meant}?` : ` Known: ${known.join(', ')}.`}`;
      this.report.at('unknown-key', 'warning', at, message, {
        fixes: meant === undefined ? [] : [replaceWith(this.range(at), meant, sameWord(key, meant))],
      });
    }
    return misspelt;
  }

  private reportMissing(node: YAMLMap.Parsed, map: ReadMap, spec: MapSpec, place: Place): void {
    if (map.isCut) return;
    const has = (key: string): boolean => map.entries.has(key) || map.misspelt.has(key);
    const own = spec.uniqueBy === undefined ? undefined : map.entries.get(spec.uniqueBy)?.value?.range;
    const range = place.key ? this.range(place.key) : (own ?? map.range);
    const where =
      place.label === '' ? 'The cluster file' : place.isItem ? `This entry of ${place.label}` : place.label;
    const report = (keys: readonly string[], doc: string, why = ''): void => {
      const what = keys.map((key) => `'${key}'`).join(' or ');
      this.report.add('missing-key', 'error', range, `${where} lacks the key ${what}${why}: ${doc}`, {
        fixes: keys.flatMap((key) => this.addKey(node, map, key, spec.keys[key]) ?? []),
      });
    };
    for (const [key, { required, doc }] of Object.entries(spec.keys)) {
      if (required && !has(key)) report([key], doc);
    }
    if (spec.oneOf && !spec.oneOf.some(has))
      report(spec.oneOf, spec.oneOf.length > 1 ? 'one of them is required.' : 'it is required.');
    for (const { key, needs } of spec.requiredWith ?? []) {
      if (!map.entries.has(key)) continue;
      for (const need of needs) {
        if (!has(need)) report([need], spec.keys[need]?.doc ?? '', `, which ${key} needs`);
      }
    }
  }

  private addKey(
    node: YAMLMap.Parsed,
    map: ReadMap,
    key: string,
    spec: KeySpec | undefined,
  ): Fix | undefined {
    if (spec?.example === undefined) return undefined;
    const name = scalarAt(map, 'name', 'string')?.value ?? 'node1';
    return insertKey(node, key, spec.example.replaceAll('{name}', name), this.report);
  }

  private collectReferences(map: ReadMap, spec: MapSpec): void {
    for (const [key, { value }] of Object.entries(spec.keys)) {
      const found = value.type === 'nodeName' ? scalarAt(map, key, 'string') : undefined;
      if (value.type !== 'nodeName' || !found) continue;
      const beside = value.roleBy ? scalarAt(map, value.roleBy.key, 'string')?.value : undefined;
      const byName =
        beside === undefined ? undefined : value.roleBy?.roles.find(({ pattern }) => pattern.test(beside));
      const role = value.role ?? byName?.role;
      this.references.push({
        name: found.value,
        range: found.range,
        ...(role === undefined ? {} : { role }),
      });
    }
  }

  private refuse(node: YamlNode, spec: ValueSpec, place: Place): undefined {
    if (this.isExcusedByBreak(node)) return undefined;
    const kind = isSeq(node)
      ? 'a list'
      : isMap(node)
        ? 'a map'
        : node.source === ''
          ? 'nothing'
          : `'${node.source.slice(0, 40)}'`;
    const word =
      isScalar(node) &&
      spec.type === 'list' &&
      typeof node.value === 'string' &&
      /^[\w.-]+$/.test(node.value);
    this.report.at(
      'bad-value',
      'error',
      this.placeOf(node, place),
      `${label(place)}${expectation(spec)} belongs here, not ${kind}.`,
      {
        fixes: word ? [replaceWith(this.rangeOf(node), `[${node.source}]`)] : [],
      },
    );
    return undefined;
  }

  private refuseNothing(spec: ValueSpec, place: Place): undefined {
    if (place.key) {
      this.report.at(
        'bad-value',
        'error',
        place.key,
        `${label(place)}${expectation(spec)} belongs here, not nothing.`,
      );
    }
    return undefined;
  }

  /** Half-written: an empty value right before the break in the text is part of it. */
  private isExcusedByBreak(node: YamlNode): boolean {
    const isEmpty = isScalar(node) ? node.value === null : node.items.length === 0;
    return isEmpty && this.report.isCut(node.range[1]);
  }

  /** The place of a value, or of its key or list dash where there is nothing to see. */
  private placeOf(node: YamlNode, place: Place): Offsets {
    const { start, end } = offsets(node);
    if (end > start) return { start, end };
    if (place.key) return place.key;
    return this.report.text[start - 1] === '-' ? { start: start - 1, end: start } : { start, end: start + 1 };
  }

  private range({ start, end }: Offsets): Range {
    return this.report.lines.rangeInLine(start, end);
  }

  private rangeOf(node: YamlNode): Range {
    return this.range(offsets(node));
  }
}

interface Pairs {
  readonly byKey: Map<string, { readonly offsets: Offsets; readonly value: ParsedNode | null }>;
  hasUnreadableMerge: boolean;
}

function offsets(node: ParsedNode | YamlNode): Offsets {
  return { start: node.range[0], end: node.range[1] };
}

function label(place: Place): string {
  return place.label === '' ? '' : `${place.label}: `;
}

/** Any dotted name is a parameter; its value may be whatever scalar the system takes. */
function parameterMap(
  node: YAMLMap.Parsed,
  known: Readonly<Record<string, KeySpec>>,
  document: YamlDocument,
): MapSpec {
  const keys: Record<string, KeySpec> = { ...known };
  const free: ValueSpec = {
    type: 'either',
    of: [{ type: 'boolean' }, { type: 'text' }],
  };
  const collect = (map: YAMLMap.Parsed): void => {
    for (const { key, value } of map.items) {
      const resolved = document.resolve(key);
      const text = keyText(resolved);
      const target = document.resolve(value);
      if (isMergeKey(resolved)) {
        for (const source of isSeq(target) ? target.items.map((item) => document.resolve(item)) : [target]) {
          if (isMap(source)) collect(source);
        }
      } else if (text !== undefined && /^\w+(\.\w+)+$/.test(text) && !nearMiss(text, Object.keys(known))) {
        keys[text] ??= { value: free, doc: '' };
      }
    }
  };
  collect(node);
  return { type: 'map', keys };
}
