import { readName } from '../name';
import type { SystemSpec } from '../spec';
import { nodeReferences, nodesIn } from './nodes';
import type { Entry, Outline, Span, Token } from './entry';
import { documentAt } from './spot';

/** A name of a node in the file: where it is declared, and where it is used. */
export interface NamedNode {
  readonly name: string;
  /** The place that was asked about. */
  readonly here: Token;
  readonly declared: readonly Token[];
  readonly used: readonly Token[];
}

/** The node whose name stands at an offset, with all places of that name in the document. */
export function nodeNameAt(
  outline: Outline,
  offset: number,
  specs: readonly SystemSpec[],
): NamedNode | undefined {
  const root = documentAt(outline, offset);
  if (!root) return undefined;
  const declared = nodesIn(root).flatMap(({ name }) => name ?? []);
  const used = nodeReferences(root, specs).map(({ name }) => name);
  const here = [...declared, ...used].find(({ start, end }) => start <= offset && offset <= end);
  if (!here || here.text === '') return undefined;
  const same = ({ text }: Token): boolean => text === here.text;
  return { name: here.text, here, declared: declared.filter(same), used: used.filter(same) };
}

/** Where the word at an offset is declared: a node, or the anchor of an alias. */
export function definitionAt(
  outline: Outline,
  offset: number,
  specs: readonly SystemSpec[],
): Span | undefined {
  const root = documentAt(outline, offset);
  return root && (anchorOf(root, offset) ?? nodeNameAt(outline, offset, specs)?.declared[0]);
}

function anchorOf(root: Entry, offset: number): Span | undefined {
  let alias: Token | undefined;
  const anchors: Token[] = [];
  const visit = (entry: Entry): void => {
    if (entry.anchor) anchors.push(entry.anchor);
    if (entry.alias && entry.alias.start <= offset && offset <= entry.alias.end) alias = entry.alias;
    entry.children.forEach(visit);
  };
  visit(root);
  const wanted = alias;
  // An anchor may be set anew further down; the last one before the alias counts.
  return wanted && anchors.findLast(({ text, start }) => text === wanted.text && start < wanted.start);
}

/** The edits that rename a node, or a sentence that says why it cannot be renamed so. */
export function renameNode(
  outline: Outline,
  offset: number,
  name: string,
  specs: readonly SystemSpec[],
): readonly Span[] | string {
  const found = nodeNameAt(outline, offset, specs);
  const root = documentAt(outline, offset);
  if (!found || !root) return 'Only names of nodes can be renamed.';
  const read = readName(name);
  if ('problem' in read) return read.problem;
  if (found.declared.length === 0) return `There is no node '${found.name}' in this file.`;
  if (found.declared.length > 1)
    return `Several nodes have the name '${found.name}'. Give each its own first.`;
  if (nodesIn(root).some((node) => node.name?.text === name && node.name !== found.declared[0])) {
    return `There is another node '${name}' in this file.`;
  }
  return [...found.declared, ...found.used];
}
