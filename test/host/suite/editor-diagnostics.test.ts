import assert from 'node:assert/strict';
import * as vscode from 'vscode';

interface StandbyApi {
  sshLoaded(): boolean;
  clusters(): readonly { name: string; watched: boolean; nodes: Readonly<Record<string, string>> }[];
}

const good = `cluster: hosted
system: moosefs
redundancy:
  replicas: 2
nodes:
  - { name: m1, address: 192.0.2.1, roles: [master] }
  - { name: c1, address: 192.0.2.11, roles: [chunkserver] }
  - { name: c2, address: 192.0.2.12, roles: [chunkserver] }
  - { name: c3, address: 192.0.2.13, roles: [chunkserver] }
`;
const misspelt = good.replace('redundancy:', 'redundancee:');

describe('diagnostics on cluster files', () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const written: vscode.Uri[] = [];

  async function write(name: string, text: string): Promise<vscode.Uri> {
    assert.ok(folder, 'the host has no workspace folder');
    const uri = vscode.Uri.joinPath(folder, name);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    written.push(uri);
    return uri;
  }

  async function api(): Promise<StandbyApi> {
    const extension = vscode.extensions.getExtension<StandbyApi>('standby.standby');
    assert.ok(extension);
    return extension.activate();
  }

  before(async () => void (await api()));

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const uri of written.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  it('reach files that no editor shows, and go when the file goes', async () => {
    const uri = await write('closed.cluster.yaml', misspelt);
    const [finding] = await ours(uri, (found) => found.length > 0);
    assert.ok(finding);
    assert.equal(finding.source, 'Standby');
    await vscode.workspace.fs.delete(written.pop() ?? uri);
    await ours(uri, (found) => found.length === 0);
  });

  it('follow what is typed before it is saved, and a fix settles them', async () => {
    const uri = await write('typed.cluster.yaml', misspelt);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const found = await ours(uri, (all) => all.some((each) => codeOf(each) === 'unknown-key'));
    const unknown = found.find((each) => codeOf(each) === 'unknown-key');
    assert.ok(unknown);
    assert.equal(document.getText(unknown.range), 'redundancee');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      unknown.range,
    );
    const fix = actions.find((action) => action.edit?.has(uri));
    assert.ok(fix?.edit, `no fix among ${actions.map(({ title }) => title).join(', ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.ok(document.isDirty);
    await ours(uri, (all) => !all.some((each) => codeOf(each) === 'unknown-key'));
  });

  it('name the other file when two describe clusters of one name, until one of them goes', async () => {
    const first = await write('a.cluster.yaml', good);
    const second = await write('b.cluster.yaml', good);
    const isDuplicate = (each: vscode.Diagnostic) => codeOf(each) === 'duplicate-name';
    const found = await ours(second, (all) => all.some(isDuplicate));
    assert.equal(found.find(isDuplicate)?.relatedInformation?.[0]?.location.uri.path, first.path);
    await vscode.workspace.fs.delete(first);
    written.splice(written.indexOf(first), 1);
    await ours(second, (all) => !all.some(isDuplicate));
  });

  it('leave other people’s cluster.yaml alone', async () => {
    const other = await write('cluster.yaml', 'kind: Cluster\nnodes: 7\n');
    const uri = await write('after.cluster.yaml', misspelt);
    await ours(uri, (found) => found.length > 0);
    assert.deepEqual(vscode.languages.getDiagnostics(other), []);
  });

  it('come without a connection: nothing is watched while nobody looks', async () => {
    const standby = await api();
    await write('quiet.cluster.yaml', good);
    await until(() => standby.clusters().some(({ name }) => name === 'hosted'));
    assert.deepEqual(
      standby.clusters().filter(({ watched }) => watched),
      [],
    );
    assert.equal(standby.sshLoaded(), false);
  });
});

function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Standby's diagnostics of a file, once they are as wanted. */
async function ours(
  uri: vscode.Uri,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const now = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Standby');
  await until(() => wanted(now()));
  return now();
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 100_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not happen within 45 s.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
