import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { HostKeyQuestion, SecretQuestion, SshOptions } from '../../src/ssh/options';
import { clusterOf, failureOf, nodeAt } from './clusters';
import { AMPLE, TEST_LIMIT } from './limits';
import { Sshd, freePort, makeKey, publicKey, whyNoSshd } from './sshd';
import { Workplace } from './workplace';

const why = whyNoSshd();

describe(`SSH against a real sshd${why ? ` (skipped: ${why})` : ''}`, function () {
  this.timeout(TEST_LIMIT);
  const place = new Workplace();
  const at = (...parts: string[]) => place.at(...parts);
  const { config, knownHosts } = place;
  const servers: Sshd[] = [];
  let sshd: Sshd;
  let key: string;

  const connect = (options: Partial<SshOptions> = {}, ...nodes: Parameters<typeof clusterOf>) =>
    place.open(clusterOf(...nodes), options);
  const one = (options: Partial<SshOptions> = {}) => connect(options, nodeAt('m1', sshd.port)).to('m1');
  const start = async (name: string, extra: string[] = []) => {
    const server = await Sshd.start(at(name), [key], extra);
    servers.push(server);
    return server;
  };

  before(async function () {
    if (why) return this.skip();
    mkdirSync(at('home'));
    key = makeKey(at('id'));
    sshd = await start('main');
  });
  beforeEach(() => {
    writeFileSync(config, `Host *\n  User ${sshd.user}\n  IdentityFile ${key}\n  IdentitiesOnly yes\n`);
    writeFileSync(knownHosts, sshd.knownHostsLine);
  });
  afterEach(() => {
    place.close();
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.down()));
    place.dispose();
  });

  it('gives exit code, stdout and stderr, with the C locale and the sbin folders in PATH', async () => {
    const result = await one().exec(`printf 'ü\\n'; echo "$LC_ALL $PATH" >&2; exit 7`, { timeoutMs: AMPLE });
    assert.equal(result.exitCode, 7);
    assert.equal(result.stdout, 'ü\n');
    assert.match(result.stderr, /^C .*\/usr\/sbin.*\/sbin/);
    assert.equal(result.truncated, false);
  });

  it('tells the signal that ended a command', async () => {
    const result = await one().exec('kill -KILL $$', { timeoutMs: AMPLE });
    assert.equal(result.exitCode, null);
    assert.equal(result.signal, 'SIGKILL');
  });

  it('uses one connection for many commands at once, more than MaxSessions', async () => {
    const node = one();
    const results = await Promise.all(
      Array.from({ length: 25 }, (_, i) => node.exec(`echo ${i}`, { timeoutMs: AMPLE })),
    );
    assert.deepEqual(
      results.map((result) => result.stdout),
      results.map((_, i) => `${i}\n`),
    );
    assert.equal(sshd.sessions().length, 1);
  });

  it('finds open and refused ports from the node, and says forbidden where forwarding is off', async () => {
    const node = one();
    assert.equal(await node.reach('127.0.0.1', sshd.port, AMPLE), 'open');
    assert.equal(await node.reach('127.0.0.1', await freePort(), AMPLE), 'refused');
    const strict = await start('strict', ['AllowTcpForwarding no']);
    writeFileSync(knownHosts, strict.knownHostsLine);
    const forbidden = connect({}, nodeAt('m2', strict.port)).to('m2');
    assert.equal(await forbidden.reach('127.0.0.1', sshd.port, AMPLE), 'forbidden');
  });

  it('stops at a changed host key with both fingerprints and the line, and tries no login', async () => {
    const other = makeKey(at('other_host_key'));
    const { type, base64 } = publicKey(other);
    writeFileSync(knownHosts, `# a comment\n[127.0.0.1]:${sshd.port} ${type} ${base64}\n`);
    const before = readFileSync(at('main', 'log'), 'utf8').length;
    const error = await failureOf(
      one({ askHostKey: () => Promise.resolve(true) }).exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(error.reason, 'host-key-changed');
    assert.equal(error.denied, true);
    for (const file of [other, sshd.hostKey]) {
      const [, print = '?'] = execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).split(' ');
      assert.ok(error.message.includes(print), error.message);
    }
    assert.ok(error.message.includes(`${knownHosts} line 2`), error.message);
    const log = readFileSync(at('main', 'log'), 'utf8').slice(before);
    assert.doesNotMatch(log, /(Accepted|Failed|Postponed) /);
  });

  it('reads hashed known_hosts that ssh-keygen wrote', async () => {
    execFileSync('ssh-keygen', ['-q', '-H', '-f', knownHosts], { stdio: 'ignore' });
    rmSync(`${knownHosts}.old`);
    assert.match(readFileSync(knownHosts, 'utf8'), /^\|1\|/);
    assert.equal((await one().exec('echo yes', { timeoutMs: AMPLE })).stdout, 'yes\n');
  });

  it('knows a host by its RSA key alone, though the server would show ed25519 first', async () => {
    const { type, base64 } = publicKey(at('main', 'host_rsa'));
    writeFileSync(knownHosts, `[127.0.0.1]:${sshd.port} ${type} ${base64}\n`);
    assert.equal((await one().exec('echo rsa', { timeoutMs: AMPLE })).stdout, 'rsa\n');
  });

  it('refuses an unknown key without asking, asks once for all, and stores what was accepted as ssh would', async () => {
    rmSync(knownHosts);
    const refused = await failureOf(one().exec('true', { timeoutMs: AMPLE }));
    assert.equal(refused.reason, 'host-key-unknown');
    const asked: HostKeyQuestion[] = [];
    const node = one({
      askHostKey: (question) => {
        asked.push(question);
        return Promise.resolve(true);
      },
    });
    await Promise.all([node.exec('true', { timeoutMs: AMPLE }), node.exec('true', { timeoutMs: AMPLE })]);
    assert.equal(asked.length, 1);
    assert.equal(asked[0]?.host, `[127.0.0.1]:${sshd.port}`);
    assert.equal(statSync(knownHosts).mode & 0o777, 0o600);
    assert.equal(readFileSync(knownHosts, 'utf8'), sshd.knownHostsLine);
    // The real ssh, told to be strict, agrees with the file.
    const real = spawnSync(
      'ssh',
      [
        '-F',
        config,
        '-o',
        `UserKnownHostsFile=${knownHosts}`,
        '-o',
        'StrictHostKeyChecking=yes',
        '-o',
        'BatchMode=yes',
        '-p',
        String(sshd.port),
        '127.0.0.1',
        'echo agreed',
      ],
      { encoding: 'utf8' },
    );
    assert.equal(real.stdout, 'agreed\n', real.stderr);
  });

  it('asks a person again about one node, and not about the others', async () => {
    writeFileSync(knownHosts, '');
    const second = await start('other');
    const questions: HostKeyQuestion[] = [];
    let answer = false;
    const connections = connect(
      { askHostKey: (question) => (questions.push(question), Promise.resolve(answer)) },
      nodeAt('m1', sshd.port),
      nodeAt('m2', second.port),
    );
    const ask = (name: string) => connections.to(name).exec('true', { timeoutMs: AMPLE });
    for (const name of ['m1', 'm2', 'm1', 'm2'])
      assert.equal((await failureOf(ask(name))).reason, 'host-key-unknown');
    assert.deepEqual(questions.map(({ node }) => node).toSorted(), ['m1', 'm2'], 'a no is remembered');
    answer = true;
    connections.to('m1').askAgain?.();
    assert.equal((await ask('m1')).exitCode, 0);
    assert.equal((await failureOf(ask('m2'))).reason, 'host-key-unknown');
    assert.equal(questions.length, 3);
  });

  it('does not count the time a person takes to look at a host key, and calls the wait a refusal', async () => {
    rmSync(knownHosts);
    let answer: (yes: boolean) => void = () => {};
    const node = one({ askHostKey: () => new Promise((resolve) => (answer = resolve)) });
    // Long enough for a busy machine to come to the question.
    const waiting = await failureOf(node.exec('true', { timeoutMs: 4_000 }));
    assert.equal(waiting.reason, 'host-key-unknown');
    answer(true);
    assert.equal((await node.exec('echo on', { timeoutMs: AMPLE })).stdout, 'on\n');
  });

  it('says which keys were refused, and does not knock again at once', async () => {
    const stranger = makeKey(at('stranger'));
    writeFileSync(
      config,
      `IdentityFile ${stranger}\nIdentityFile ${at('missing')}\nIdentitiesOnly yes\nUser ${sshd.user}\n`,
    );
    const node = one();
    const error = await failureOf(node.exec('true', { timeoutMs: AMPLE }));
    assert.equal(error.reason, 'auth-failed');
    assert.ok(error.message.includes(stranger) && error.message.includes(at('missing')), error.message);
    // Not the length of its log: the end of a connection is written a moment after we have seen it.
    const knocks = () => readFileSync(at('main', 'log'), 'utf8').match(/^Connection from /gm)?.length ?? 0;
    const before = knocks();
    assert.ok(before > 0);
    assert.equal((await failureOf(node.exec('true', { timeoutMs: AMPLE }))).reason, 'auth-failed');
    assert.equal(knocks(), before);
  });

  it('asks once for the passphrase of a key that several nodes use, and again after a wrong one', async () => {
    const locked = makeKey(at('locked'), 'ed25519', 'correct horse');
    const server = await Sshd.start(at('locked-server'), [locked]);
    servers.push(server);
    writeFileSync(knownHosts, server.knownHostsLine);
    writeFileSync(config, `IdentityFile ${locked}\nIdentitiesOnly yes\nUser ${server.user}\n`);
    const asked: SecretQuestion[] = [];
    const lines: string[] = [];
    const askSecret = (question: SecretQuestion) => {
      asked.push(question);
      return Promise.resolve(asked.length === 1 ? 'wrong' : 'correct horse');
    };
    const connections = connect(
      { askSecret, log: (line) => lines.push(line) },
      nodeAt('m1', server.port),
      nodeAt('m2', server.port),
    );
    await Promise.all(['m1', 'm2'].map((name) => connections.to(name).exec('true', { timeoutMs: AMPLE })));
    assert.deepEqual(
      asked.map((question) => question.again),
      [false, true],
    );
    assert.doesNotMatch(lines.join('\n'), /correct horse|wrong/);
  });

  it('logs in with a key that only the agent holds', async () => {
    const held = makeKey(at('held'));
    const server = await Sshd.start(at('agent-server'), [held]);
    servers.push(server);
    writeFileSync(knownHosts, server.knownHostsLine);
    const socket = at('agent');
    const agent = execFileSync('ssh-agent', ['-s', '-a', socket], { encoding: 'utf8' });
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(agent)?.[1]);
    try {
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', makeKey(at('decoy')), held], { env, stdio: 'ignore' });
      rmSync(held);
      writeFileSync(config, `IdentityAgent ${socket}\nUser ${server.user}\n`);
      const connections = connect({}, nodeAt('m1', server.port));
      assert.equal((await connections.to('m1').exec('echo in', { timeoutMs: AMPLE })).stdout, 'in\n');
      // The public part of a key file that is gone says which of the agent's keys is meant.
      writeFileSync(
        config,
        `IdentityAgent ${socket}\nIdentitiesOnly yes\nIdentityFile ${held}\nUser ${server.user}\n`,
      );
      const meant = connect({}, nodeAt('m1', server.port));
      assert.equal((await meant.to('m1').exec('echo meant', { timeoutMs: AMPLE })).stdout, 'meant\n');
      // With IdentitiesOnly the public key names which of the agent's keys to use.
      writeFileSync(
        config,
        `IdentityAgent ${socket}\nIdentitiesOnly yes\nIdentityFile ${at('other')}\nUser ${server.user}\n`,
      );
      const only = connect({}, nodeAt('m1', server.port));
      assert.equal((await failureOf(only.to('m1').exec('true', { timeoutMs: AMPLE }))).reason, 'auth-failed');
    } finally {
      process.kill(pid);
    }
  });

  it('goes through a jump host, verifies its key too, and blames the jump host when it is the trouble', async () => {
    const bastion = await start('bastion');
    const nodes = ['m1', 'm2'].map((name) =>
      nodeAt(name, sshd.port, { proxyJump: `127.0.0.1:${bastion.port}` }),
    );
    const unknown = await failureOf(
      connect({}, ...nodes)
        .to('m1')
        .exec('true', { timeoutMs: AMPLE }),
    );
    assert.equal(unknown.reason, 'host-key-unknown');
    assert.ok(unknown.message.includes(`[127.0.0.1]:${bastion.port}`), unknown.message);
    assert.equal(unknown.node, 'm1');
    writeFileSync(knownHosts, sshd.knownHostsLine + bastion.knownHostsLine);
    const connections = connect({}, ...nodes);
    const answers = await Promise.all(
      ['m1', 'm2'].map((name) => connections.to(name).exec('echo $SSH_CONNECTION', { timeoutMs: AMPLE })),
    );
    for (const { stdout } of answers) assert.ok(stdout.trim().endsWith(String(sshd.port)), stdout);
    assert.equal(bastion.sessions().length, 1, 'both nodes share one connection to the jump host');
    await bastion.down();
    // The end of the old connection arrives by way of the jump host and may be noticed only on use.
    await connections
      .to('m1')
      .exec('true', { timeoutMs: AMPLE })
      .catch(() => undefined);
    const down = await failureOf(connections.to('m1').exec('true', { timeoutMs: AMPLE }));
    assert.equal(down.reason, 'unreachable');
    assert.match(down.message, /jump host/);
  });

  it('goes through a chain of jump hosts that the configuration names, each with settings of its own', async () => {
    const [first, second] = [await start('first'), await start('second')];
    writeFileSync(knownHosts, sshd.knownHostsLine + first.knownHostsLine + second.knownHostsLine);
    writeFileSync(
      config,
      [
        'Host inner',
        `  HostName 127.0.0.1\n  Port ${second.port}`,
        'Host outer',
        `  HostName 127.0.0.1\n  Port ${first.port}`,
        'Match originalhost 127.0.0.1',
        '  ProxyJump outer,inner',
        'Match all',
        `  User ${sshd.user}\n  IdentityFile ${key}\n  IdentitiesOnly yes\n`,
      ].join('\n'),
    );
    assert.equal((await one().exec('echo far', { timeoutMs: AMPLE })).stdout, 'far\n');
    assert.equal(first.sessions().length, 1);
    assert.equal(second.sessions().length, 1);
    const real = spawnSync(
      'ssh',
      ['-F', config, '-o', `UserKnownHostsFile=${knownHosts}`, '-G', '127.0.0.1'],
      {
        encoding: 'utf8',
      },
    );
    assert.match(real.stdout, /^proxyjump outer,inner$/m);
  });

  it('safety 5 and 22: a frozen server hangs nobody, is no evidence as a witness, and gets a new connection', async () => {
    const frozen = await start('frozen');
    writeFileSync(knownHosts, frozen.knownHostsLine);
    const node = connect({}, nodeAt('m1', frozen.port)).to('m1');
    await node.exec('true', { timeoutMs: AMPLE });
    const sessions = frozen.sessions();
    assert.equal(sessions.length, 1);
    for (const pid of sessions) process.kill(pid, 'SIGSTOP');
    const from = performance.now();
    const [command, question] = await Promise.all([
      failureOf(node.exec('true', { timeoutMs: 1_500 })),
      failureOf(node.reach('127.0.0.1', 1, 1_500)),
    ]);
    assert.ok(performance.now() - from < 15_000);
    assert.equal(command.reason, 'timeout');
    assert.ok(['timeout', 'closed'].includes(question.reason), question.reason);
    assert.equal((await node.exec('echo thawed', { timeoutMs: AMPLE })).stdout, 'thawed\n');
  });

  it('connects again after sshd was restarted, and says closed for the command that was cut off', async () => {
    const node = one();
    const cut = failureOf(node.exec('sleep 30', { timeoutMs: AMPLE }));
    await node.exec('true', { timeoutMs: AMPLE });
    await sshd.down();
    assert.equal((await cut).reason, 'closed');
    assert.equal((await failureOf(node.exec('true', { timeoutMs: AMPLE }))).reason, 'refused');
    await sshd.up();
    assert.equal((await node.exec('echo back', { timeoutMs: AMPLE })).stdout, 'back\n');
  });
});
