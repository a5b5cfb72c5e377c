import * as vscode from 'vscode';
import { planScheme } from './ids';

/** Plans kept for reading; older ones are dropped, and their tabs say so. */
const mostPlans = 20;

/** Read-only Markdown documents that show plans. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(planScheme, this);
  readonly onDidChange = this.#changed.event;

  /** Shows a plan's Markdown as a page; `name` tells plans apart and becomes the tab's title. */
  async show(name: string, markdown: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: planScheme, path: `/${name.replaceAll('/', '-')}.md` });
    const key = uri.toString();
    this.#texts.delete(key);
    this.#texts.set(key, markdown);
    for (const old of [...this.#texts.keys()].slice(0, -mostPlans)) this.#texts.delete(old);
    this.#changed.fire(uri);
    try {
      await vscode.commands.executeCommand('markdown.showPreview', uri);
    } catch {
      // The built-in Markdown extension may be switched off: then the text itself has to do.
      await vscode.window.showTextDocument(uri, { preview: true, preserveFocus: true });
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return (
      this.#texts.get(uri.toString()) ??
      vscode.l10n.t(
        'This plan is gone. A plan is made for one moment: run **Standby: Preview Failover Plan** again.',
      )
    );
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
