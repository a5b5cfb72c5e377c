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
  const title = 'Generate ucarp Scripts';
  const session = await pickCluster(sessions, called, (each) => each.system.scripts !== undefined, title);
  const scripts = session?.system.scripts;
  if (!session || !scripts) return;
  const { cluster } = session;
  const lacking = scripts.lacking(cluster);
  if (lacking !== undefined) {
    await tell(log, `${cluster.name}: ${lacking}`);
    return;
  }
  await documents.show(`Scripts ${cluster.name}`, scripts.page(cluster));
  const [save, compare] = ['Save to a Folder…', 'Compare with the Nodes'] as const;
  const chosen = await vscode.window.showInformationMessage(
    `The scripts for ${cluster.name} are shown. Nothing was written, here or on a node.`,
    save,
    compare,
  );
  if (chosen === save) await saveScripts(scripts, session);
  if (chosen === compare) await compareScripts(scripts, session, documents, log);
}

async function saveScripts(scripts: NodeScripts, { cluster }: Session): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: `Folder for the Scripts of ${cluster.name}`,
      canSelectFolders: true,
      canSelectFiles: false,
      openLabel: 'Write Here',
    })) ?? [];
  if (!folder) return;
  const files = [...scripts.files(cluster), { name: 'README.md', mode: '644', text: scripts.page(cluster) }];
  const there = await vscode.workspace.fs.readDirectory(folder);
  const taken = files.map(({ name }) => name).filter((name) => there.some(([other]) => other === name));
  if (taken.length > 0) {
    const replace = 'Replace';
    const detail = taken.join(', ');
    const answer = await vscode.window.showWarningMessage(
      'Files of these names are there already.',
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
  void vscode.window.showInformationMessage(`${files.length} files were written to ${folder.fsPath}.`);
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
    await withProgress(`${cluster.name}: reading what is on the nodes`, (signal) =>
      Promise.all(
        scripts.nodes(cluster).map(async (node) => {
          const { surveyTimeoutMs: timeoutMs } = scripts;
          try {
            const script = scripts.survey(cluster, node);
            answers.set(node.name, await connections.to(node.name).exec(script, { timeoutMs, signal }));
          } catch (error) {
            silent.push(`- **${node.name}** could not be asked: ${sentence(error, log)}`);
          }
        }),
      ),
    );
    const { inline } = await import('../failover/markdown');
    const lines = scripts
      .compare(cluster, answers)
      .map(({ node, severity, message }) => `- ${severity}: **${inline(node)}** ${inline(message)}`);
    const none = lines.length === 0 && silent.length === 0 ? ['Nothing differs.'] : [];
    const page = [
      `# What is on the nodes of ${inline(cluster.name)}`,
      [...silent, ...lines, ...none].join('\n'),
    ];
    await documents.show(`Scripts ${cluster.name} compared`, `${page.join('\n\n')}\n`);
  } finally {
    lease.release();
  }
}
