import type * as vscode from 'vscode';
import type { Sessions } from './sessions';
import type { ClusterTree } from './tree';

const memento = 'standby.viewVisible';

/**
 * Brings the view back after a reload. Its container exists only once a cluster file was found, and until then the
 * editor shows another one.
 */
export class ViewMemory implements vscode.Disposable {
  readonly #subscriptions: vscode.Disposable[];
  #isWanted: boolean;

  constructor(tree: ClusterTree, sessions: Sessions, store: vscode.Memento) {
    this.#isWanted = store.get(memento, false);
    this.#subscriptions = [
      tree.onDidChangeVisibility((visible) => {
        this.#isWanted = false;
        void store.update(memento, visible);
      }),
      sessions.onDidChange(() => {
        if (!this.#isWanted || sessions.all.length === 0) return;
        this.#isWanted = false;
        if (!tree.visible) void tree.comeBack();
      }),
    ];
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}
