import * as vscode from 'vscode';
import type { Checks } from './checks';
import { Coalesced } from './coalesce';
import { commands, rebuildPanel } from './ids';
import type { FromPage, ToPage } from './protocol';
import { isFromPage, pageState } from './protocol';
import { copyProgress, saveHistory } from './rebuild-export';
import type { RebuildHistory } from './rebuild-history';
import { pageFolder, pageHtml } from './rebuild-page';
import { RebuildQuestions } from './rebuild-questions';
import { chosenEntry, rebuildSnapshot } from './rebuild-snapshot';
import { revealNode } from './reveal-node';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { entryOf } from './sessions';

/** Milliseconds between two snapshots: a person reads no faster. */
const sendMs = 500;

/** The panel "Rebuild Progress": at most one, restored after a reload, watching only while it is visible. */
export class RebuildPanel implements vscode.WebviewPanelSerializer, vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #listeners: vscode.Disposable[] = [];
  #isReady = false;
  #wanted: string | undefined;
  #look: { readonly key: string; readonly stop: () => void } | undefined;
  readonly #subscription: vscode.Disposable;
  readonly #questions: RebuildQuestions;
  readonly #sending = new Coalesced(sendMs, () => this.#send());

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly sessions: Sessions,
    private readonly checks: Checks,
    private readonly history: RebuildHistory,
  ) {
    this.#questions = new RebuildQuestions(checks, () => this.#sending.call());
    this.#subscription = sessions.onDidChange(() => this.#sending.call());
  }

  /** Shows the panel, with that cluster when one is named, and what comes of it without the node `lose`. */
  show(cluster?: string, lose?: string): void {
    this.#wanted = cluster ?? this.#wanted;
    const key = this.#chosen();
    if (lose !== undefined && key !== undefined) this.#questions.ask(key, lose, '');
    if (this.#panel) this.#panel.reveal(undefined, true);
    else {
      this.#take(
        vscode.window.createWebviewPanel(
          rebuildPanel,
          vscode.l10n.t('Rebuild Progress'),
          vscode.ViewColumn.Beside,
          {},
        ),
      );
    }
    this.#send();
  }

  /** Called by the editor after a reload, with what the page had kept. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { cluster, lose, bandwidth } = pageState(state);
    this.#wanted = cluster ?? this.#wanted;
    if (cluster !== undefined) this.#questions.ask(cluster, lose ?? '', bandwidth ?? '');
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
      case 'reveal':
        void revealNode(this.checks, this.#session(), message.node);
        return;
      case 'copy':
        void copyProgress(this.#session(), (session) => this.#questions.of(session).survivable);
        return;
      case 'export':
        void saveHistory(this.#session(), this.history);
        return;
      case 'what-if': {
        const key = this.#chosen();
        if (key !== undefined) this.#questions.ask(key, message.lose, message.bandwidth);
        break;
      }
    }
    this.#send();
  }

  #session(): Session | undefined {
    return chosenEntry(this.sessions.all, this.#wanted);
  }

  #chosen(): string | undefined {
    return this.#session()?.key;
  }

  #send(): void {
    const panel = this.#panel;
    this.#watch(panel?.visible === true && vscode.workspace.isTrusted ? this.#chosen() : undefined);
    if (!panel?.visible || !this.#isReady) return;
    const session = this.#session();
    const snapshot = rebuildSnapshot(
      this.sessions.all.map(entryOf),
      this.#wanted,
      this.history,
      session && (() => this.#questions.of(session)),
    );
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
    this.#sending.dispose();
    this.#panel?.dispose();
    this.#watch(undefined);
  }
}
