import * as vscode from 'vscode';
import type { Core } from './core';
import { template } from '../cluster/language/template';

/** Opens an unsaved cluster file for the chosen system; nothing is written until it is saved. */
export async function newClusterFile(core: Core): Promise<void> {
  const chosen = await vscode.window.showQuickPick(
    core.systems.map(({ spec }) => ({ label: spec.title, description: spec.id, spec })),
    { title: 'New Cluster File', placeHolder: 'Which storage system does the cluster run?' },
  );
  if (!chosen) return;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = folder ? await freeName(folder) : undefined;
  const name = uri ? uri.path.slice(uri.path.lastIndexOf('/') + 1).replace('.cluster.yaml', '') : 'storage';
  const document = await vscode.workspace.openTextDocument(
    (uri ?? vscode.Uri.file('/storage.cluster.yaml')).with({ scheme: 'untitled' }),
  );
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), template(chosen.spec, name)));
  // The top says what to do; typing starts at the cluster's name.
  const start = new vscode.Position(1, 'cluster: '.length);
  editor.selection = new vscode.Selection(start, start.translate(0, name.length));
  editor.revealRange(editor.selection);
}

async function freeName(folder: vscode.Uri): Promise<vscode.Uri> {
  for (let number = 1; ; number += 1) {
    const uri = vscode.Uri.joinPath(folder, `storage${number === 1 ? '' : number}.cluster.yaml`);
    const isTaken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isTaken) return uri;
  }
}
