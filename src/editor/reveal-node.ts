import * as vscode from 'vscode';
import type { Checks } from './checks';
import { commands } from './ids';
import { editorRange } from './places';
import type { Session } from './session';

/** Shows a node in the tree, and its line in the cluster file beside what is open. */
export async function revealNode(checks: Checks, session: Session | undefined, node: string): Promise<void> {
  if (!session) return;
  const { key, cluster } = session;
  await vscode.commands.executeCommand(commands.showNode, { cluster: key, node });
  const found = checks.all.find(({ file }) => key === `${file.uri.toString()}#${cluster.name}`);
  const document = found?.checked.documents.find(({ draft }) => draft.name?.value === cluster.name);
  const place = document?.draft.nodes.find(({ name }) => name?.value === node)?.name?.range;
  if (!found || !place) return;
  await vscode.window.showTextDocument(found.file.uri, {
    viewColumn: vscode.ViewColumn.One,
    selection: editorRange(place),
    preserveFocus: true,
  });
}
