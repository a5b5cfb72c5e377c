import * as vscode from 'vscode';
import type { Symbol } from '../../cluster/language/symbols';
import { open, readInTurns } from './core';
import { spanRange } from './spans';

const kinds: Readonly<Record<Symbol['kind'], vscode.SymbolKind>> = {
  cluster: vscode.SymbolKind.Module,
  section: vscode.SymbolKind.Namespace,
  node: vscode.SymbolKind.Object,
  disk: vscode.SymbolKind.Field,
  target: vscode.SymbolKind.Object,
  value: vscode.SymbolKind.Property,
};

/** The outline of a cluster file, with its nodes by name. */
export class Outlines implements vscode.DocumentSymbolProvider {
  async provideDocumentSymbols(
    document: vscode.TextDocument,
    token: vscode.CancellationToken,
  ): Promise<vscode.DocumentSymbol[]> {
    const opened = await open(document);
    if (!opened || token.isCancellationRequested) return [];
    const { version } = document;
    const found = await readInTurns(opened.core.symbolsInSteps(opened.shape));
    const made = await readInTurns(rows(document, found));
    // Places of an older text may be out of the document by now; the editor asks again.
    return document.version === version ? made : [];
  }
}

/** Rows that are made without giving others their turn. */
const rowsAtOnce = 300;

function* rows(
  document: vscode.TextDocument,
  all: readonly Symbol[],
): Generator<undefined, vscode.DocumentSymbol[], undefined> {
  const made: vscode.DocumentSymbol[] = [];
  for (const [index, { name, detail, kind, range, selection, children }] of all.entries()) {
    if (index % rowsAtOnce === rowsAtOnce - 1) yield undefined;
    const [whole, chosen] = [spanRange(document, range), spanRange(document, selection)];
    const symbol = new vscode.DocumentSymbol(name, detail, kinds[kind], whole, chosen);
    symbol.children = yield* rows(document, children);
    made.push(symbol);
  }
  return made;
}
