import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import type { DemoParts, EditorDemo } from '../../../src/editor/demo';
import { demoHome, demoHomeOf, stateFolderOf } from '../../../src/editor/demo-home';
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
  let others: { cluster: Pick<Cluster, 'name' | 'nodes'> }[] = [];
  let temporary: string;
  let usual: string | undefined;

  beforeEach(async () => {
    // Other demos of this machine are none of this test's.
    usual = process.env['TMPDIR'];
    temporary = mkdtempSync(join(tmpdir(), 'standby-demo-test-'));
    process.env['TMPDIR'] = temporary;
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
    others = [];
    await made.close();
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
    rmSync(temporary, { recursive: true, force: true });
    memory.clear();
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
    const own = clusterAt('127.0.0.1', listening[0] ?? 0);
    assert.ok(demoHomeOf(own)?.sshConfig.startsWith(dir));
    assert.ok((await stateFolderOf(own)).startsWith(dir));
    await made.open();
    assert.equal(shown.length, 3, 'it is opened once');

    await made.close();
    assert.deepEqual([shown, existsSync(dir), keys.get('standby.hasDemo')], [[], false, false]);
    assert.equal(demoHomeOf(own), undefined);
    assert.equal(memory.get('standby.demoOpened'), undefined);
    for (const port of [listening[0], listening[27]]) assert.equal(await listens(port ?? 0), false);
  });

  it('is gone at once when the window closes, also while it starts', async () => {
    await made.open();
    const dir = dirname(shown[0]?.fsPath ?? '');
    made.dispose();
    assert.deepEqual([shown, existsSync(dir)], [[], false]);
    await made.open();
    assert.deepEqual([shown, demoHome()], [[], undefined]);
  });

  it('does not take a real cluster for its own because that is called alike', async () => {
    await made.open();
    const port = ports()[0] ?? 0;
    for (const other of [clusterAt('10.0.0.1', port), clusterAt('127.0.0.1', 1), { name: 'demo', nodes: [] }])
      assert.equal(demoHomeOf(other), undefined);
    const mixed = {
      name: 'demo',
      nodes: [...clusterAt('127.0.0.1', port).nodes, ...clusterAt('m2', port).nodes],
    };
    assert.equal(demoHomeOf(mixed), undefined);
  });

  it('is another one when it is opened while the last one ends', async () => {
    await made.open();
    const dir = dirname(shown[0]?.fsPath ?? '');
    await Promise.all([made.close(), made.open()]);
    assert.equal(existsSync(dir), false);
    assert.equal(shown.length, 3);
    assert.ok(demoHome());
  });

  it('remembers that it was opened for as long as the demo of another window is there', async () => {
    await made.open();
    const other = mkdtempSync(
      join(
        dirname(dirname(shown[0]?.fsPath ?? '')),
        `${basename(dirname(shown[0]?.fsPath ?? '')).replace(/-[^-]*$/, '-')}`,
      ),
    );
    await made.close();
    assert.equal(memory.get('standby.demoOpened'), true);
    rmSync(other, { recursive: true });
  });

  it('does not begin beside a cluster that is called as one of its own', async () => {
    others = [{ cluster: { ...clusterAt('10.0.0.1', 22), name: 'vdemo' } }];
    await made.open();
    assert.deepEqual(shown, []);
    assert.match(warnings.join(), /as one of the demo clusters is/);
  });
});

function clusterAt(address: string, port: number): Pick<Cluster, 'name' | 'nodes'> {
  return {
    name: 'demo',
    nodes: [{ name: 'm1', address, roles: ['master'], disks: [], ssh: { become: 'none', port } }],
  };
}

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
