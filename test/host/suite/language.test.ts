import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const text = `cluster: typed
system: lustre
nodes:
  - { name: mgs1, address: 192.0.2.1, roles: [mgs, mds] }
  - { name: oss1, address: 192.0.2.3, roles: [oss] }
  - { name: oss2, address: 192.0.2.4, roles: [oss] }
lustre:
  filesystem: scratch
  mgsNids: [192.0.2.1@tcp]
  targets:
    - name: OST0000
      device: /dev/drbd0
      mountPoint: /mnt/ost0
      primary: oss1
`;

const stored = `cluster: stored
system: vstorage
redundancy:
  encoding: 5+2
nodes:
${Array.from({ length: 10 }, (_, index) => `  - { name: cs${index}, address: 192.0.2.${index + 10}, roles: [mds, cs], disks: [{ path: /dev/sdb, capacity: 10TB, used: 8TB }] }`).join('\n')}
`;

describe('cluster files as a language', () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const written: vscode.Uri[] = [];

  async function show(name: string, content: string): Promise<vscode.TextEditor> {
    assert.ok(folder, 'the host has no workspace folder');
    const uri = vscode.Uri.joinPath(folder, name);
    await vscode.workspace.fs.writeFile(uri, Buffer.from(content));
    written.push(uri);
    return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
  }

  before(async () => void (await vscode.extensions.getExtension('standby.standby')?.activate()));

  afterEach(async () => {
    await vscode.workspace.getConfiguration('standby').update('codeLens.enabled', undefined, true);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const uri of written.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  it('put in the key that is accepted for what was typed, and the finding goes', async () => {
    const editor = await show(
      'accepted.cluster.yaml',
      'cluster: a\nsystem: moosefs\nnodes:\n  - name: m1\n    ',
    );
    const { document } = editor;
    editor.selection = new vscode.Selection(4, 4, 4, 4);
    const misses = (each: vscode.Diagnostic) =>
      codeOf(each) === 'missing-key' && /address/.test(each.message);
    await found(document.uri, (all) => all.some(misses));
    await vscode.commands.executeCommand('type', { text: 'addr' });
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
    // The widget takes the accepting only once it stands.
    await until(async () => {
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      return document.lineAt(4).text.startsWith('    address: ');
    });
    await vscode.commands.executeCommand('type', { text: '192.0.2.7' });
    assert.equal(document.lineAt(4).text, '    address: 192.0.2.7');
    await found(document.uri, (all) => !all.some(misses));
  });

  it('propose nodes with the role that a target needs', async () => {
    const editor = await show('proposed.cluster.yaml', `${text}      secondary: `);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      editor.document.lineAt(editor.document.lineCount - 1).range.end,
    );
    const names = list.items
      .filter(({ kind }) => kind === vscode.CompletionItemKind.Reference)
      .sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''))
      .map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.deepEqual(names, ['oss1', 'oss2', 'mgs1']);
  });

  it('explain a key, and reckon at redundancy and at a node', async () => {
    const { document } = await show('hovered.cluster.yaml', stored);
    assert.match(await hover(document, 'encoding'), /M\+N/);
    await until(async () => /Capacity 100 TB/.test(await hover(document, 'redundancy')));
    assert.match(await hover(document, 'redundancy'), /2 may fail at once/);
    assert.match(await hover(document, 'cs3'), /2 TB free and owes a reserve of 888\.89 GB/);
  });

  it('have a quick fix settle a misspelt key, and its diagnostic goes', async () => {
    const { document } = await show('fixed.cluster.yaml', stored.replace('redundancy', 'redundancee'));
    const [first] = await found(document.uri, (all) => all.some((each) => codeOf(each) === 'unknown-key'));
    assert.ok(first);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      new vscode.Range(2, 0, 2, 3),
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ edit }) => edit?.has(document.uri));
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.lineAt(2).text, 'redundancy:');
    await found(document.uri, (all) => !all.some((each) => codeOf(each) === 'unknown-key'));
  });

  it('have a quick fix add a spare node, with its name and address to be filled in', async () => {
    const seven = `${stored.split('\n').slice(0, 12).join('\n')}\n`;
    const editor = await show('spare.cluster.yaml', seven);
    const { document } = editor;
    const isFull = (each: vscode.Diagnostic) => codeOf(each) === 'no-spare-domain';
    await found(document.uri, (all) => all.some(isFull));
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      placeOf(document, '5+2'),
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title === 'Add a spare node');
    assert.ok(fix?.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.lineAt(12).text, '  - { name: spare1, address: spare1, roles: [cs] }');
    assert.equal(document.getText(editor.selection), 'spare1');
    await found(document.uri, (all) => !all.some(isFull));
  });

  it('lead from a use to the node, know all uses, and rename them', async () => {
    const { document } = await show('named.cluster.yaml', text);
    const use = placeOf(document, 'primary: oss1').end;
    const [definition] = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      use,
    );
    assert.equal(definition?.range.start.line, 4);
    const references = await vscode.commands.executeCommand<vscode.Location[]>(
      'vscode.executeReferenceProvider',
      document.uri,
      use,
    );
    assert.deepEqual(references.map(({ range }) => range.start.line).sort(), [13, 4].sort());
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      use,
      'oss7',
    );
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.getText(), text.replaceAll('oss1', 'oss7'));
  });

  it('have an outline with the nodes in it', async () => {
    const { document } = await show('outlined.cluster.yaml', text);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const nodes = symbols.find(({ name }) => name === 'nodes');
    assert.deepEqual(
      nodes?.children.map(({ name, detail }) => `${name} ${detail}`),
      ['mgs1 mgs, mds · 192.0.2.1', 'oss1 oss · 192.0.2.3', 'oss2 oss · 192.0.2.4'],
    );
  });

  it('say above redundancy what the cluster survives, unless the setting is off', async () => {
    const { document } = await show('lens.cluster.yaml', stored);
    const lenses = async () =>
      (
        await vscode.commands.executeCommand<vscode.CodeLens[]>(
          'vscode.executeCodeLensProvider',
          document.uri,
          10,
        )
      ).map(({ range, command }) => `${range.start.line}: ${command?.title ?? ''}`);
    await until(async () => (await lenses()).length > 0);
    assert.deepEqual(await lenses(), ['2: Survives 2 more failures · rebuilds itself after 2']);
    await vscode.workspace.getConfiguration('standby').update('codeLens.enabled', false, true);
    await until(async () => (await lenses()).length === 0);
  });

  it('offer a whole file in an empty one, and nothing in other people’s YAML', async () => {
    const labels = async (name: string, content: string) => {
      const { document } = await show(name, content);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(0, 0),
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    assert.ok((await labels('empty.cluster.yaml', '')).includes('moosefs cluster'));
    assert.ok(!(await labels('other.yaml', '')).includes('moosefs cluster'));
  });
});

function placeOf(document: vscode.TextDocument, word: string): vscode.Range {
  const start = document.getText().indexOf(word);
  assert.ok(start >= 0, `no ${word}`);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + word.length));
}

async function hover(document: vscode.TextDocument, word: string): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    placeOf(document, word).start.translate(0, 1),
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((each) => (typeof each === 'string' ? each : each.value))
    .join('\n')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Standby's diagnostics of a file, once they are as wanted. */
async function found(
  uri: vscode.Uri,
  wanted: (all: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const now = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Standby');
  await until(() => Promise.resolve(wanted(now())));
  return now();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It did not happen within 45 s.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
