import * as vscode from 'vscode';
import type { Cluster, Node } from '../cluster/cluster';
import { sshConfigFile } from './ssh-config-setting';
import { shownName } from './words';

/**
 * Opens a terminal with a real `ssh` to the node. The words are handed over as they are: no shell of this
 * machine reads them. Throws `SshError` when one of them cannot be given to ssh.
 */
export async function openSshTerminal(node: Node, cluster: Cluster): Promise<void> {
  const { terminalCommand } = await import('../ssh/terminal');
  const [shellPath, ...shellArgs] = terminalCommand(node, sshConfigFile(cluster));
  if (shellPath === undefined) return;
  const terminal = vscode.window.createTerminal({
    name: `${node.name} (${shownName(cluster)})`,
    shellPath,
    shellArgs,
    iconPath: new vscode.ThemeIcon('terminal'),
    // After a reload a half-finished session would be opened again without being asked for.
    isTransient: true,
  });
  terminal.show();
}
