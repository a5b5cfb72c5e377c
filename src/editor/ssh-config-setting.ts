import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import { demoHomeOf } from './demo-home';
import { isForeign } from './foreign-setting';
import { settings } from './ids';

/**
 * The setting's file as an absolute path; undefined: the user's own ~/.ssh/config. A cluster of the demo has the demo's.
 */
export function sshConfigFile(cluster: Pick<Cluster, 'nodes'>): string | undefined {
  const demo = demoHomeOf(cluster);
  if (demo) return demo.sshConfig;
  const value = vscode.workspace.getConfiguration().get<string>(settings.sshConfigFile, '').trim();
  if (value === '') return undefined;
  const home = process.env['HOME'] ?? process.env['USERPROFILE'];
  const expanded = value.startsWith('~/') && home !== undefined ? path.join(home, value.slice(2)) : value;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  return path.isAbsolute(expanded) || folder === undefined ? expanded : path.join(folder, expanded);
}

/** Whether the file may be somebody else's: named by the workspace, or lying in it. */
export function sshConfigFileIsForeign(cluster: Pick<Cluster, 'nodes'>): boolean {
  if (demoHomeOf(cluster)) return false;
  return isForeign(vscode.workspace.getConfiguration().inspect<string>(settings.sshConfigFile));
}
