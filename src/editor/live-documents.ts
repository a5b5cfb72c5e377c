import * as vscode from 'vscode';
import type { Compared } from './compare';
import { liveText } from './drift-fixes';
import { liveScheme } from './ids';

/** Read-only documents: cluster files as their nodes would have them. */
export class LiveDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(liveScheme, this);
  readonly onDidChange = this.#changed.event;

  /**
   * Shows what the nodes say on the left and the file on the right, where it can be edited: the arrow between them
   * takes a live value over.
   */
  async showDiff({ key, uri }: Compared): Promise<void> {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    await vscode.commands.executeCommand(
      'vscode.diff',
      liveUri(key, uri),
      uri,
      vscode.l10n.t('What the nodes say ↔ {0}', name),
    );
  }

  /** What is compared in a file has changed, or nothing is any more. */
  update(uri: vscode.Uri, compared: readonly Compared[]): void {
    const now = new Map(
      compared.map(({ key, text, drifts }) => [liveUri(key, uri).toString(), liveText(text, drifts)]),
    );
    for (const key of this.#texts.keys()) {
      if (vscode.Uri.parse(key).path === uri.path && !now.has(key)) this.#set(key, undefined);
    }
    for (const [key, text] of now) this.#set(key, text);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.#texts.get(uri.toString()) ??
      `# ${vscode.l10n.t('This comparison is over. Run “Standby: Compare with Cluster” again.')}\n`
    );
  }

  #set(key: string, text: string | undefined): void {
    if (this.#texts.get(key) === text) return;
    if (text === undefined) this.#texts.delete(key);
    else this.#texts.set(key, text);
    this.#changed.fire(vscode.Uri.parse(key));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

/** One document for each cluster of a file. */
function liveUri(key: string, uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({
    scheme: liveScheme,
    path: uri.path,
    query: key.slice(key.lastIndexOf('#') + 1),
  });
}
