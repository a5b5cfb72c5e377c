import * as os from 'node:os';
import * as vscode from 'vscode';
import { settings } from './ids';
import type { LogTail } from './log-tail';
import { problemReport } from './problem-report';
import type { Sessions } from './sessions';

/** Opens a report of what could matter for a problem, as an unsaved document. Nothing is sent. */
export async function reportProblem(
  extension: vscode.Extension<unknown>,
  sessions: Sessions,
  tail: LogTail,
): Promise<void> {
  const { version } = extension.packageJSON as { readonly version: string };
  const configuration = vscode.workspace.getConfiguration();
  const content = problemReport({
    versions: {
      Standby: version,
      [vscode.env.appName]:
        `${vscode.version}, ${vscode.env.appHost}, ${vscode.UIKind[vscode.env.uiKind] ?? ''}`,
      // Only its kind: what stands behind it may be the name of a host.
      Remote: vscode.env.remoteName?.split('+')[0] ?? 'none',
      'Operating system': `${os.type()} ${os.release()} ${os.arch()}`,
      Node: process.version,
      Language: vscode.env.language,
      Workspace: vscode.workspace.isTrusted ? 'trusted' : 'not trusted',
    },
    settings: Object.fromEntries(Object.values(settings).map((id) => [id, chosen(configuration, id)])),
    clusters: sessions.all.map(({ cluster, watched, state }) => ({
      cluster,
      watched,
      ...(state ? { state } : {}),
    })),
    log: tail.lines,
    machine: { user: os.userInfo().username, home: os.homedir(), host: os.hostname() },
    extensionPath: extension.extensionPath,
  });
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
}

/** What somebody has set, and where; a default says nothing. */
function chosen(configuration: vscode.WorkspaceConfiguration, id: string): unknown {
  const { globalValue, workspaceValue, workspaceFolderValue } = configuration.inspect(id) ?? {};
  const set = { user: globalValue, workspace: workspaceValue, folder: workspaceFolderValue };
  return Object.values(set).some((value) => value !== undefined) ? set : undefined;
}
