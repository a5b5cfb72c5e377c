import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import { demoHomeOf } from './demo-home';
import { settings } from './ids';

/**
 * Where journals of runs go: the setting of this machine, else `runs` in the state folder; those of the demo are always
 * in its own.
 */
export function journalFolder(state: string, cluster?: Pick<Cluster, 'nodes'>): string {
  if (cluster && demoHomeOf(cluster)) return join(state, 'runs');
  const wanted = vscode.workspace.getConfiguration().get<string>(settings.journalFolder, '').trim();
  return isAbsolute(wanted) ? wanted : join(state, 'runs');
}
