import * as vscode from 'vscode';
import type { Completion } from '../../cluster/language/completion';
import { open } from './core';
import { spanRange } from './spans';

const kinds: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  node: vscode.CompletionItemKind.Reference,
  unit: vscode.CompletionItemKind.Unit,
  snippet: vscode.CompletionItemKind.Snippet,
};

/** Proposes keys, values, roles and names of nodes in cluster files. */
export class Completions implements vscode.CompletionItemProvider {
  static readonly triggers = [' ', ':', '[', '{', ',', '"', '+'];

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
    context: vscode.CompletionContext,
  ): Promise<vscode.CompletionItem[]> {
    const opened = await open(document);
    if (!opened || token.isCancellationRequested) return [];
    const { core, shape } = opened;
    const before = document.lineAt(position).text.slice(0, position.character);
    // A blank asks for a value or what follows a dash or comma, not for keys while somebody indents.
    if (context.triggerCharacter === ' ' && !/[:,[{-] $/.test(before)) return [];
    return core
      .complete(shape, document.offsetAt(position), core.specs)
      .map((one) => item(one, spanRange(document, one.replace)));
  }
}

/** Ranks may be below 0, which no text sorts. */
const firstRank = 1_000;

function item(one: Completion, range: vscode.Range): vscode.CompletionItem {
  const { label, kind, detail, doc, insert, rank, asksAgain } = one;
  // Seen in every row; `detail` would be in the chosen one only.
  const made = new vscode.CompletionItem(
    detail === undefined ? label : { label, description: detail },
    kinds[kind],
  );
  made.range = range;
  made.insertText = new vscode.SnippetString(insert);
  made.sortText = String(rank + firstRank).padStart(8, '0');
  if (doc !== undefined) made.documentation = new vscode.MarkdownString(doc);
  if (asksAgain) made.command = { command: 'editor.action.triggerSuggest', title: vscode.l10n.t('Suggest') };
  return made;
}
