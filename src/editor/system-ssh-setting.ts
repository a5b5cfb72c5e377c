import * as vscode from 'vscode';
import { settings } from './ids';

/** The clusters and nodes (`CLUSTER/NODE`) that the ssh of this machine reaches. */
export function systemSshNodes(): readonly string[] {
  const value = vscode.workspace.getConfiguration().get<unknown>(settings.systemSsh, []);
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
