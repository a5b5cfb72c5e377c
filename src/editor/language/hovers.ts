import * as vscode from 'vscode';
import type { HoverText } from '../../cluster/language/hover';
import { plainMarkdown } from '../plain-markdown';
import { entryOf } from '../sessions';
import { tooltip } from '../row-tooltip';
import { open, type LanguageCore } from './core';
import type { Known, Live } from './live';
import { spanRange } from './spans';

/** Explains keys and values of cluster files, with what can be computed and what the nodes report. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly live: Live) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const opened = await open(document);
    if (!opened) return undefined;
    const { core, shape } = opened;
    const found = core.hoverAt(shape, document.offsetAt(position), core.specs);
    if (!found) return undefined;
    const known = this.#clusterAt(document, position, core);
    const text = new vscode.MarkdownString();
    const subtitle = found.subtitle === undefined ? '' : `: ${plainMarkdown(found.subtitle)}`;
    text.appendMarkdown(
      [
        `**${plainMarkdown(found.title)}**${subtitle}`,
        ...found.texts,
        ...added(found, known, core).map(plainMarkdown),
      ].join('\n\n'),
    );
    return new vscode.Hover(text, spanRange(document, found.range));
  }

  /** The cluster whose document the position is in: the last one that begins before it. */
  #clusterAt(
    document: vscode.TextDocument,
    position: vscode.Position,
    core: LanguageCore,
  ): Known | undefined {
    const all = this.live.of(document.uri, core);
    return all.findLast(({ draft }) => (draft.name?.range.start.line ?? 0) <= position.line) ?? all[0];
  }
}

/** Facts and live state, as plain sentences: names and answers of nodes are in them. */
function added({ about }: HoverText, known: Known | undefined, { facts }: LanguageCore): readonly string[] {
  if (!about || !known) return [];
  if (about.kind === 'redundancy')
    return [...(known.facts ? facts.factSentences(known.facts) : []), ...known.advice];
  const { name } = about;
  const own = known.facts ? facts.nodeFactSentences(known.draft, known.facts, name) : [];
  const { session } = known;
  if (!session) return own;
  const row = { kind: 'node', node: name, label: name, description: '' } as const;
  // Its first line says what the hover's title says.
  return [...own, ...tooltip(entryOf(session), row, Date.now()).slice(1)];
}
