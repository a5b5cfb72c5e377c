import { storageNodes, type ClusterDraft, type NodeDraft } from '../cluster/draft';
import type { Edit, Finding, Fix } from '../cluster/finding';
import { literal } from '../cluster/language/snippet';
import type { Position } from '../cluster/place';
import { addRole } from './add-role';

/** A document of a checked file, as far as fixes need it. */
interface FixedDocument {
  readonly draft: ClusterDraft;
  readonly range: { readonly start: Position; readonly end: Position };
}

/**
 * The fixes of a finding that change more than its own place: they need the whole text, and are worked out
 * when somebody asks for them. Pure; the places are those of the text that was checked.
 */
export function fileFixes(
  finding: Finding,
  documents: readonly FixedDocument[],
  text: string,
): readonly Fix[] {
  const { line } = finding.range.start;
  const draft = documents.find(({ range }) => range.start.line <= line && line <= range.end.line)?.draft;
  if (!draft) return [];
  const lines = text.split(/\r?\n/);
  switch (finding.code) {
    case 'missing-domain':
      return addDomains(finding, draft, lines);
    case 'no-spare-domain':
    case 'too-few-domains':
      return addNode(draft, lines);
    case 'wrong-role':
      return draft.spec ? addRole(finding, draft.spec, text) : [];
    default:
      return [];
  }
}

function addDomains(finding: Finding, draft: ClusterDraft, lines: readonly string[]): readonly Fix[] {
  const key = draft.redundancy?.failureDomain?.value;
  if (key !== 'rack' && key !== 'row' && key !== 'room') return [];
  const lacking = storageNodes(draft).filter(({ written }) => !written.has(key));
  const add = (nodes: readonly NodeDraft[]): readonly Edit[] => {
    // Nodes that have their name from one anchor are edited there, once.
    const places = new Map(
      nodes.map((node) => [`${node.range.start.line}:${node.range.start.character}`, node]),
    );
    return [...places.values()].flatMap((node) => afterName(node, `${key}: ${key.charAt(0)}1`, lines) ?? []);
  };
  const own = add(lacking.filter(({ range }) => range.start.line === finding.range.start.line));
  const all = add(lacking);
  return [
    ...(own.length === 1 ? [{ title: `Add a ${key} to this node`, edits: own }] : []),
    ...(all.length > 1
      ? [{ title: `Add a ${key} to all ${all.length} nodes that lack it`, edits: all }]
      : []),
  ];
}

/** Where an item of `nodes` begins. */
interface Item {
  readonly line: number;
  /** The column of the dash. */
  readonly indent: number;
  readonly isFlow: boolean;
}

/** The dash of the item to which a name belongs; undefined in a list with brackets. */
function itemOf({ range }: NodeDraft, lines: readonly string[]): Item | undefined {
  const { line: nameLine, character } = range.start;
  const nameIndent = /^\s*/.exec((lines[nameLine] ?? '').slice(0, character))?.[0].length ?? 0;
  for (let line = nameLine; line >= 0; line--) {
    const [, spaces, rest] = /^( *)-(?:\s+(.*))?$/.exec(lines[line] ?? '') ?? [];
    if (spaces === undefined) continue;
    // A dash further in belongs to a list within the node.
    if (line !== nameLine && spaces.length >= nameIndent) continue;
    return { line, indent: spaces.length, isFlow: rest?.startsWith('{') ?? false };
  }
  return undefined;
}

/** The edit that writes a key behind the name of a node; undefined where that would be a guess. */
function afterName(node: NodeDraft, entry: string, lines: readonly string[]): Edit | undefined {
  const { start, end } = node.range;
  const item = node.name && itemOf(node, lines);
  const line = lines[start.line] ?? '';
  const written = /^(.*?)["']?name["']?\s*:\s+$/.exec(line.slice(0, start.character))?.[1];
  if (!item || written === undefined) return undefined;
  if (item.isFlow) return { range: { start: end, end }, newText: `, ${entry}` };
  if (!/^[ -]*$/.test(written) || !/^\s*(#.*)?$/.test(line.slice(end.character))) return undefined;
  const lineEnd = { line: end.line, character: line.length };
  return { range: { start: lineEnd, end: lineEnd }, newText: `\n${' '.repeat(written.length)}${entry}` };
}

function addNode(draft: ClusterDraft, lines: readonly string[]): readonly Fix[] {
  const last = draft.nodes.at(-1);
  const role = draft.spec?.roles.find(({ storage }) => storage)?.role;
  const item = last && itemOf(last, lines);
  if (!item || role === undefined) return [];
  let end = item.line;
  for (let line = item.line + 1; line < lines.length; line++) {
    const text = lines[line] ?? '';
    if (text.trim() === '') continue;
    if ((/^ */.exec(text)?.[0].length ?? 0) <= item.indent) break;
    end = line;
  }
  const name = freeName(
    'spare',
    draft.nodes.map((node) => node.name?.value),
  );
  // The line before it is written again, since an editor indents the later lines of a snippet like the line that
  // it was inserted in the middle of.
  const before = lines[end] ?? '';
  const range = { start: { line: end, character: 0 }, end: { line: end, character: before.length } };
  const text = (hole: (value: string) => string): string =>
    `\n${' '.repeat(item.indent)}- { name: ${hole(name)}, address: ${hole(name)}, roles: [${role}]${ownPlace(draft, hole)} `;
  let holes = 0;
  return [
    {
      title: 'Add a spare node',
      edits: [
        {
          range,
          newText: `${before}${text((value) => value)}}`,
          snippet: `${literal(before)}${text((value) => `\${${++holes}:${value}}`)}\\}`,
        },
      ],
    },
  ];
}

/** The key that gives a new node a failure domain of its own; nothing where the node is the domain. */
function ownPlace(draft: ClusterDraft, hole: (value: string) => string): string {
  const kind = draft.redundancy?.failureDomain?.value;
  if (kind !== 'rack' && kind !== 'row' && kind !== 'room') return '';
  const taken = draft.nodes.map((node) => node[kind]?.value);
  return `, ${kind}: ${hole(freeName(kind.charAt(0), taken))}`;
}

/** The word with the lowest number that nobody uses. */
function freeName(word: string, taken: readonly (string | undefined)[]): string {
  const used = new Set(taken);
  let number = 1;
  while (used.has(`${word}${number}`)) number++;
  return `${word}${number}`;
}
