import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeServer, type FakeBehaviour } from '../../ssh/fake-server';
import { freePort } from '../../ssh/sshd';
import type { Ended } from '../../bed/programs';
import { DemoDesk } from './demo-desk';

interface NodeJson {
  readonly name: string;
  readonly liveness: string;
  readonly verdict?: string;
  readonly reason?: string;
}

/** What can be wrong with a node, and what a person has to be told about it. */
describe('a node that cannot be asked', function () {
  this.timeout(120_000);
  let bench: DemoDesk;
  let servers: FakeServer[];
  beforeEach(async () => {
    bench = await DemoDesk.start();
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) server.stop();
    await bench.stop();
  });

  const serve = async (behaviour: FakeBehaviour, known: 'known' | 'unknown' | 'changed' = 'known') => {
    const server = await FakeServer.start(behaviour);
    servers.push(server);
    const { port } = server;
    const file = join(bench.demo.dir, 'ssh/known_hosts');
    const other = /ssh-ed25519 (\S+)/.exec(await readFile(file, 'utf8'))?.[1] ?? '';
    if (known === 'known') await appendFile(file, server.knownHostsLine);
    if (known === 'changed') await appendFile(file, `[127.0.0.1]:${port} ssh-ed25519 ${other}\n`);
    return port;
  };

  /** One look with cs3 at another place. Every other node still has to be active. */
  const look = async (place: { readonly port?: number; readonly address?: string }) => {
    const port = bench.demo.place.ports.get('cs3');
    const file = await bench.changed('fault.cluster.yaml', (text) => {
      const [before, after] = text.split('  - name: cs3\n') as [string, string];
      const changed = after
        .replace('address: 127.0.0.1', `address: ${place.address ?? '127.0.0.1'}`)
        .replace(`port: ${port}`, `port: ${place.port ?? port}`);
      return `${before}  - name: cs3\n${changed}`;
    });
    const ended: Ended = await bench.run('status', file, '--format', 'json', '--timeout', '9s');
    assert.equal(ended.code, 1, ended.stderr + ended.stdout);
    const { nodes } = JSON.parse(ended.stdout) as { nodes: NodeJson[] };
    assert.equal(nodes.length, 9);
    for (const { name, liveness, reason } of nodes) {
      if (name !== 'cs3') assert.equal(liveness, 'active', `${name}: ${reason}`);
    }
    const node = nodes.find(({ name }) => name === 'cs3');
    assert(node);
    return { ...node, reason: node.reason ?? '' };
  };

  it('unknown host: names it and its verdict', async () => {
    const { liveness, verdict, reason } = await look({ address: 'no-such-host.invalid' });
    assert.equal(liveness, 'unknown');
    assert(verdict !== undefined);
    assert.match(reason, /^unknown-host: .*cs3.*no-such-host\.invalid/);
  });

  it('refused port', async () => {
    const port = await freePort();
    const { liveness, reason } = await look({ port });
    assert.equal(liveness, 'unknown');
    assert.match(reason, new RegExp(`^refused: .*cs3.*${port}`));
  });

  it('wrong key: denied, without a verdict', async () => {
    const { liveness, verdict, reason } = await look({ port: await serve({ acceptsLogin: false }) });
    assert.deepEqual({ liveness, verdict }, { liveness: 'denied', verdict: undefined });
    assert.match(reason, /^auth-failed: .*cs3/);
  });

  it('changed host key: no login is tried, both fingerprints and the line are named', async () => {
    let logins = 0;
    const port = await serve(
      { onConnection: (connection) => connection.on('authentication', () => logins++) },
      'changed',
    );
    const { liveness, verdict, reason } = await look({ port });
    assert.deepEqual({ liveness, verdict, logins }, { liveness: 'denied', verdict: undefined, logins: 0 });
    assert.match(reason, /^host-key-changed: .*cs3/);
    assert.equal(new Set(reason.match(/SHA256:[\w+/]{43}/g)).size, 2, reason);
    assert.match(reason, /known_hosts(:| line )\d+/);
  });

  it('unknown host key: refused without --accept-new, with the fingerprint; stored with it', async () => {
    const port = await serve({}, 'unknown');
    const { liveness, reason } = await look({ port });
    assert.equal(liveness, 'denied');
    assert.match(reason, /^host-key-unknown: .*cs3.*SHA256:/);
    const stored = await bench.run(
      'status',
      join(bench.desk.dir, 'fault.cluster.yaml'),
      '--accept-new',
      '--timeout',
      '6s',
    );
    assert.match(stored.stderr, new RegExp(`stored the key of \\[127\\.0\\.0\\.1\\]:${port}`));
    assert.match(
      await readFile(join(bench.demo.dir, 'ssh/known_hosts'), 'utf8'),
      new RegExp(`\\[127\\.0\\.0\\.1\\]:${port} `),
    );
  });

  it('a command that hangs: given up in time', async () => {
    const started = Date.now();
    const { liveness, reason } = await look({ port: await serve({ onExec: () => undefined }) });
    assert.equal(liveness, 'unknown');
    assert.match(reason, /^timeout: .*cs3/);
    // Without a limit it would never end; a busy machine is slow to start the command line.
    assert(Date.now() - started < 60_000);
  });

  for (const [what, output] of [
    ['nothing', ''],
    ['half an answer', '12.'],
    ['binary data', Buffer.from([0, 1, 2, 0xff, 0xfe, 0x80, 10])],
    ['another language', 'bash: Befehl nicht gefunden.\n'],
  ] as const) {
    it(`output that is not expected (${what}): refused, and what was found`, async () => {
      const port = await serve({
        onExec: (channel) => {
          channel.write(output);
          channel.exit(0);
          channel.end();
        },
      });
      const { liveness, reason } = await look({ port });
      assert.notEqual(liveness, 'active');
      assert.match(reason, /^protocol: Node cs3: .*POSIX sh/);
      // What a node says must not move anybody's cursor.
      assert.doesNotMatch(reason, /[\u0000-\u0008\u001b]/);
    });
  }
});
