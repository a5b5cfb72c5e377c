import * as vscode from 'vscode';
import { template } from '../cluster/language/template';
import type { SystemSpec } from '../cluster/spec';
import { fileNameOf } from './cluster-file-name';

/** The folder that a new file goes into; undefined: there is none, or none was chosen. */
export async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.length > 1 ? vscode.window.showWorkspaceFolderPick() : folders[0];
}

/** Whether the name is taken already, as a sentence. */
export async function takenProblem(folder: vscode.Uri, name: string): Promise<string | undefined> {
  return (await exists(vscode.Uri.joinPath(folder, fileNameOf(name))))
    ? vscode.l10n.t('{0} exists already, and is not overwritten. Choose another name.', fileNameOf(name))
    : undefined;
}

/**
 * Creates and opens a cluster's file; one that appeared in the meantime is left alone, and without a folder, or then,
 * the text opens unsaved. The cursor goes to what is left to do.
 */
export async function openNew(
  folder: vscode.Uri | undefined,
  name: string,
  text: string,
): Promise<vscode.Uri> {
  const editor = folder ? await writeNew(folder, name, text) : await openUnsaved(name, text);
  revealTodo(editor);
  return editor.document.uri;
}

async function writeNew(folder: vscode.Uri, name: string, text: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.joinPath(folder, fileNameOf(name));
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { overwrite: false, contents: new TextEncoder().encode(text) });
  const isWritten = await vscode.workspace.applyEdit(edit);
  return isWritten ? vscode.window.showTextDocument(uri) : openUnsaved(name, text);
}

async function openUnsaved(name: string, text: string): Promise<vscode.TextEditor> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file('/');
  const uri = vscode.Uri.joinPath(folder, fileNameOf(await freeName(folder, name)));
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document);
  await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), text));
  return editor;
}

function revealTodo(editor: vscode.TextEditor): void {
  const at = editor.document.getText().indexOf('TODO:');
  const start = at < 0 ? new vscode.Position(0, 0) : editor.document.positionAt(at);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Opens an unsaved cluster file to fill in; nothing is written until it is saved. */
export async function writeExample(spec: SystemSpec): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = folder ? await freeName(folder, 'storage') : 'storage';
  const editor = await openUnsaved(name, template(spec, name));
  // The top says what to do; typing starts at the cluster's name.
  const start = new vscode.Position(1, 'cluster: '.length);
  editor.selection = new vscode.Selection(start, start.translate(0, name.length));
  editor.revealRange(editor.selection);
}

async function freeName(folder: vscode.Uri, name: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const candidate = `${name}${number === 1 ? '' : number}`;
    if (!(await exists(vscode.Uri.joinPath(folder, fileNameOf(candidate))))) return candidate;
  }
}

function exists(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
