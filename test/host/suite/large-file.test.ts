import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Mocha from 'mocha';
import * as vscode from 'vscode';

const nodes = 5_000;
/** The node in whose line somebody types. */
const chosen = 2_500;

/** Milliseconds between two looks at the clock of the event loop. */
const resolution = 5;
/** Generous: the machines of the tests are busy. Three seconds is where VS Code calls an extension host unresponsive. */
const longestStall = 1_000;

const text = `cluster: large
system: vstorage
redundancy:
  encoding: 5+2
nodes:
${Array.from(
  { length: nodes },
  (_, index) =>
    `  - name: cs${index}\n    address: 10.${index >> 16}.${(index >> 8) & 255}.${index & 255}\n    roles: [${index < 5 ? 'mds, ' : ''}cs]\n    disks:\n      - { path: /dev/sdb, capacity: 10TB, used: 7TB }\n`,
).join('')}`;

/** The event loop of the extension host between two moments, in milliseconds. */
function watch(): () => number {
  const delays = monitorEventLoopDelay({ resolution });
  delays.enable();
  return () => {
    delays.disable();
    return Math.max(0, delays.max / 1e6 - resolution);
  };
}

const say = (line: string): void => Mocha.reporters.Base.consoleLog(`      ${line}`);

describe('a file of 5,000 nodes', () => {
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
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const uri of written.splice(0)) await vscode.workspace.fs.delete(uri);
  });

  it('opens, and its squiggle goes and comes with what is typed, without a long stall', async () => {
    // What the editor itself needs for so large a text, without anything that Standby does.
    const plain = watch();
    await show('large.yaml', text);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const plainStall = plain();

    const opening = watch();
    let began = performance.now();
    const editor = await show(
      'large.cluster.yaml',
      text.replace(`cs${chosen}\n    address`, `cs${chosen}\n    adress`),
    );
    const { document } = editor;
    const misspelt = (all: readonly vscode.Diagnostic[]) =>
      all.some((each) => codeOf(each) === 'unknown-key');
    await found(document.uri, misspelt);
    const opened = performance.now() - began;
    const openingStall = opening();

    const typing = watch();
    const line = 5 + chosen * 5 + 1;
    assert.equal(document.lineAt(line).text.trim().split(':')[0], 'adress');
    editor.selection = new vscode.Selection(line, 5, line, 5);
    editor.revealRange(editor.selection);
    began = performance.now();
    await vscode.commands.executeCommand('type', { text: 'd' });
    await found(document.uri, (all) => all.length > 0 && !misspelt(all));
    const settled = performance.now() - began;
    began = performance.now();
    await vscode.commands.executeCommand('deleteLeft');
    const [finding] = (await found(document.uri, misspelt)).filter((each) => codeOf(each) === 'unknown-key');
    const returned = performance.now() - began;
    assert.deepEqual(finding?.range, new vscode.Range(line, 4, line, 10));
    for (const letter of 'address') {
      await vscode.commands.executeCommand('type', { text: letter });
    }
    await found(document.uri, (all) => all.some(({ message }) => message.includes('aaddressdress')));
    const typingStall = typing();

    const ms = (value: number): string => `${Math.round(value)} ms`;
    say(`findings ${ms(opened)} after it was opened, ${ms(settled)} and ${ms(returned)} after a keystroke;`);
    say(
      `longest stall of the extension host: ${ms(openingStall)} while it was opened, ${ms(typingStall)} while somebody typed, ${ms(plainStall)} for the same text as other people’s YAML`,
    );
    assert.ok(openingStall < longestStall, `opening stalled the extension host for ${ms(openingStall)}`);
    assert.ok(typingStall < longestStall, `typing stalled the extension host for ${ms(typingStall)}`);
  });
});

function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

/** Standby's diagnostics of a file, once they are as wanted. */
async function found(
  uri: vscode.Uri,
  wanted: (all: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const now = () => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Standby');
  const end = Date.now() + 100_000;
  for (let all = now(); ; all = now()) {
    if (wanted(all)) return all;
    if (Date.now() > end)
      throw new Error(
        `No such findings within 45 s: ${all
          .map(({ message }) => message)
          .join('\n')
          .slice(0, 2_000)}`,
      );
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
