import * as vscode from 'vscode';
import { commands } from './ids';
import { plainMarkdown } from './plain-markdown';
import type { Sessions } from './sessions';
import { shownName } from './words';
import { health, troubles, worstOf } from './worst';

/** One item on the left: the worst state over all clusters. No cluster, no item. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('standby.state', vscode.StatusBarAlignment.Left);
  readonly #subscription: vscode.Disposable;

  constructor(private readonly sessions: Sessions) {
    this.#item.name = 'Standby';
    this.#item.command = commands.showClusters;
    this.#subscription = sessions.onDidChange(() => this.#update());
  }

  #update(): void {
    const clusters = this.sessions.all.map((session) => ({
      name: shownName(session.cluster),
      // Old news in the corner of the eye is worse than none.
      health: health(session.watched ? session.state : undefined),
      troubles: session.watched && session.state ? troubles(session.state, Date.now()) : [],
    }));
    const worst = worstOf(clusters);
    if (!worst) {
      this.#item.hide();
      return;
    }
    this.#item.text = `$(${worst.health.icon.id}) ${worst.name}: ${worst.health.text}`;
    const lines = clusters.flatMap((each) => [`${each.name}: ${each.health.text}`, ...each.troubles]);
    this.#item.tooltip = new vscode.MarkdownString(lines.map(plainMarkdown).join('\n\n'));
    this.#item.accessibilityInformation = {
      label: vscode.l10n.t('Standby, {0}: {1}', worst.name, worst.health.text),
    };
    this.#item.show();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }
}
