import * as vscode from 'vscode';
import type { Alerts } from './alerts';
import type { Comparisons } from './compare';
import { runConsoleTests } from './console-tests';
import type { Context } from './context';
import type { Core } from './core';
import type { EditorSsh } from './editor-ssh';
import { commands, contextKeys } from './ids';
import type { Failover } from './failover';
import { askFilter } from './filter-box';
import type { Log } from './log';
import { sentence, tell } from './log';
import type { LogTail } from './log-tail';
import type { EditorDemo } from './demo';
import { endMaintenance, maintained, startMaintenance } from './maintenance';
import { generateScripts } from './node-scripts';
import type { PastRuns } from './past-runs';
import type { PlanDocuments } from './plan-documents';
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
  readonly pastRuns: PastRuns;
  readonly documents: PlanDocuments;
  readonly alerts: Alerts;
  readonly comparisons: Comparisons;
  readonly demo: EditorDemo;
  readonly context: Context;
  readonly core: () => Promise<Core>;
  readonly ssh: EditorSsh;
  readonly extension: vscode.Extension<unknown>;
  readonly tail: LogTail;
  readonly log: Log;
}

/** Registers every command of the manifest. */
export function registerCommands(parts: Parts): vscode.Disposable[] {
  const { sessions, tree, panel, failover, alerts, core, log } = parts;
  const acts: Readonly<Record<keyof typeof commands, (called: Called) => unknown>> = {
    refresh: (called) => refresh(sessions, called),
    connect: (called) => connect(sessions, called),
    disconnect: (called) => disconnect(sessions, called),
    openTerminal: (called) => openTerminal(sessions, called),
    failOver: (called) => failover.run(called),
    previewPlan: (called) => failover.preview(called),
    planNode: (called) => failover.planNode(called),
    copyPlanScript: () => failover.copyScript(),
    showPastRuns: () => parts.pastRuns.show(),
    generateScripts: (called) => generateScripts(sessions, parts.documents, called, log),
    showRebuild: (called) => panel.show(called.cluster),
    whatIf: (called) => whatIf(parts, called),
    compareWithCluster: (called) => parts.comparisons.compare(called),
    showDifferences: (called) => parts.comparisons.showDiff(called),
    clearComparison: (called) => parts.comparisons.clear(called),
    openDemo: () => parts.demo.open(),
    closeDemo: () => parts.demo.close(),
    killDemoNode: (called) => parts.demo.act('kill', called, vscode.l10n.t('Demo: Kill a Node')),
    cutDemoNetwork: (called) => parts.demo.act('cut', called, vscode.l10n.t('Demo: Cut Its Network')),
    fillDemoDisks: (called) => parts.demo.act('fill', called, vscode.l10n.t('Demo: Fill Its Disks')),
    healDemoNode: (called) => parts.demo.act('heal', called, vscode.l10n.t('Demo: Heal')),
    changeDemoTime: () => parts.demo.changeTimeFactor(vscode.l10n.t('Demo: Time Factor')),
    moreOfDemo: (called) => parts.demo.more(called, vscode.l10n.t('Demo: More')),
    showLog: () => log.show(),
    reportProblem: async () => {
      const { reportProblem } = await import('./report-problem');
      await reportProblem(parts.extension, sessions, parts.tail);
    },
    newClusterFile: async () => {
      const { newClusterFile } = await import('./new-cluster-file');
      await newClusterFile({ core: await core(), ssh: parts.ssh, log });
    },
    showClusters: () => tree.reveal(),
    filterNodes: async () => {
      await tree.reveal();
      await askFilter(tree);
      parts.context.set(contextKeys.isFiltered, tree.filter !== undefined);
    },
    clearFilter: () => {
      tree.setFilter('');
      parts.context.set(contextKeys.isFiltered, false);
    },
    startMaintenance: (called) => maintain(parts, called, true),
    endMaintenance: (called) => maintain(parts, called, false),
    trustHost: async (called) => {
      const session = await pickCluster(sessions, called, () => true, vscode.l10n.t('Trust Host'));
      await session?.askAgain(called.node);
    },
    testConsoles: (called) => testConsoles(parts, called),
    unmute: (called) => called.cluster !== undefined && alerts.unmute(called.cluster),
    showNode: (called) => called.cluster !== undefined && tree.show(called.cluster, called.node),
  };
  const needTrust: readonly (keyof typeof commands)[] = [
    'refresh',
    'connect',
    'disconnect',
    'openTerminal',
    'failOver',
    'previewPlan',
    'planNode',
    'copyPlanScript',
    'showPastRuns',
    'generateScripts',
    'showRebuild',
    'whatIf',
    'startMaintenance',
    'endMaintenance',
    'trustHost',
    'testConsoles',
    'openDemo',
    'compareWithCluster',
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
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'Standby connects to nothing in a workspace that you do not trust: its cluster files say where to connect and what to run.',
    ),
    manage,
  );
  if (chosen === manage) await vscode.commands.executeCommand('workbench.trust.manage');
}

async function refresh(sessions: Sessions, called: Called): Promise<void> {
  const named = called.cluster === undefined ? undefined : sessions.get(called.cluster);
  await Promise.all((named ? [named] : sessions.all).map((session) => session.refresh()));
}

async function connect(sessions: Sessions, called: Called): Promise<void> {
  const session = await pickCluster(sessions, called, () => true, vscode.l10n.t('Connect'));
  await session?.connect();
}

async function disconnect(sessions: Sessions, called: Called): Promise<void> {
  const session = await pickCluster(sessions, called, (each) => each.watched, vscode.l10n.t('Disconnect'));
  await session?.disconnect();
}

async function openTerminal(sessions: Sessions, called: Called): Promise<void> {
  const title = vscode.l10n.t('Open SSH Terminal');
  const session = await pickCluster(sessions, called, () => true, title);
  const node = session && (await pickNode(session, called, title));
  if (session && node) await openSshTerminal(node, session.cluster);
}

async function whatIf({ sessions, panel }: Parts, called: Called): Promise<void> {
  const title = vscode.l10n.t('What If This Node Is Lost');
  const session = await pickCluster(sessions, called, () => true, title);
  const node = session && (await pickNode(session, called, title));
  if (session && node) panel.show(session.key, node.name);
}

async function maintain({ sessions, log }: Parts, called: Called, begins: boolean): Promise<void> {
  const title = begins ? vscode.l10n.t('Maintenance') : vscode.l10n.t('End Maintenance');
  const session = await pickCluster(sessions, called, () => true, title);
  if (!session) return;
  const isMaintained = maintained(session);
  const node = await pickNode(session, called, title, (name) => isMaintained(name) !== begins);
  if (!node) return;
  await (begins ? startMaintenance : endMaintenance)(session, node.name, log);
}

async function testConsoles({ sessions, log }: Parts, called: Called): Promise<void> {
  const session = await pickCluster(sessions, called, () => true, vscode.l10n.t('Test Consoles'));
  if (session) await runConsoleTests(session, log);
}
