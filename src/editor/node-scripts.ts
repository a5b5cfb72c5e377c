import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ExecResult } from '../ssh/connection';
import type { NodeScripts } from '../systems/node-scripts';
import type { Called } from './called';
import type { Log } from './log';
import { sentence, tell } from './log';
import { pickCluster } from './pick';
import type { PlanDocuments } from './plan-documents';
import { withProgress } from './progress';
import type { Session } from './session';
import type { Sessions } from './sessions';

/** Shows the scripts that a cluster's system writes for its nodes; saves them, or compares them with the nodes. */
export async function generateScripts(
  sessions: Sessions,
  documents: PlanDocuments,
  called: Called,
  log: Log,
): Promise<void> {
  const title = vscode.l10n.t('Generate ucarp Scripts');
  const session = await pickCluster(sessions, called, (each) => each.system.scripts !== undefined, title);
  const scripts = session?.system.scripts;
  if (!session || !scripts) return;
  const { cluster } = session;
  const lacking = scripts.lacking(cluster);
  if (lacking !== undefined) {
    await tell(log, `${cluster.name}: ${lacking}`);
    return;
  }
  await documents.show(vscode.l10n.t('Scripts {0}', cluster.name), scripts.page(cluster));
  const [save, compare] = [vscode.l10n.t('Save to a Folder…'), vscode.l10n.t('Compare with the Nodes')];
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t('The scripts for {0} are shown. Nothing was written, here or on a node.', cluster.name),
    save,
    compare,
  );
  if (chosen === save) await saveScripts(scripts, session);
  if (chosen === compare) await compareScripts(scripts, session, documents, log);
}

async function saveScripts(scripts: NodeScripts, { cluster }: Session): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Folder for the Scripts of {0}', cluster.name),
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: vscode.l10n.t('Write Here'),
    })) ?? [];
  if (!folder) return;
  const files = [...scripts.files(cluster), { name: 'README.md', mode: '644', text: scripts.page(cluster) }];
  const there = await vscode.workspace.fs.readDirectory(folder);
  const taken = files.map(({ name }) => name).filter((name) => there.some(([other]) => other === name));
  if (taken.length > 0) {
    const replace = vscode.l10n.t('Replace');
    const detail = taken.join(', ');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Files of these names are there already.'),
      { modal: true, detail },
      replace,
    );
    if (answer !== replace) return;
  }
  for (const { name, text, mode } of files) {
    const path = join(folder.fsPath, name);
    await writeFile(path, text);
    await chmod(path, Number.parseInt(mode, 8));
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} files were written to {1}.', files.length, folder.fsPath),
  );
}

async function compareScripts(
  scripts: NodeScripts,
  session: Session,
  documents: PlanDocuments,
  log: Log,
): Promise<void> {
  const lease = await session.lease();
  try {
    const { cluster, connections } = lease;
    const silent: string[] = [];
    const answers = new Map<string, ExecResult>();
    await withProgress(vscode.l10n.t('{0}: reading what is on the nodes', cluster.name), (signal) =>
      Promise.all(
        scripts.nodes(cluster).map(async (node) => {
          const { surveyTimeoutMs: timeoutMs } = scripts;
          try {
            const script = scripts.survey(cluster, node);
            answers.set(node.name, await connections.to(node.name).exec(script, { timeoutMs, signal }));
          } catch (error) {
            silent.push(
              `- ${vscode.l10n.t('{0} could not be asked: {1}', `**${node.name}**`, sentence(error, log))}`,
            );
          }
        }),
      ),
    );
    const { inline } = await import('../failover/markdown');
    const lines = scripts
      .compare(cluster, answers)
      .map(({ node, severity, message }) => `- ${severity}: **${inline(node)}** ${inline(message)}`);
    const none = lines.length === 0 && silent.length === 0 ? [vscode.l10n.t('Nothing differs.')] : [];
    const page = [
      `# ${vscode.l10n.t('What is on the nodes of {0}', inline(cluster.name))}`,
      [...silent, ...lines, ...none].join('\n'),
    ];
    await documents.show(vscode.l10n.t('Scripts {0} compared', cluster.name), `${page.join('\n\n')}\n`);
  } finally {
    lease.release();
  }
}
