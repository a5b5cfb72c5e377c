import * as vscode from 'vscode';
import { filterFields } from './node-filter';
import type { ClusterTree } from './tree';

/** Asks for a filter of the tree and shows its effect while it is typed; Escape goes back to the one before. */
export function askFilter(tree: ClusterTree): Promise<void> {
  const before = tree.filter ?? '';
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Filter Nodes');
  box.value = before;
  box.placeholder = 'offline, chunkserver r7, rack:r7 -active';
  box.prompt = vscode.l10n.t(
    'Words that must all be found; -word leaves out. Fields: {0}.',
    filterFields.join(', '),
  );
  return new Promise((resolve) => {
    let accepted = false;
    box.onDidChangeValue((text) => tree.setFilter(text));
    box.onDidAccept(() => {
      accepted = true;
      box.hide();
    });
    box.onDidHide(() => {
      tree.setFilter(accepted ? box.value : before);
      box.dispose();
      resolve();
    });
    box.show();
  });
}
