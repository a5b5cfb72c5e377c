import * as vscode from 'vscode';
import type { Symbol } from '../../cluster/language/symbols';
import { open } from './core';
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
  async provideDocumentSymbols(document: vscode.TextDocument): Promise<vscode.DocumentSymbol[]> {
    const opened = await open(document);
    const made = (all: readonly Symbol[]): vscode.DocumentSymbol[] =>
      all.map(({ name, detail, kind, range, selection, children }) => {
        const symbol = new vscode.DocumentSymbol(
          name,
          detail,
          kinds[kind],
          spanRange(document, range),
          spanRange(document, selection),
        );
        symbol.children = made(children);
        return symbol;
      });
    return opened ? made(opened.core.symbols(opened.shape)) : [];
  }
}
