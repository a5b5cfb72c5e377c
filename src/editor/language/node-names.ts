import * as vscode from 'vscode';
import { open } from './core';
import { spanRange } from './spans';

/** Names of nodes: from a use to the node, all uses, and renaming both. Aliases lead to their anchors. */
export class NodeNames implements vscode.DefinitionProvider, vscode.ReferenceProvider, vscode.RenameProvider {
  async provideDefinition(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): Promise<vscode.Location | undefined> {
    const opened = await open(document);
    const found = opened?.core.names.definitionAt(
      opened.shape,
      document.offsetAt(position),
      opened.core.specs,
    );
    return found && new vscode.Location(document.uri, spanRange(document, found));
  }

  async provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): Promise<vscode.Location[]> {
    const found = await this.#at(document, position);
    const places = found ? [...(includeDeclaration ? found.declared : []), ...found.used] : [];
    return places.map((place) => new vscode.Location(document.uri, spanRange(document, place)));
  }

  async prepareRename(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Range> {
    const found = await this.#at(document, position);
    if (!found) throw new Error(vscode.l10n.t('Only names of nodes can be renamed.'));
    return spanRange(document, found.here);
  }

  async provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    name: string,
  ): Promise<vscode.WorkspaceEdit | undefined> {
    const opened = await open(document);
    if (!opened) return undefined;
    const { core, shape } = opened;
    const places = core.names.renameNode(shape, document.offsetAt(position), name, core.specs);
    if (typeof places === 'string') throw new Error(places);
    const edit = new vscode.WorkspaceEdit();
    for (const place of places) edit.replace(document.uri, spanRange(document, place), name);
    return edit;
  }

  async #at(document: vscode.TextDocument, position: vscode.Position) {
    const opened = await open(document);
    return opened?.core.names.nodeNameAt(opened.shape, document.offsetAt(position), opened.core.specs);
  }
}
