import { sinceLoad, stopwatch } from './editor/started';
import * as vscode from 'vscode';
import { Alerts } from './editor/alerts';
import { Checks } from './editor/checks';
import { ClusterFiles } from './editor/cluster-files';
import { FindingFixes } from './editor/code-actions';
import { registerCommands } from './editor/commands';
import { Comparisons } from './editor/compare';
import { Context } from './editor/context';
import { loadCore } from './editor/core';
import { EditorDemo } from './editor/demo';
import { demoHomeOf } from './editor/demo-home';
import { Diagnostics } from './editor/diagnostics';
import { EditorSsh } from './editor/editor-ssh';
import { Failover } from './editor/failover';
import { HostKeyDialog } from './editor/host-keys';
import { rebuildPanel } from './editor/ids';
import { registerLanguage } from './editor/language/register';
import { keptHistory } from './editor/kept-history';
import { translateWith } from './editor/l10n';
import { createLog, sentence } from './editor/log';
import { LogTail } from './editor/log-tail';
import { PastRuns } from './editor/past-runs';
import { PlanDocuments } from './editor/plan-documents';
import { RebuildPanel } from './editor/rebuild-panel';
import { RuleDocs } from './editor/rule-docs';
import { Secrets } from './editor/secrets';
import { Sessions } from './editor/sessions';
import { StatusBar } from './editor/status-bar';
import type { TestApi } from './editor/test-api';
import { clusterSummaries } from './editor/test-api';
import { ClusterTree } from './editor/tree';
import { followContext } from './editor/view-context';
import { ViewMemory } from './editor/view-memory';
import { watchStarter } from './editor/watch';

/** Builds the parts of Standby and joins them. */
export function activate(extension: vscode.ExtensionContext): TestApi {
  const sinceCall = stopwatch();
  translateWith(vscode.l10n.t);
  const tail = new LogTail();
  const log = createLog(tail);
  const context = new Context();
  const files = new ClusterFiles(log);
  const checks = new Checks(files, loadCore, log);
  const diagnostics = new Diagnostics(checks, new RuleDocs(extension.extensionUri));
  const ssh = new EditorSsh(log, new HostKeyDialog(), new Secrets(extension.secrets));
  const sessions = new Sessions(checks, loadCore, watchStarter(log, ssh), log);
  const history = keptHistory(extension, log);
  const tree = new ClusterTree(sessions);
  const panel = new RebuildPanel(extension.extensionUri, sessions, checks, history);
  const isTreeSeen = () => tree.visible && vscode.window.state.focused;
  const alerts = new Alerts(sessions, extension.workspaceState, log, isTreeSeen);
  const documents = new PlanDocuments();
  const failover = new Failover(sessions, documents, log);
  const pastRuns = new PastRuns(sessions, failover, documents, extension.globalState, log);
  const comparisons = new Comparisons(sessions, checks, context, log);
  const parts = { sessions, tree, panel, failover, pastRuns, documents, alerts, comparisons, context, log };
  const demo = new EditorDemo({ ...parts, files, core: loadCore, memory: extension.globalState });
  const follow = followContext(context, files, sessions);
  extension.subscriptions.push(
    ...[
      log,
      files,
      checks,
      diagnostics,
      sessions,
      tree,
      panel,
      alerts,
      documents,
      failover,
      pastRuns,
      comparisons,
      history,
      demo,
    ],
    ...[new StatusBar(sessions), new ViewMemory(tree, sessions, extension.workspaceState)],
    ...registerCommands({
      ...parts,
      demo,
      core: loadCore,
      ssh,
      extension: extension.extension,
      tail,
    }),
    ...registerLanguage(checks, sessions),
    files.onDidChange(follow),
    sessions.onDidChange(follow),
    sessions.onDidChange(
      (session) =>
        session?.state && history.add(session.key, session.state, demoHomeOf(session.cluster) === undefined),
    ),
    vscode.window.registerWebviewPanelSerializer(rebuildPanel, panel),
    vscode.languages.registerCodeActionsProvider({ language: 'yaml' }, new FindingFixes(checks), {
      providedCodeActionKinds: FindingFixes.kinds,
    }),
  );
  files
    .start()
    .catch((error: unknown) => log.error(`Cluster files cannot be found: ${sentence(error, log)}`));
  return {
    activationMs: loadMs + sinceCall(),
    sshLoaded: () => ssh.isLoaded,
    clusters: () => clusterSummaries(sessions),
  };
}

const loadMs = sinceLoad();
