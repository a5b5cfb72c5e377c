import * as vscode from 'vscode';
import type { Context } from './context';
import type { Core } from './core';
import { commands, contextKeys } from './ids';
import type { Failover } from './failover';
import type { Log } from './log';
import { sentence, tell } from './log';
import { newClusterFile } from './new-cluster-file';
import type { Called } from './called';
import { calledCluster } from './called';
import { pickCluster, pickNode } from './pick';
import type { RebuildPanel } from './rebuild-panel';
import { openSshTerminal } from './ssh-terminal';
import type { Sessions } from './sessions';
import type { ClusterTree } from './tree';

/** What commands act on. */
export interface Parts {
  readonly sessions: Sessions;
  readonly tree: ClusterTree;
  readonly panel: RebuildPanel;
  readonly failover: Failover;
  readonly context: Context;
  readonly core: () => Promise<Core>;
  readonly log: Log;
}

/** Registers every command of the manifest. */
export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { sessions, tree, panel, failover, core, log } = parts;
  const acts: Readonly<Record<keyof typeof commands, (called: Called) => unknown>> = {
    refresh: (called) => refresh(sessions, called),
    connect: (called) => connect(sessions, called),
    disconnect: (called) => disconnect(sessions, called),
    openTerminal: (called) => openTerminal(sessions, called),
    failOver: (called) => failover.run(called),
    previewPlan: (called) => failover.preview(called),
    showRebuild: (called) => panel.show(called.cluster),
    showLog: () => log.show(),
    newClusterFile: async () => newClusterFile(await core()),
    showClusters: () => tree.reveal(),
  };
  const needTrust: readonly (keyof typeof commands)[] = [
    'refresh',
    'connect',
    'disconnect',
    'openTerminal',
    'failOver',
    'previewPlan',
    'showRebuild',
  ];
  return (Object.keys(commands) as (keyof typeof commands)[]).map((name) =>
    vscode.commands.registerCommand(commands[name], async (argument: unknown) => {
      parts.context.set(contextKeys.opened, true);
      if (needTrust.includes(name) && !vscode.workspace.isTrusted) return askForTrust();
      try {
        await acts[name](calledCluster(argument));
      } catch (error) {
        await tell(log, sentence(error, log));
      }
    }),
  );
}

async function askForTrust(): Promise<void> {
  const manage = 'Manage Workspace Trust';
  const chosen = await vscode.window.showWarningMessage(
    'Standby connects to nothing in a workspace that you do not trust: its cluster files say where to connect and what to run.',
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}

async function refresh(sessions: Sessions, called: Called): Promise<void> {
  const named = called.cluster === undefined ? undefined : sessions.get(called.cluster);
  await Promise.all((named ? [named] : sessions.all).map((session) => session.refresh()));
}

async function connect(sessions: Sessions, called: Called): Promise<void> {
  const session = await pickCluster(sessions, called, () => true, 'Connect');
  await session?.connect();
}

async function disconnect(sessions: Sessions, called: Called): Promise<void> {
  const session = await pickCluster(sessions, called, (each) => each.watched, 'Disconnect');
  await session?.disconnect();
}

async function openTerminal(sessions: Sessions, called: Called): Promise<void> {
  const title = 'Open SSH Terminal';
  const session = await pickCluster(sessions, called, () => true, title);
  const node = session && (await pickNode(session, called, title));
  if (session && node) await openSshTerminal(node, session.cluster.name);
}
