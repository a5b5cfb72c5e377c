import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

interface Cluster {
  readonly key: string;
  readonly name: string;
  readonly nodes: Readonly<Record<string, string>>;
}

interface StandbyApi {
  clusters(): readonly Cluster[];
}

/** Long, because a busy machine makes SSH keys and handshakes for 28 nodes. */
const limitMs = 150_000;

describe('demo clusters in the editor', () => {
  let api: StandbyApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<StandbyApi>('standby.standby');
    assert.ok(extension);
    api = await extension.activate();
  });
  after(() => vscode.commands.executeCommand('standby.demo.close'));

  const cluster = (name: string) => api.clusters().find((each) => each.name === name);

  it('are opened, broken, healed and closed, and leave nothing behind', async function () {
    this.timeout(3 * limitMs);
    const config = vscode.workspace.getConfiguration('standby').get('ssh.configFile');
    const remembered = stateOfUser();
    const others = api.clusters().length;
    await vscode.commands.executeCommand('standby.openDemo');
    for (const [name, nodes] of [
      ['demo', 9],
      ['scratch-demo', 9],
      ['vdemo', 10],
    ] as const)
      await until(`${nodes} active nodes in ${name}`, () => {
        const states = Object.values(cluster(name)?.nodes ?? {});
        return states.length === nodes && states.every((liveness) => liveness === 'active');
      });

    const key = cluster('demo')?.key ?? '';
    const file = vscode.Uri.parse(key.slice(0, key.lastIndexOf('#'))).fsPath;
    const dir = path.dirname(file);
    assert.equal(path.dirname(dir), tmpdir());
    assert.equal(statSync(dir).mode & 0o777, 0o700);
    assert.equal(statSync(path.join(dir, 'ssh/id_ed25519')).mode & 0o777, 0o600);
    assert.equal(
      vscode.workspace.getConfiguration('standby').get('ssh.configFile'),
      config,
      'the settings are the user’s own',
    );
    const ports = [...readFileSync(file, 'utf8').matchAll(/port: (\d+)/g)].map(([, port]) => Number(port));
    assert.equal(ports.length, 9);

    // As the tree calls it: with the row.
    const row = { row: { cluster: key, node: 'cs3' } };
    await vscode.commands.executeCommand('standby.demo.killNode', row);
    await until('cs3 silent', () => cluster('demo')?.nodes['cs3'] !== 'active');
    await vscode.commands.executeCommand('standby.demo.heal', row);
    await until('cs3 active again', () => cluster('demo')?.nodes['cs3'] === 'active');

    await vscode.commands.executeCommand('standby.demo.close');
    await until('no cluster of the demo', () => api.clusters().length === others);
    for (const port of ports) assert.equal(await listens(port), false, `port ${port}`);
    await until('no folder', () => !existsSync(dir));
    assert.deepEqual(stateOfUser(), remembered, 'nothing of the demo is remembered');
    await vscode.commands.executeCommand('standby.openDemo');
    await until('the demo again', () => api.clusters().length === others + 3);
  });
});

/** What the user's state folder remembers of clusters called as those of the demo. */
function stateOfUser(): readonly string[] {
  const home = process.env.XDG_STATE_HOME ?? path.join(homedir(), '.local/state');
  const folder = path.join(home, 'standby');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /demo/.test(file));
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!holds()) {
    assert.ok(performance.now() < limit, `waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
