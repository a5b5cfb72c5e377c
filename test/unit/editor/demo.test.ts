import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import type { DemoParts, EditorDemo } from '../../../src/editor/demo';
import { demoHomeOf, stateFolderOf } from '../../../src/editor/demo-home';
import { systems } from '../../../src/systems/index';
import { fakeVscode } from './fake-vscode';

interface Uri {
  readonly fsPath: string;
}

describe('The demo in the editor', () => {
  let restore: () => void;
  let made: EditorDemo;
  const shown: Uri[] = [];
  const warnings: string[] = [];
  const keys = new Map<string, boolean>();
  const memory = new Map<string, unknown>();
  let others: { cluster: { name: string } }[] = [];

  beforeEach(async () => {
    restore = fakeVscode({
      Uri: { file: (fsPath: string): Uri => ({ fsPath }) },
      l10n: { t: (text: string) => text },
      TabInputText: class {},
      window: {
        tabGroups: { all: [], close: () => Promise.resolve(true) },
        showWarningMessage: (text: string) => void warnings.push(text),
        setStatusBarMessage: () => undefined,
      },
    });
    const { EditorDemo } = await import('../../../src/editor/demo');
    const parts = {
      files: {
        include: (uri: Uri) => void shown.push(uri),
        exclude: (uri: Uri) => void shown.splice(shown.indexOf(uri), 1),
      },
      sessions: {
        get all() {
          return others;
        },
      },
      tree: { reveal: () => Promise.resolve() },
      context: { set: (key: string, value: boolean) => void keys.set(key, value) },
      core: () => Promise.resolve({ systems }),
      memory: {
        get: (key: string) => memory.get(key),
        update: (key: string, value: unknown) => Promise.resolve(void memory.set(key, value)),
      },
      log: { info: () => undefined, warn: (line: string) => void warnings.push(line) },
    };
    made = new EditorDemo(parts as unknown as DemoParts);
  });
  afterEach(async () => {
    await made.close();
    restore();
    shown.length = 0;
    warnings.length = 0;
    others = [];
  });

  const ports = () =>
    shown.flatMap(({ fsPath }) =>
      [...readFileSync(fsPath, 'utf8').matchAll(/port: (\d+)/g)].map(([, port]) => Number(port)),
    );

  it('shows three cluster files of a folder of its own, and takes all of it away again', async () => {
    await made.open();
    assert.equal(shown.length, 3);
    const dir = dirname(shown[0]?.fsPath ?? '');
    const listening = ports();
    assert.equal(listening.length, 28);
    assert.equal(keys.get('standby.hasDemo'), true);
    assert.deepEqual(
      [demoHomeOf({ name: 'vdemo' })?.sshConfig.startsWith(dir), demoHomeOf({ name: 'media' })],
      [true, undefined],
    );
    assert.ok((await stateFolderOf({ name: 'demo' })).startsWith(dir));
    assert.ok(!(await stateFolderOf({ name: 'media' })).startsWith(dir));
    await made.open();
    assert.equal(shown.length, 3, 'it is opened once');

    await made.close();
    assert.deepEqual([shown, existsSync(dir), keys.get('standby.hasDemo')], [[], false, false]);
    assert.equal(demoHomeOf({ name: 'vdemo' }), undefined);
    assert.equal(memory.get('standby.demoOpened'), undefined);
    for (const port of [listening[0], listening[27]]) assert.equal(await listens(port ?? 0), false);
  });

  it('is gone at once when the window closes, also while it starts', async () => {
    await made.open();
    const dir = dirname(shown[0]?.fsPath ?? '');
    made.dispose();
    assert.deepEqual([shown, existsSync(dir)], [[], false]);
    await made.open();
    assert.deepEqual([shown, demoHomeOf({ name: 'vdemo' })], [[], undefined]);
  });

  it('does not begin beside a cluster that is called as one of its own', async () => {
    others = [{ cluster: { name: 'vdemo' } }];
    await made.open();
    assert.deepEqual(shown, []);
    assert.match(warnings.join(), /as one of the demo clusters is/);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
