import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { TestApi as StandbyApi } from '../../../src/editor/test-api';

// Nothing listens on port 1: each attempt ends at once.
const text = `cluster: settled-acme
system: vstorage
redundancy: { replicas: 1, failureDomain: host }
nodes:
  - { name: zeus, address: 127.0.0.1, roles: [mds, cs], ssh: { user: acmeadmin, port: 1 } }
`;

describe('Settings and the report of a problem', function () {
  this.timeout(120_000);
  let uri: vscode.Uri;
  let api: StandbyApi;

  before(async () => {
    const extension = vscode.extensions.getExtension<StandbyApi>('standby.standby');
    assert.ok(extension);
    api = await extension.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'the host has no workspace folder');
    uri = vscode.Uri.joinPath(folder, 'settled.cluster.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await vscode.window.showTextDocument(uri);
    await until(() => cluster());
    await vscode.commands.executeCommand('standby.connect', key());
    await until(() => cluster()?.watched);
  });

  after(async () => {
    await change('ssh.configFile', undefined, vscode.ConfigurationTarget.Workspace);
    await change('ssh.systemSsh', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('standby.disconnect', key());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(uri);
  });

  it('standby.ssh.configFile and standby.ssh.systemSsh connect anew without a reload', async () => {
    const begun = beginnings(await report());
    await change('ssh.configFile', '/nowhere/acme/config', vscode.ConfigurationTarget.Workspace);
    await until(async () => beginnings(await report()) > begun);
    await until(() => cluster()?.watched);
    const again = beginnings(await report());
    await change('ssh.systemSsh', ['settled-acme'], vscode.ConfigurationTarget.Global);
    await until(async () => beginnings(await report()) > again);
    await until(() => cluster()?.watched);
  });

  it('Report Problem opens an unsaved document, to be read before anybody sends it', async () => {
    await vscode.commands.executeCommand('standby.reportProblem');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document?.isUntitled);
    assert.equal(document.languageId, 'markdown');
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    const shown = await report();
    const { version } = vscode.extensions.getExtension('standby.standby')?.packageJSON as { version: string };
    assert.ok(shown.includes(`- Standby: ${version}\n`));
    assert.ok(shown.includes(vscode.version));
    assert.match(shown, /: vstorage, 1 nodes, watched/);
    assert.match(shown, /"standby\.ssh\.configFile": \{\s+"workspace": "path\d+"/);
    assert.doesNotMatch(shown, /acme|zeus|127\.0\.0\.1|nowhere/);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '?';
    assert.ok(!shown.includes(folder), 'the workspace folder is told');
  });

  /** What commands about the cluster are called with. */
  function key(): string {
    return `${uri.toString()}#settled-acme`;
  }

  function cluster() {
    return api.clusters().find(({ name }) => name === 'settled-acme');
  }
});

/** The text of a report, whose document is closed again. */
async function report(): Promise<string> {
  await vscode.commands.executeCommand('standby.reportProblem');
  const shown = vscode.window.activeTextEditor?.document;
  assert.ok(shown?.isUntitled, 'no report is open');
  const all = shown.getText();
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  return all;
}

/** How often some cluster began to be watched, by the log. */
function beginnings(shown: string): number {
  return shown.split(/\[info\] Watching cluster/).length - 1;
}

async function change(key: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
  await vscode.workspace.getConfiguration('standby').update(key, value, target);
}

/** Waits until something holds; for as long as a busy machine takes. */
async function until(holds: () => unknown): Promise<void> {
  const end = Date.now() + 50_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It did not happen within 50 s.');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
