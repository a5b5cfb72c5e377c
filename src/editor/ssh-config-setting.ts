import * as path from 'node:path';
import * as vscode from 'vscode';
import { settings } from './ids';

/** The setting's file as an absolute path; undefined: the user's own ~/.ssh/config. */
export function sshConfigFile(): string | undefined {
  const value = vscode.workspace.getConfiguration().get<string>(settings.sshConfigFile, '').trim();
  if (value === '') return undefined;
  const home = process.env['HOME'] ?? process.env['USERPROFILE'];
  const expanded = value.startsWith('~/') && home !== undefined ? path.join(home, value.slice(2)) : value;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return path.isAbsolute(expanded) || folder === undefined ? expanded : path.join(folder, expanded);
}

/** Whether the workspace names the file, not this user's own settings. */
export function sshConfigFileIsForeign(): boolean {
  const found = vscode.workspace.getConfiguration().inspect<string>(settings.sshConfigFile);
  const named = found?.workspaceFolderValue ?? found?.workspaceValue;
  return named !== undefined && named.trim() !== '';
}
