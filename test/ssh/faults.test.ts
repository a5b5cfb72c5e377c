import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { SshOptions } from '../../src/ssh/options';
import { clusterOf, failureOf, nodeAt } from './clusters';
import { FakeServer, clientKey, type FakeBehaviour } from './fake-server';
import { freePort } from './sshd';
import { AMPLE, TEST_LIMIT } from './limits';
import { Workplace } from './workplace';

describe('SSH against servers that misbehave', function () {
  this.timeout(TEST_LIMIT);
  const place = new Workplace();
  const servers: FakeServer[] = [];
  const { config, knownHosts } = place;

  const connect = (
    server: { port: number; knownHostsLine?: string },
    options: Partial<SshOptions> = {},
    extra = '',
  ) => {
    writeFileSync(config, `User root\nIdentityFile ${place.at('key')}\nIdentitiesOnly yes\n${extra}`);
    writeFileSync(knownHosts, server.knownHostsLine ?? '');
    return place.open(clusterOf(nodeAt('m1', server.port), nodeAt('m2', server.port)), options).to('m1');
  };
  const start = async (behaviour: FakeBehaviour) => {
    const server = await FakeServer.start(behaviour);
    servers.push(server);
    return server;
  };
  const listen = async (onSocket: Parameters<typeof FakeServer.listen>[0]) => {
    const server = await FakeServer.listen(onSocket);
    servers.push(server);
    return server;
  };
  /** Milliseconds that a wait took. A limit that did not hold would be `AMPLE` or never: `soon` leaves a busy machine its time. */
  const soon = 15_000;
  const timed = async <T>(promise: Promise<T>) => {
    const from = performance.now();
    return { value: await promise, ms: performance.now() - from };
  };

  before(() => {
    mkdirSync(place.at('home'));
    writeFileSync(place.at('key'), clientKey, { mode: 0o600 });
  });
  afterEach(() => {
    place.close();
    for (const server of servers.splice(0)) server.stop();
  });
  after(() => place.dispose());

  it('safety 22: the deadline covers a server that accepts and says nothing', async () => {
    const server = await listen(() => {});
    const { value, ms } = await timed(failureOf(connect(server).exec('true', { timeoutMs: 400 })));
    assert.equal(value.reason, 'timeout');
    assert.ok(ms < soon, `${ms} ms`);
  });

  it('gives up a silent server after ConnectTimeout, and says that no SSH server answered', async () => {
    const server = await listen(() => {});
    const error = await failureOf(
      connect(server, {}, 'ConnectTimeout 1\n').exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(error.reason, 'timeout');
    assert.match(error.message, /accepted the connection but no SSH server answered/);
    assert.ok(error.message.includes(String(server.port)));
  });

  it('waits for a slow banner, and ends on one that stops in the middle', async () => {
    const good = await start({});
    const proxy = await listen((socket) => {
      setTimeout(() => void good.take(socket), 300);
    });
    const { value } = await timed(
      connect({
        port: proxy.port,
        knownHostsLine: good.knownHostsLine.replace(String(good.port), String(proxy.port)),
      }).exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(value.stdout, 'ok\n');
    const half = await listen((socket) => socket.write('SSH-2.0-Op'));
    const error = await failureOf(connect(half).exec('true', { timeoutMs: 500 }));
    assert.equal(error.reason, 'timeout');
  });

  it('calls something that is no SSH server a protocol error', async () => {
    const web = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const error = await failureOf(connect(web).exec('true', { timeoutMs: AMPLE }));
    assert.ok(['protocol', 'closed'].includes(error.reason), `${error.reason}: ${error.message}`);
    assert.ok(error.message.includes(String(web.port)), error.message);
  });

  it('says closed when a server hangs up at once', async () => {
    const rude = await listen((socket) => socket.destroy());
    assert.equal((await failureOf(connect(rude).exec('true', { timeoutMs: AMPLE }))).reason, 'closed');
  });

  it('says protocol when no algorithm is shared', async () => {
    const server = await start({ algorithms: { kex: ['diffie-hellman-group1-sha1'] } });
    const error = await failureOf(connect(server).exec('true', { timeoutMs: AMPLE }));
    assert.equal(error.reason, 'protocol');
    assert.match(error.message, /m1.*ssh -v/s);
  });

  it('says refused for a closed port and unknown-host for a name that does not exist', async () => {
    const error = await failureOf(connect({ port: await freePort() }).exec('true', { timeoutMs: AMPLE }));
    assert.equal(error.reason, 'refused');
    assert.equal(error.denied, false);
    const lost = place.open(clusterOf(nodeAt('m1', 22, {}, 'no-such-host.invalid')));
    const unknown = await failureOf(lost.to('m1').exec('true', { timeoutMs: AMPLE }));
    assert.equal(unknown.reason, 'unknown-host');
    assert.match(unknown.message, /no-such-host\.invalid/);
  });

  it('says configuration when a known_hosts file or the SSH configuration cannot be read', async () => {
    const server = await start({});
    const folder = place.at('home');
    const error = await failureOf(
      connect(server, {}, `UserKnownHostsFile ${folder}\n`).exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(error.reason, 'configuration');
    assert.ok(error.message.includes(folder), error.message);
    const missing = place.at('missing');
    const none = await failureOf(connect(server, { configFile: missing }).exec('true', { timeoutMs: AMPLE }));
    assert.equal(none.reason, 'configuration');
    assert.ok(none.message.includes(missing), none.message);
  });

  it('says auth-failed when the login is refused, and counts that as denied', async () => {
    const error = await failureOf(
      connect(await start({ acceptsLogin: false })).exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(error.reason, 'auth-failed');
    assert.equal(error.denied, true);
  });

  it('asks for a password only when keys are of no use, again after a wrong one, and never logs it', async () => {
    const server = await start({ password: 'opensesame' });
    const answers = ['wrong', 'opensesame'];
    const lines: string[] = [];
    let asked = 0;
    const node = connect(server, {
      askSecret: () => Promise.resolve(answers[asked++]),
      log: (line) => lines.push(line),
    });
    assert.equal((await node.exec('true', { timeoutMs: AMPLE })).stdout, 'ok\n');
    assert.equal(asked, 2);
    assert.doesNotMatch(lines.join(), /opensesame|wrong/);
    const never = connect(server, { askSecret: () => Promise.resolve(undefined) });
    assert.equal((await failureOf(never.exec('true', { timeoutMs: AMPLE }))).reason, 'auth-failed');
  });

  it('safety 22: a half-open connection that answers no channel hangs nobody and is replaced', async () => {
    let connections = 0;
    let isDeaf = false;
    const server = await start({
      onConnection: () => void connections++,
      onSession: (accept) => {
        if (connections === 1 && isDeaf) return;
        accept().on('exec', (acceptExec) => {
          const channel = acceptExec();
          channel.exit(0);
          channel.end(`${connections}\n`);
        });
      },
    });
    const node = connect(server);
    assert.equal((await node.exec('true', { timeoutMs: AMPLE })).stdout, '1\n');
    isDeaf = true;
    const waits = [1, 2].map(() => timed(failureOf(node.exec('true', { timeoutMs: 1_200 }))));
    for (const { value, ms } of await Promise.all(waits)) {
      assert.ok(['timeout', 'closed'].includes(value.reason), value.reason);
      assert.ok(ms < soon, `${ms} ms`);
    }
    assert.equal((await node.exec('true', { timeoutMs: AMPLE })).stdout, '2\n');
    assert.equal(connections, 2);
  });

  it('safety 22: a command that hangs ends at its deadline, and others on the connection go on', async () => {
    let connections = 0;
    let finish: () => void = () => {};
    const server = await start({
      onConnection: () => void connections++,
      onExec: (channel, command) => {
        channel.write('begun\n');
        if (command.includes('hang')) return;
        const end = () => {
          channel.exit(0);
          channel.end('done\n');
        };
        if (command.includes('slow')) finish = end;
        else end();
      },
    });
    const node = connect(server);
    await node.exec('true', { timeoutMs: AMPLE });
    let seen = '';
    const hanging = failureOf(node.exec('hang', { timeoutMs: 1_500, onOutput: (text) => (seen += text) }));
    const other = node.exec('slow', { timeoutMs: AMPLE });
    assert.equal((await hanging).reason, 'timeout');
    assert.equal(seen, 'begun\n');
    finish();
    assert.equal((await other).stdout, 'begun\ndone\n');
    await node.exec('true', { timeoutMs: AMPLE });
    assert.equal(connections, 1);
  });

  it('ends at once when aborted: while connecting, while running, and before the start', async () => {
    const silent = await listen(() => {});
    const server = await start({ onExec: () => {} });
    for (const node of [connect(silent), connect(server)]) {
      const controller = new AbortController();
      const running = failureOf(node.exec('true', { timeoutMs: AMPLE, signal: controller.signal }));
      setTimeout(() => controller.abort(), 200);
      const { value, ms } = await timed(running);
      assert.equal(value.reason, 'aborted');
      assert.ok(ms < soon, `${ms} ms`);
    }
    const late = connect(server).exec('true', { timeoutMs: AMPLE, signal: AbortSignal.abort() });
    assert.equal((await failureOf(late)).reason, 'aborted');
  });

  it('keeps the first bytes of 10 MB, hands all of it on, and says that it was cut', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    const server = await start({
      onExec: (channel) => {
        let left = 160;
        const more = () => {
          while (left > 0) {
            left--;
            if (!channel.write(piece)) return void channel.once('drain', more);
          }
          channel.exit(0);
          channel.end();
        };
        more();
      },
    });
    let seen = 0;
    const result = await connect(server).exec('true', {
      timeoutMs: AMPLE,
      maxBytes: 1_000,
      onOutput: (text) => (seen += text.length),
    });
    assert.equal(result.stdout.length, 1_000);
    assert.equal(result.truncated, true);
    assert.equal(seen, 160 * piece.length);
  });

  it('puts a letter together whose bytes arrive apart', async () => {
    const server = await start({
      onExec: (channel) => {
        const bytes = Buffer.from('ü');
        channel.write(bytes.subarray(0, 1));
        setTimeout(() => {
          channel.exit(0);
          channel.end(bytes.subarray(1));
        }, 100);
      },
    });
    const pieces: string[] = [];
    const result = await connect(server).exec('true', {
      timeoutMs: AMPLE,
      onOutput: (text) => pieces.push(text),
    });
    assert.equal(result.stdout, 'ü');
    assert.deepEqual(pieces, ['ü']);
  });

  it('says closed when the connection is killed in mid-command, and connects again for the next', async () => {
    const server = await start({
      onExec: (channel, command) => {
        if (command.includes('die')) return void setTimeout(() => server.sockets[0]?.destroy(), 100);
        channel.exit(0);
        channel.end('ok\n');
      },
    });
    const node = connect(server);
    const error = await failureOf(node.exec('die', { timeoutMs: AMPLE }));
    assert.equal(error.reason, 'closed');
    assert.match(error.message, /not known whether/);
    assert.equal((await node.exec('true', { timeoutMs: AMPLE })).stdout, 'ok\n');
    assert.equal(server.sockets.length, 2);
  });

  it('safety 3: silence about an address counts as unreachable only while the witness answers', async () => {
    const awake = await start({ onForward: () => {} });
    const witness = connect(awake);
    // The limit is for the answer alone, not for the way to the witness.
    await witness.exec('true', { timeoutMs: AMPLE });
    assert.equal(await witness.reach('192.0.2.1', 22, 3_000), 'unreachable');
    const asleep = await start({ onForward: () => {}, onSession: () => {} });
    const error = await failureOf(connect(asleep).reach('192.0.2.1', 22, 2_000));
    assert.ok(['timeout', 'closed'].includes(error.reason), error.reason);
  });

  it('safety 3: a failed connect without a stated reason is no evidence', async () => {
    const server = await start({ onForward: (_accept, reject) => reject() });
    assert.equal(await connect(server).reach('192.0.2.1', 22, AMPLE), 'forbidden');
  });

  it('makes one connection for all who wait, and none after dispose', async () => {
    const server = await start({});
    const node = connect(server);
    await Promise.all([1, 2, 3].map(() => node.exec('true', { timeoutMs: AMPLE })));
    assert.equal(server.sockets.length, 1);
    node.dispose();
    assert.equal((await failureOf(node.exec('true', { timeoutMs: AMPLE }))).reason, 'closed');
  });

  it('lets few handshakes run at once, and hosts that say nothing take none of the places', async () => {
    let running = 0;
    let most = 0;
    const server = await start({
      onConnection: (connection) => {
        most = Math.max(most, ++running);
        connection.once('ready', () => void running--);
      },
    });
    const silent = await listen(() => {});
    writeFileSync(config, `User root\nIdentityFile ${place.at('key')}\nIdentitiesOnly yes\n`);
    writeFileSync(knownHosts, server.knownHostsLine);
    const nodes = Array.from({ length: 40 }, (_, i) => nodeAt(`n${i}`, i < 20 ? silent.port : server.port));
    const connections = place.open(clusterOf(...nodes));
    const ask = (node: (typeof nodes)[number]) =>
      connections.to(node.name).exec('true', { timeoutMs: AMPLE });
    const hanging = nodes.slice(0, 20).map((node) => failureOf(ask(node)));
    const answers = await Promise.all(nodes.slice(20).map(ask));
    assert.ok(answers.every(({ stdout }) => stdout === 'ok\n'));
    connections.dispose();
    await Promise.all(hanging);
    // ssh2's server tells of a connection when the client has spoken, which it does when it has its place.
    // Eight, and eight more for each moment in which this busy machine leaves the thread idle.
    assert.ok(most <= 16, `${most} at once`);
    assert.ok(most > 1, 'they ran one by one');
  });
});
