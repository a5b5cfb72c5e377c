import * as vscode from 'vscode';
import type { Log } from './log';
import { sentence } from './log';
import { RebuildHistory } from './rebuild-history';

/** The history of rebuilds of this workspace, read from the extension's own storage in the background. */
export function keptHistory({ storageUri }: vscode.ExtensionContext, log: Log): RebuildHistory {
  const file = storageUri && vscode.Uri.joinPath(storageUri, 'rebuild.json').fsPath;
  const history = new RebuildHistory(file, {
    failed: (error) => log.warn(`The history of rebuilds cannot be kept: ${sentence(error, log)}`),
    said: (line) => log.warn(line),
  });
  void history.restore();
  return history;
}
