import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import { settings } from './ids';

/** Where journals of runs go: the setting of this machine, else `runs` in the user's state folder. */
export function journalFolder(state: string): string {
  const wanted = vscode.workspace.getConfiguration().get<string>(settings.journalFolder, '').trim();
  return isAbsolute(wanted) ? wanted : join(state, 'runs');
}
