import * as vscode from 'vscode';
import { commands, rebuildPanel } from './ids';
import type { FromPage, ToPage } from './protocol';
import { isFromPage, pageState } from './protocol';
import type { RebuildHistory } from './rebuild-history';
import { pageFolder, pageHtml } from './rebuild-page';
import { rebuildSnapshot } from './rebuild-snapshot';
import type { Sessions } from './sessions';
import { entryOf } from './sessions';

/** The panel "Rebuild Progress": at most one, restored after a reload, watching only while it is visible. */
export class RebuildPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #listeners: vscode.Disposable[] = [];
  #isReady = false;
  #wanted: string | undefined;
  #look: { readonly key: string; readonly stop: () => void } | undefined;
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly sessions: Sessions,
    private readonly history: RebuildHistory,
  ) {
    this.#subscription = sessions.onDidChange(() => this.#send());
  }

  /** Shows the panel, with that cluster when one is named. */
  show(cluster?: string): void {
    this.#wanted = cluster ?? this.#wanted;
    if (this.#panel) this.#panel.reveal(undefined, true);
    else {
      this.#take(
        vscode.window.createWebviewPanel(rebuildPanel, 'Rebuild Progress', vscode.ViewColumn.Beside, {}),
      );
    }
    this.#send();
  }

  /** Called by the editor after a reload, with what the page had kept. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    this.#wanted = pageState(state).cluster ?? this.#wanted;
    this.#take(panel);
    return Promise.resolve();
  }

  #take(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    this.#isReady = false;
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageFolder(this.extensionUri)] };
    this.#listeners = [
      panel.webview.onDidReceiveMessage((message: unknown) => {
        if (isFromPage(message)) this.#hear(message);
      }),
      panel.onDidChangeViewState(() => this.#send()),
      panel.onDidDispose(() => this.#drop(panel)),
    ];
    panel.webview.html = pageHtml(panel.webview, this.extensionUri);
  }

  #hear(message: FromPage): void {
    switch (message.type) {
      case 'ready':
        this.#isReady = true;
        break;
      case 'choose':
        this.#wanted = message.cluster;
        break;
      case 'connect':
        void vscode.commands.executeCommand(commands.connect, this.#chosen());
        return;
      case 'show-log':
        void vscode.commands.executeCommand(commands.showLog);
        return;
    }
    this.#send();
  }

  #chosen(): string | undefined {
    return (this.sessions.get(this.#wanted ?? '') ?? this.sessions.all[0])?.key;
  }

  #send(): void {
    const panel = this.#panel;
    this.#watch(panel?.visible === true && vscode.workspace.isTrusted ? this.#chosen() : undefined);
    if (!panel?.visible || !this.#isReady) return;
    const snapshot = rebuildSnapshot(this.sessions.all.map(entryOf), this.#wanted, this.history);
    const message: ToPage = { type: 'snapshot', snapshot };
    void panel.webview.postMessage(message);
  }

  /** Keeps the shown cluster watched, and no other. */
  #watch(key: string | undefined): void {
    if (this.#look?.key === key) return;
    this.#look?.stop();
    this.#look = undefined;
    const session = key === undefined ? undefined : this.sessions.get(key);
    if (key !== undefined && session) this.#look = { key, stop: session.look() };
  }

  #drop(panel: vscode.WebviewPanel): void {
    if (this.#panel !== panel) return;
    for (const each of this.#listeners) each.dispose();
    this.#listeners = [];
    this.#panel = undefined;
    this.#watch(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#panel?.dispose();
    this.#watch(undefined);
  }
}
