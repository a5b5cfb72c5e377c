import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Composer,
  Lexer,
  Parser,
  type CST,
  type Alias,
  type Document,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/** A node of the YAML text with aliases resolved. */
export type YamlNode = Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed;

/** Something that cannot be read; offsets into the text. */
export interface YamlProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly related?: { readonly start: number; readonly end: number; readonly message: string };
}

/** One document of a file, ready to be walked: aliases are known and their expansion is bounded. */
export interface YamlDocument {
  /** Absent: nothing to walk (unreadable, or an alias bomb). */
  readonly root?: YamlNode;
  readonly start: number;
  readonly end: number;
  /** Where the text stops making sense; duplicate keys and unresolved aliases do not count. */
  readonly brokenAt?: number;
  /** The end of the flow collection that is broken: nothing between `brokenAt` and it can be trusted. */
  readonly distrustedUntil?: number;
  readonly problems: readonly YamlProblem[];
  /** The node an alias stands for; undefined when there is none. */
  resolve(node: ParsedNode | null | undefined): YamlNode | undefined;
}

const maxDepth = 100;
/** Nodes that aliases may add: a thousand nodes that share long lists stay far below it. */
const maxExpansion = 300_000;

/**
 * Reads all documents that are not empty. Never throws; deep nesting and alias bombs are problems. Nesting is
 * watched while the parser reads: both it and the composer recurse by level, and an overflow of the stack within
 * a regular expression ends the whole process instead of throwing.
 */
export function readYaml(text: string): { documents: YamlDocument[]; problems: YamlProblem[] } {
  // Every problem is an Error for `yaml`; with 100,000 of them the stack traces take seconds, and nobody reads them.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return readStream(text);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function readStream(text: string): { documents: YamlDocument[]; problems: YamlProblem[] } {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: true,
    // Known tags of YAML 1.1 would bring sets, binary data and dates into the tree.
    resolveKnownTags: false,
    // Comparing every key with every other one is quadratic; `Index` does it with a set.
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const documents: YamlDocument[] = [];
  const add = (document: Document.Parsed): void => {
    const read = readDocument(document);
    if (read) documents.push(read);
  };
  const parser = new Parser();
  const compose = (tokens: Iterable<CST.Token>): void => {
    for (const token of tokens) for (const document of composer.next(token)) add(document);
  };
  for (const lexeme of new Lexer().lex(text)) {
    compose(parser.next(lexeme));
    const deep = parser.stack[maxDepth + 2];
    if (deep === undefined || !('items' in deep)) continue;
    for (const document of composer.end()) add(document);
    const problem = { start: deep.offset, end: deep.offset + 1, message: tooDeep };
    documents.push({
      start: parser.stack[0]?.offset ?? 0,
      end: text.length,
      brokenAt: deep.offset,
      problems: [problem],
      resolve: () => undefined,
    });
    return { documents, problems: [] };
  }
  compose(parser.end());
  for (const document of composer.end()) add(document);
  const first = documents.length === 0 ? firstProblem(composer.streamInfo().errors) : undefined;
  return { documents, problems: first ? [first] : [] };
}

function readDocument(document: Document.Parsed): YamlDocument | undefined {
  const first = firstProblem([...document.errors, ...document.warnings]);
  const contents = document.contents;
  const isEmpty =
    contents === null ||
    (isScalar(contents) && contents.value === null && contents.source === '' && !contents.tag);
  if (isEmpty && !first) return undefined;
  const index = new Index(first?.start);
  const isWalkable = !isEmpty && index.add(contents);
  const syntax = first ? { ...first, ...opening(index.openQuote) } : index.bomb;
  const [start, , end] = document.range;
  return {
    ...(isWalkable ? withRoot(index.resolve(contents)) : {}),
    start,
    end,
    ...(syntax ? { brokenAt: syntax.start, distrustedUntil: index.distrustedUntil } : {}),
    problems: [...(syntax ? [syntax] : []), ...index.problems],
    resolve: (node) => index.resolve(node),
  };
}

function withRoot(root: YamlNode | undefined): { root?: YamlNode } {
  return root ? { root } : {};
}

/** A quote that is never closed is noticed at the end of the file, far from the mistake. */
function opening(quote: number | undefined): Pick<YamlProblem, 'related'> {
  return quote === undefined
    ? {}
    : { related: { start: quote, end: quote + 1, message: 'The quote opens here.' } };
}

function firstProblem(
  errors: readonly { pos: [number, number]; code: string; message: string }[],
): YamlProblem | undefined {
  const relevant = errors.filter((error) => !(error.code === 'BAD_DIRECTIVE' && /YAML/.test(error.message)));
  const first = relevant.reduce<(typeof relevant)[number] | undefined>(
    (best, error) => (best === undefined || error.pos[0] < best.pos[0] ? error : best),
    undefined,
  );
  if (!first) return undefined;
  const message = `This cannot be read as YAML: ${first.message.replace(/\.$/, '')}.`;
  return { start: first.pos[0], end: first.pos[1], message };
}

const tooDeep = `Nested deeper than ${maxDepth} levels. A cluster file needs six; remove the rest.`;

/** Goes once through a document: finds duplicate keys, resolves aliases, and counts what they would add. */
class Index {
  readonly problems: YamlProblem[] = [];
  bomb: YamlProblem | undefined;
  distrustedUntil = 0;
  /** Where the quote opens that is never closed. */
  openQuote: number | undefined;
  private readonly anchors = new Map<string, YamlNode>();
  private readonly targets = new Map<Alias, YamlNode>();
  private readonly sizes = new Map<unknown, number>();
  private expanded = 0;

  constructor(private readonly brokenAt: number | undefined) {}

  resolve(node: ParsedNode | null | undefined): YamlNode | undefined {
    if (!node) return undefined;
    return isAlias(node) ? this.targets.get(node) : node;
  }

  /** Returns whether the node may be walked. */
  add(node: ParsedNode): boolean {
    return this.measure(node) !== undefined && this.bomb === undefined;
  }

  /** The number of nodes that a node stands for, or undefined when that has no bound. */
  private measure(node: ParsedNode | null): number | undefined {
    if (node === null) return 1;
    if (isAlias(node)) return this.measureAlias(node);
    if (node.anchor) this.anchors.set(node.anchor, node);
    this.noteBreak(node);
    let size = 1;
    const children: (ParsedNode | null)[] = isMap(node)
      ? node.items.flatMap((pair) => [pair.key, pair.value])
      : isSeq(node)
        ? node.items
        : [];
    for (const child of children) {
      const childSize = this.measure(child);
      if (childSize === undefined) return undefined;
      size += childSize;
    }
    if (isMap(node)) this.findDuplicates(node);
    if (node.anchor) this.sizes.set(node, size);
    return size;
  }

  private noteBreak(node: YamlNode): void {
    if (this.brokenAt === undefined) return;
    const [start, end] = node.range;
    if (isScalar(node)) {
      if (node.type?.startsWith('QUOTE') && start < this.brokenAt && end === this.brokenAt)
        this.openQuote = start;
    } else if (node.flow && start <= this.brokenAt && this.brokenAt <= end)
      this.distrustedUntil = Math.max(this.distrustedUntil, end);
  }

  private measureAlias(alias: Alias.Parsed): number | undefined {
    const target = this.anchors.get(alias.source);
    if (!target) {
      this.problems.push({
        start: alias.range[0],
        end: alias.range[1],
        message: `The alias *${alias.source} has no anchor: nothing before it is marked &${alias.source}.`,
      });
      return 1;
    }
    this.targets.set(alias, target);
    const size = this.sizes.get(target);
    if (size === undefined)
      return this.fail(alias, `The alias *${alias.source} stands inside its own anchor.`);
    this.expanded += size;
    if (this.expanded > maxExpansion) {
      return this.fail(
        alias,
        `The aliases up to *${alias.source} stand for more than ${maxExpansion} values (an alias bomb). Write them out, or share less.`,
      );
    }
    return size;
  }

  private fail(node: ParsedNode, message: string): undefined {
    this.bomb ??= { start: node.range[0], end: node.range[1], message };
    return undefined;
  }

  private findDuplicates(map: YAMLMap.Parsed): void {
    const seen = new Map<string, ParsedNode>();
    for (const { key } of map.items) {
      const text = keyText(this.resolve(key));
      if (text === undefined || !key) continue;
      const first = seen.get(text);
      if (!first) seen.set(text, key);
      else {
        this.problems.push({
          start: key.range[0],
          end: key.range[1],
          message: `The key '${text}' stands here twice; the first one counts. Delete one.`,
          related: { start: first.range[0], end: first.range[1], message: `The first '${text}'.` },
        });
      }
    }
  }
}

/** Whether a key is the merge key `<<`, which may stand more than once. */
export function isMergeKey(key: YamlNode | undefined): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/** The text of a key; undefined for the merge key and for keys that are lists or maps. */
export function keyText(key: YamlNode | undefined): string | undefined {
  if (!isScalar(key) || isMergeKey(key)) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}
