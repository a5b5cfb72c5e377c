import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const text = `cluster: ruled
system: vstorage
redundancy: { Replicas: 2, failureDomain: rack }
nodes:
  - { name: a, address: 192.0.2.1, roles: [mds, CS], rack: r1 }
  - { name: b, address: 192.0.2.2, roles: [mds, cs] }
`;

describe('rules in the editor', () => {
  let uri: vscode.Uri;

  before(async () => {
    await vscode.extensions.getExtension('standby.standby')?.activate();
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'the host has no workspace folder');
    uri = vscode.Uri.joinPath(folder, 'ruled.cluster.yaml');
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    await vscode.window.showTextDocument(uri);
  });

  after(async () => {
    await severity(undefined);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.workspace.fs.delete(uri);
  });

  it('link the code of a finding to its page', async () => {
    const found = await until(() => finding('wrong-role'));
    assert.ok(typeof found.code === 'object', 'the code has no link');
    const { target } = found.code;
    const page = Buffer.from(await vscode.workspace.fs.readFile(target.with({ fragment: '' }))).toString();
    assert.equal(page.split('\n')[Number(target.fragment.slice(1)) - 1], '# `wrong-role`');
  });

  it('follow the setting standby.rules.severity at once', async () => {
    await until(() => finding('unknown-key')?.severity === vscode.DiagnosticSeverity.Warning);
    await severity({ 'unknown-key': 'error', 'wrong-role': 'off' });
    await until(() => finding('unknown-key')?.severity === vscode.DiagnosticSeverity.Error);
    await until(() => finding('wrong-role') === undefined);
    await severity(undefined);
    await until(() => finding('wrong-role'));
  });

  it('fix what is safe with source.fixAll.standby, and offer the rest one by one', async () => {
    const whole = new vscode.Range(0, 0, 6, 0);
    const [all] = await actions(whole, 'source.fixAll.standby');
    assert.ok(all?.edit, 'no fix-all is offered');
    await vscode.workspace.applyEdit(all.edit);
    await until(() => finding('wrong-role') === undefined && finding('unknown-key') === undefined);
    const lacking = await until(() => finding('missing-domain'));
    const [rack] = (await actions(lacking.range, 'quickfix')).filter(({ title }) => /rack/.test(title));
    assert.ok(rack?.edit, 'no rack is offered');
    await vscode.workspace.applyEdit(rack.edit);
    await until(() => finding('missing-domain') === undefined);
    const { document } = vscode.window.activeTextEditor ?? assert.fail('no editor');
    assert.match(
      document.getText(),
      /\{ replicas: 2, .*\n.*\n.*\[mds, cs\], rack: r1.*\n.*name: b, rack: r1,/,
    );
  });

  function finding(code: string): vscode.Diagnostic | undefined {
    return vscode.languages
      .getDiagnostics(uri)
      .find((each) => (typeof each.code === 'object' ? each.code.value : each.code) === code);
  }

  function actions(range: vscode.Range, kind: string): Thenable<vscode.CodeAction[]> {
    return vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, range, kind);
  }
});

async function severity(choices: Readonly<Record<string, string>> | undefined): Promise<void> {
  await vscode.workspace
    .getConfiguration()
    .update('standby.rules.severity', choices, vscode.ConfigurationTarget.Workspace);
}

/** What a look returns, once it returns something. */
async function until<T>(look: () => T): Promise<NonNullable<T>> {
  const end = Date.now() + 100_000;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error('It did not happen within 45 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
