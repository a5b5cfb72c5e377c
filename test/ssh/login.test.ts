import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import type { Connections } from '../../src/ssh/connection';
import { openConnections } from '../../src/ssh/connections';
import type { HostKeyQuestion, SecretQuestion, SshOptions } from '../../src/ssh/options';
import { clusterOf, failureOf, nodeAt } from './clusters';
import { FakeServer, clientKey, type FakeBehaviour } from './fake-server';
import { AMPLE, TEST_LIMIT } from './limits';
import { tempFolder } from './temp';

describe('SSH logins', function () {
  this.timeout(TEST_LIMIT);
  const temp = tempFolder();
  const at = (...parts: string[]) => path.join(temp.dir, ...parts);
  const config = at('config');
  const open: Connections[] = [];
  const servers: FakeServer[] = [];

  const start = async (behaviour: FakeBehaviour) => {
    const server = await FakeServer.start(behaviour);
    servers.push(server);
    return server;
  };
  const configure = (...lines: string[]) =>
    writeFileSync(config, ['User root', 'IdentitiesOnly yes', 'IdentityAgent none', ...lines, ''].join('\n'));
  const connect = (port: number, options: Partial<SshOptions> = {}, address = '127.0.0.1') => {
    const connections = openConnections(
      clusterOf(nodeAt('m1', port, {}, address), nodeAt('m2', port, {}, address)),
      { configFile: config, homeDir: at('home'), ...options },
    );
    open.push(connections);
    return connections;
  };
  const run = (connections: Connections, name = 'm1') =>
    connections.to(name).exec('true', { timeoutMs: AMPLE });

  before(() => {
    mkdirSync(at('home'));
    writeFileSync(at('key'), clientKey, { mode: 0o600 });
  });
  beforeEach(() => configure(`IdentityFile ${at('key')}`));
  afterEach(() => {
    for (const connections of open.splice(0)) connections.dispose();
    for (const server of servers.splice(0)) server.stop();
  });
  after(() => temp.dispose());

  it('answers the one hidden question of keyboard-interactive with the password', async () => {
    const server = await start({
      onAuthentication: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Password: ', echo: false }], (answers) =>
          answers[0] === 'opensesame' ? context.accept() : context.reject(['keyboard-interactive']),
        );
      },
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const tried: boolean[] = [];
    const connections = connect(server.port, {
      askSecret: () => Promise.resolve('opensesame'),
      secretTried: (_question, _secret, worked) => tried.push(worked),
    });
    assert.equal((await run(connections)).stdout, 'ok\n');
    assert.deepEqual(tried, [true]);
  });

  it('leads a dialogue in the server’s own words: the password where it is asked for, once, and codes from the person', async () => {
    const server = await start({
      onAuthentication: (context) => {
        if (context.method !== 'keyboard-interactive')
          return context.reject(['keyboard-interactive', 'password']);
        context.prompt(
          [
            { prompt: 'Password: ', echo: false },
            { prompt: 'Code \u001b[31mof\u202e your\n token: ', echo: true },
            { prompt: 'Password: ', echo: false },
          ],
          'Second factor',
          'Look at your token.',
          ([password, code, another]) => {
            if (password !== 'opensesame' || code !== '123456')
              return context.reject(['keyboard-interactive']);
            context.prompt([{ prompt: '', echo: false }], (more) =>
              another === 'other' && more[0] === '' ? context.accept() : context.reject([]),
            );
          },
        );
      },
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const asked: SecretQuestion[] = [];
    const tried: string[] = [];
    const answers = ['opensesame', '999999', 'other', 'opensesame', '123456', 'other', ''];
    const connections = connect(server.port, {
      askSecret: (question) => {
        asked.push(question);
        return Promise.resolve(answers.shift());
      },
      secretTried: (question, secret, worked) => tried.push(`${question.kind} ${secret} ${worked}`),
    });
    assert.equal((await run(connections)).stdout, 'ok\n');
    const host = `[127.0.0.1]:${server.port}`;
    const known = { node: 'm1', user: 'root', host };
    const words = { ...known, kind: 'dialogue', instructions: 'Second factor: Look at your token.' };
    const code = { ...words, prompt: 'Code [31mof your token:', echo: true };
    const again = { ...words, prompt: 'Password:', echo: false };
    assert.deepEqual(asked, [
      { ...known, kind: 'password', again: false },
      { ...code, again: false },
      { ...again, again: false },
      // Which of them was wrong nobody knows, so that the person says all.
      { ...again, again: true },
      { ...code, again: true },
      { ...again, again: true },
      { ...known, kind: 'dialogue', instructions: '', prompt: '', echo: false, again: true },
    ]);
    assert.deepEqual(
      tried,
      [],
      'a wrong code takes no password away, and what a person says instead makes none right',
    );
  });

  it('asks for a code after a key or a password that was right, and never says that password there', async () => {
    for (const first of ['publickey', 'password'] as const) {
      let isHalfIn = false;
      const said: string[] = [];
      const server = await start({
        onAuthentication: (context) => {
          if (context.method === first && !isHalfIn) {
            isHalfIn = true;
            return context.reject(['keyboard-interactive'], true);
          }
          if (context.method !== 'keyboard-interactive')
            return context.reject([isHalfIn ? 'keyboard-interactive' : first]);
          context.prompt([{ prompt: 'Password:', echo: false }], (answers) => {
            said.push(...answers);
            context.accept();
          });
        },
      });
      writeFileSync(at('known_hosts'), server.knownHostsLine);
      const tried: boolean[] = [];
      const connections = connect(server.port, {
        askSecret: ({ kind }) => Promise.resolve(kind === 'password' ? 'opensesame' : '123456'),
        secretTried: (_question, _secret, worked) => tried.push(worked),
      });
      assert.equal((await run(connections)).stdout, 'ok\n');
      assert.deepEqual(said, [first === 'publickey' ? 'opensesame' : '123456']);
      assert.deepEqual(tried, [true]);
    }
  });

  it('ends a dialogue that got no answer with the question in words, and asks for that account no more', async () => {
    let prompts = 0;
    const server = await start({
      onAuthentication: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        prompts++;
        context.prompt([{ prompt: 'Verification code: ', echo: false }], () => context.accept());
      },
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    let asked = 0;
    const connections = connect(server.port, { askSecret: () => (asked++, Promise.resolve(undefined)) });
    for (const node of ['m1', 'm2']) {
      const failure = await failureOf(run(connections, node));
      assert.equal(failure.reason, 'auth-failed');
      assert.match(failure.message, /asks “Verification code:”, and got no answer\. Connect again/);
    }
    assert.equal(asked, 1);
    assert.equal(prompts, 2, 'an empty answer would have counted as a wrong one');
    const alone = await failureOf(run(connect(server.port)));
    assert.match(alone.message, /nobody is here to be asked/);
  });

  it('takes a question back when the server hangs up before the answer', async () => {
    const server = await start({
      onAuthentication: (context) => {
        if (context.method !== 'keyboard-interactive') return context.reject(['keyboard-interactive']);
        context.prompt([{ prompt: 'Code: ', echo: true }], () => {});
      },
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    let takenBack = false;
    const connections = connect(server.port, {
      askSecret: (_question, signal) =>
        new Promise(() => {
          signal?.addEventListener('abort', () => (takenBack = true));
          for (const socket of server.sockets) socket.destroy();
        }),
    });
    await failureOf(run(connections));
    assert.equal(takenBack, true);
  });

  it('falls back to the password where nothing stands behind keyboard-interactive', async () => {
    const server = await start({
      onAuthentication: (context) =>
        context.method === 'password' && context.password === 'opensesame'
          ? context.accept()
          : context.reject(['keyboard-interactive', 'password']),
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const answers = ['wrong', 'opensesame'];
    const tried: boolean[] = [];
    const connections = connect(server.port, {
      askSecret: () => Promise.resolve(answers.shift()),
      secretTried: (_question, _secret, worked) => tried.push(worked),
    });
    assert.equal((await run(connections)).stdout, 'ok\n');
    assert.deepEqual(tried, [false, true]);
  });

  it('tells each wrong password from the right one, asks with `again`, and gives up after three', async () => {
    const server = await start({ password: 'right' });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const told: string[] = [];
    const asked: SecretQuestion[] = [];
    const ask = (answers: string[]): Partial<SshOptions> => ({
      askSecret: (question) => {
        asked.push(question);
        return Promise.resolve(answers.shift());
      },
      secretTried: (_question, secret, worked) => told.push(`${secret} ${worked}`),
    });
    const connections = connect(server.port, ask(['wrong', 'right']));
    await Promise.all([run(connections)]);
    await run(connections, 'm2');
    assert.deepEqual(told, ['wrong false', 'right true', 'right true']);
    assert.deepEqual(
      asked.map(({ again }) => again),
      [false, true],
      'the second node uses the password of the first',
    );
    told.length = 0;
    const hopeless = connect(server.port, ask(['1', '2', '3', '4']));
    assert.equal((await failureOf(run(hopeless))).reason, 'auth-failed');
    assert.deepEqual(told, ['1 false', '2 false', '3 false']);
  });

  it('counts a login that is refused after a while as denied, and works again when it is let in', async () => {
    let accepts = true;
    const server = await start({
      onAuthentication: (context) => (accepts ? context.accept() : context.reject(['publickey'])),
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const connections = connect(server.port);
    await run(connections);
    accepts = false;
    for (const socket of server.sockets) socket.destroy();
    const cut = await run(connections).catch(() => undefined);
    assert.equal(cut, undefined);
    const refused = await failureOf(run(connections));
    assert.equal(refused.reason, 'auth-failed');
    assert.equal(refused.denied, true);
    accepts = true;
    assert.equal((await run(connect(server.port))).stdout, 'ok\n');
  });

  it('takes another machine behind the same name for a changed key, not for a death', async () => {
    // The key of the server is the same for all fakes, so the stranger is known by one of its own.
    const server = await start({});
    const stranger = await FakeServer.startWithOwnKey({});
    servers.push(stranger);
    const point = (to: FakeServer) =>
      configure(`IdentityFile ${at('key')}`, 'HostKeyAlias m1', `Port ${to.port}`);
    writeFileSync(at('known_hosts'), server.knownHostsLine.replace(/^\S+/, 'm1'));
    point(server);
    const cluster = clusterOf({ ...nodeAt('m1', 1), ssh: { become: 'none' } });
    const connections = openConnections(cluster, { configFile: config });
    open.push(connections);
    assert.equal((await run(connections)).stdout, 'ok\n');
    point(stranger);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (const socket of server.sockets) socket.destroy();
    await run(connections).catch(() => undefined);
    const error = await failureOf(run(connections));
    assert.equal(error.reason, 'host-key-changed');
    assert.equal(error.denied, true);
  });

  it('says protocol for lists of ciphers, MACs and host keys that share nothing with ours', async () => {
    const lists: FakeBehaviour['algorithms'][] = [
      { cipher: ['3des-cbc'] },
      { cipher: ['aes128-ctr'], hmac: ['hmac-md5-96'] },
      { kex: ['diffie-hellman-group1-sha1'] },
    ];
    for (const algorithms of lists) {
      const server = await start({ algorithms });
      writeFileSync(at('known_hosts'), server.knownHostsLine);
      const error = await failureOf(run(connect(server.port)));
      assert.equal(error.reason, 'protocol', JSON.stringify(algorithms));
      assert.equal(error.denied, false);
    }
  });

  it('asks at the least, whatever StrictHostKeyChecking says, and with yes nobody', async () => {
    const server = await start({});
    const asked: HostKeyQuestion[] = [];
    const ask = (answer: boolean) => (question: HostKeyQuestion) => {
      asked.push(question);
      return Promise.resolve(answer);
    };
    for (const written of ['no', 'off', 'accept-new', 'ask']) {
      writeFileSync(at('known_hosts'), '');
      configure(`IdentityFile ${at('key')}`, `StrictHostKeyChecking ${written}`);
      const error = await failureOf(run(connect(server.port, { askHostKey: ask(false) })));
      assert.equal(error.reason, 'host-key-unknown', written);
      assert.match(error.message, written === 'ask' ? /not accepted/ : /does not change that/, written);
    }
    assert.equal(asked.length, 4);
    configure(`IdentityFile ${at('key')}`, 'StrictHostKeyChecking yes');
    const strict = await failureOf(run(connect(server.port, { askHostKey: ask(true) })));
    assert.equal(strict.reason, 'host-key-unknown');
    assert.ok(strict.message.includes(`${config} line 5`), strict.message);
    assert.equal(asked.length, 4);
    configure(`IdentityFile ${at('key')}`);
    assert.equal((await run(connect(server.port, { askHostKey: ask(true) }))).stdout, 'ok\n');
    assert.match(asked[4]?.fingerprint ?? '', /^SHA256:[A-Za-z0-9+/]{43}$/);
    assert.equal(asked[4]?.keyType, 'ssh-ed25519');
    assert.equal(statSync(at('known_hosts')).mode & 0o077, 0o044, 'an existing file keeps its rights');
  });

  it('says which means a login would need that ssh2 lacks, and the way out', async () => {
    const server = await start({
      onAuthentication: (context) => context.reject(['publickey', 'gssapi-with-mic' as never]),
    });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    writeFileSync(at('sk'), securityKey());
    copyFileSync(at('key'), at('certified'));
    writeFileSync(at('certified-cert.pub'), 'ssh-ed25519-cert-v01@openssh.com AAAA\n');
    configure(
      `IdentityFile ${at('sk')}`,
      `IdentityFile ${at('certified')}`,
      'CertificateFile ~/there-cert.pub',
      `IdentityFile ${at('missing')}`,
    );
    const error = await failureOf(run(connect(server.port)));
    assert.equal(error.reason, 'auth-failed');
    for (const part of [
      'FIDO security key',
      at('certified-cert.pub'),
      `${config} line 6`,
      'GSSAPI',
      'standby.ssh.systemSsh',
      '--system-ssh',
      at('missing'),
    ])
      assert.ok(error.message.includes(part), `${part} in: ${error.message}`);
    rmSync(at('sk'));
  });

  it('uses no key file that others may read, as ssh', async () => {
    const server = await start({});
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    chmodSync(at('key'), 0o644);
    try {
      const error = await failureOf(run(connect(server.port)));
      assert.equal(error.reason, 'auth-failed');
      assert.ok(error.message.includes(`chmod 600 ${at('key')}`), error.message);
    } finally {
      chmodSync(at('key'), 0o600);
    }
    assert.equal((await run(connect(server.port))).stdout, 'ok\n');
  });

  it('waits 3 s for an agent that says nothing, once for all nodes, and lets go of it', async () => {
    const server = await start({});
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    const asked: net.Socket[] = [];
    const agent = net.createServer((socket) => asked.push(socket.on('error', () => {}))).listen(at('agent'));
    writeFileSync(config, `User root\nIdentityFile ${at('key')}\nIdentityAgent ${at('agent')}\n`);
    try {
      const from = performance.now();
      const connections = connect(server.port);
      await Promise.all(['m1', 'm2'].map((name) => run(connections, name)));
      const ms = performance.now() - from;
      assert.ok(ms > 2_500, `${ms} ms`);
      assert.equal(asked.length, 1);
      asked[0]?.resume();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(asked[0]?.destroyed, true);
    } finally {
      agent.close();
      for (const socket of asked) socket.destroy();
    }
  });

  it('tells of an agent that does not answer, and of a Match that it does not evaluate', async () => {
    const server = await start({ acceptsLogin: false });
    writeFileSync(at('known_hosts'), server.knownHostsLine);
    writeFileSync(
      config,
      `Match host 127.0.0.1 exec "touch ${at('executed')}"\nUser somebody\nMatch all\nUser root\nIdentityAgent ${at('no-agent')}\n`,
    );
    const lines: string[] = [];
    const error = await failureOf(run(connect(server.port, { log: (line) => lines.push(line) })));
    assert.equal(error.reason, 'auth-failed');
    assert.ok(error.message.includes(`the agent ${at('no-agent')} does not answer`), error.message);
    assert.ok(error.message.includes('Match exec is not evaluated'), error.message);
    assert.ok(
      lines.some((line) => line.includes(`${config} line 1`)),
      lines.join('\n'),
    );
    assert.throws(() => statSync(at('executed')));
  });
});

/** A private key file of the form that ssh-keygen -t ed25519-sk writes, as far as its type is read. */
function securityKey(): string {
  const text = (value: string) => {
    const data = Buffer.from(value, 'latin1');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, data]);
  };
  const one = Buffer.from([0, 0, 0, 1]);
  const publicKey = Buffer.concat([text('sk-ssh-ed25519@openssh.com'), text('x'.repeat(32)), text('ssh:')]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    text('none'),
    text('none'),
    text(''),
    one,
    text(publicKey.toString('latin1')),
    text('private'),
  ]);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.toString('base64')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
