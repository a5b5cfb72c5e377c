import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import * as net from 'node:net';
import * as path from 'node:path';
import type { SshOptions } from '../../src/ssh/options';
import { clusterOf, failureOf, nodeAt } from './clusters';
import { AMPLE, TEST_LIMIT } from './limits';
import { Sshd, freePort, makeKey, publicKey, whyNoSshd } from './sshd';
import { Workplace } from './workplace';

const why = whyNoSshd() ?? (spawnSync('ssh', ['-V']).status === 0 ? undefined : 'there is no ssh');

describe(`The ssh of this machine as transport${why ? ` (skipped: ${why})` : ''}`, function () {
  // It starts many processes, which a busy machine does slowly.
  this.timeout(TEST_LIMIT);
  const place = new Workplace();
  const at = (...parts: string[]) => place.at(...parts);
  const { config, knownHosts } = place;
  const servers: Sshd[] = [];
  const children: ChildProcess[] = [];
  const tmp = process.env['TMPDIR'];
  let sshd: Sshd;
  let key: string;

  const start = async (name: string, extra: string[] = []) => {
    const server = await Sshd.start(at(name), [key], extra);
    servers.push(server);
    return server;
  };
  const connect = (options: Partial<SshOptions> = {}, port = sshd.port, address = '127.0.0.1') =>
    place.open(clusterOf(nodeAt('m1', port, {}, address)), { systemSsh: ['test/m1'], ...options }).to('m1');
  const configure = (...lines: string[]) =>
    writeFileSync(
      config,
      [
        ...lines,
        `User ${sshd.user}`,
        `IdentityFile ${key}`,
        'IdentityAgent none',
        'IdentitiesOnly yes',
        `UserKnownHostsFile ${knownHosts}`,
        'GlobalKnownHostsFile none',
        '',
      ].join('\n'),
    );
  const commandOf = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  /** This test's ssh processes, which all name its folder of sockets. */
  const pids = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => commandOf(pid).startsWith('ssh ') && commandOf(pid).includes(at('tmp')));
  const processes = () => pids().map(commandOf);
  const until = async (holds: () => boolean, ms = AMPLE) => {
    for (const from = performance.now(); !holds() && performance.now() - from < ms;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return holds();
  };

  before(async function () {
    if (why) return this.skip();
    mkdirSync(at('tmp'));
    process.env['TMPDIR'] = at('tmp');
    key = makeKey(at('id'));
    sshd = await start('main');
  });
  beforeEach(() => {
    configure();
    writeFileSync(knownHosts, servers.map((server) => server.knownHostsLine).join(''));
  });
  afterEach(async () => {
    place.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    assert.ok(await until(() => processes().length === 0), `left over: ${processes().join('\n')}`);
    assert.deepEqual(readdirSync(at('tmp')), [], 'no folder of sockets is left');
  });
  after(async () => {
    if (tmp === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = tmp;
    await Promise.all(servers.map((server) => server.down()));
    place.dispose();
  });

  it('gives exit code, stdout and stderr of many commands over one login', async () => {
    const node = connect();
    const pieces: string[] = [];
    const first = await node.exec(`printf 'ü\\n'; printf 'no newline' >&2; exit 255`, {
      timeoutMs: AMPLE,
      onOutput: (text, stream) => pieces.push(`${stream}: ${text}`),
    });
    assert.deepEqual(first, { exitCode: 255, stdout: 'ü\n', stderr: 'no newline', truncated: false });
    assert.deepEqual(pieces.sort(), ['stderr: no newline', 'stdout: ü\n']);
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => node.exec(`echo "$LC_ALL ${i}"`, { timeoutMs: AMPLE })),
    );
    assert.deepEqual(
      all.map((result) => result.stdout),
      all.map((_, i) => `C ${i}\n`),
    );
    assert.equal((await node.exec('kill -KILL $$', { timeoutMs: AMPLE })).exitCode, 137);
    assert.equal(sshd.sessions().length, 1);
  });

  it('uses the ssh of this machine for the nodes that are listed, and no others', async () => {
    configure('ProxyCommand false');
    for (const systemSsh of [[], ['other'], ['test/m2'], ['tes']]) {
      const error = await failureOf(connect({ systemSsh }).exec('true', { timeoutMs: AMPLE }));
      assert.equal(error.reason, 'configuration');
      assert.match(error.message, /ProxyCommand.*standby\.ssh\.systemSsh/s);
    }
    for (const systemSsh of [['*'], ['test']])
      assert.notEqual(
        (await failureOf(connect({ systemSsh }).exec('true', { timeoutMs: AMPLE }))).reason,
        'configuration',
      );
  });

  it('goes through a ProxyCommand', async () => {
    const relay = at('relay.mjs');
    writeFileSync(
      relay,
      `import net from 'node:net';
const socket = net.connect(Number(process.argv[2]), '127.0.0.1');
process.stdin.pipe(socket).pipe(process.stdout);`,
    );
    configure(`ProxyCommand ${process.execPath} ${relay} %p`);
    assert.equal((await connect().exec('echo through', { timeoutMs: AMPLE })).stdout, 'through\n');
  });

  it('runs its commands whatever the configuration says about sessions, terminals and stdin', async () => {
    const touched = at('touched');
    configure(
      ...['StdinNull yes', 'SessionType none', 'ForkAfterAuthentication yes', 'RequestTTY force'],
      ...['RemoteCommand echo other', 'PermitLocalCommand yes', `LocalCommand touch ${touched}`],
    );
    const node = connect();
    const talk = await node.converse('answer=here', { timeoutMs: AMPLE });
    assert.equal(await talk.ask({ timeoutMs: AMPLE }), 'here');
    assert.equal((await node.exec('echo ours', { timeoutMs: AMPLE })).stdout, 'ours\n');
    assert.equal(existsSync(touched), false);
  });

  it('keeps a command that is late, so that nobody starts it twice, and runs a standing one each time', async () => {
    const node = connect();
    await node.exec('true', { timeoutMs: AMPLE });
    const begun = at('begun');
    const go = at('go');
    const slow = `echo x >>${begun}; until test -e ${go}; do sleep 0.1; done; echo done`;
    const late = await failureOf(node.exec(slow, { timeoutMs: 3_000, keepLate: true }));
    writeFileSync(go, '');
    assert.equal(late.reason, 'timeout');
    assert.equal(await late.ended, 'ended');
    assert.equal(readFileSync(begun, 'utf8'), 'x\n');
    const standing = () => node.exec('echo "$((1 + 1))"; exit 3', { timeoutMs: AMPLE, isStanding: true });
    for (let n = 0; n < 3; n++) {
      const { exitCode, stdout } = await standing();
      assert.deepEqual({ exitCode, stdout }, { exitCode: 3, stdout: '2\n' });
    }
    // What runs on when the connection is cut may have been done or not.
    const cut = await failureOf(node.exec('sleep 30', { timeoutMs: 3_000, keepLate: true }));
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
    assert.equal(await cut.ended, 'lost');
    await until(() => pids().length === 0);
  });

  it('logs in with a certificate, to a host that shows one', async () => {
    const authority = makeKey(at('ca'));
    const hosts = makeKey(at('host_ca'));
    const server = await Sshd.start(
      at('certified'),
      [makeKey(at('nobody'))],
      [`TrustedUserCAKeys ${authority}.pub`, `HostCertificate ${at('certified', 'host_ed25519-cert.pub')}`],
    ).catch((error: unknown) => error);
    // Its host key is made on the first start, and signed before the second.
    const sign = (ca: string, ...words: string[]) => execFileSync('ssh-keygen', ['-q', '-s', ca, ...words]);
    if (server instanceof Sshd) servers.push(server);
    assert.ok(server instanceof Sshd, String(server));
    await server.down();
    sign(hosts, '-I', 'host', '-h', '-n', '127.0.0.1', `${server.hostKey}.pub`);
    const holder = makeKey(at('holder'));
    sign(authority, '-I', 'user', '-n', server.user, `${holder}.pub`);
    await server.up();
    const { type, base64 } = publicKey(hosts);
    writeFileSync(knownHosts, `@cert-authority [127.0.0.1]:${server.port} ${type} ${base64}\n`);
    writeFileSync(
      config,
      `User ${server.user}\nIdentityFile ${holder}\nIdentityAgent none\nUserKnownHostsFile ${knownHosts}\nGlobalKnownHostsFile none\n`,
    );
    assert.equal((await connect({}, server.port).exec('echo in', { timeoutMs: AMPLE })).stdout, 'in\n');
    // Standby's own SSH says what it lacks.
    const own = await failureOf(connect({ systemSsh: [] }, server.port).exec('true', { timeoutMs: AMPLE }));
    assert.equal(own.reason, 'host-key-unknown');
    assert.match(own.message, /certificate authority.*standby\.ssh\.systemSsh/s);
    writeFileSync(knownHosts, server.knownHostsLine);
    const login = await failureOf(connect({ systemSsh: [] }, server.port).exec('true', { timeoutMs: AMPLE }));
    assert.equal(login.reason, 'auth-failed');
    assert.match(login.message, /certificate.*standby\.ssh\.systemSsh/s);
  });

  it('holds a conversation over one process, which ends with the connection', async () => {
    const node = connect();
    const talk = await node.converse('read -r load rest < /proc/loadavg; answer=$load', {
      timeoutMs: AMPLE,
    });
    assert.match(talk.first, /^\d/);
    for (let i = 0; i < 3; i++) assert.match(await talk.ask({ timeoutMs: AMPLE }), /^\d/);
    assert.equal(processes().length, 2);
    talk.close();
    assert.ok(await until(() => processes().length === 1));
    const second = await node.converse('answer=on', { timeoutMs: AMPLE });
    const cut = failureOf(second.ask({ timeoutMs: AMPLE }).then(() => second.ask({ timeoutMs: AMPLE })));
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
    assert.equal((await cut).reason, 'closed');
    assert.equal((await node.exec('echo again', { timeoutMs: AMPLE })).stdout, 'again\n');
  });

  it('safety 3: tells open, refused, forbidden and silent addresses apart', async () => {
    const node = connect();
    assert.equal(await node.reach('127.0.0.1', sshd.port, AMPLE), 'open');
    assert.equal(await node.reach('127.0.0.1', await freePort(), AMPLE), 'refused');
    const mute = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as net.AddressInfo;
    assert.equal(await node.reach('127.0.0.1', port, AMPLE), 'open', 'though it says nothing');
    mute.close();
    const dead = await deadPort();
    assert.equal(await node.reach('127.0.0.1', dead, 6_000), 'unreachable');
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGSTOP');
    const asleep = await failureOf(node.reach('127.0.0.1', dead, 2_000));
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGCONT');
    assert.equal(asleep.reason, 'timeout', 'a witness that does not answer itself says nothing');
    const strict = await start('strict', ['AllowTcpForwarding no']);
    writeFileSync(knownHosts, strict.knownHostsLine);
    assert.equal(await connect({}, strict.port).reach('127.0.0.1', sshd.port, AMPLE), 'forbidden');
  });

  it('verifies host keys whatever the configuration says, and tells why it failed', async () => {
    configure('StrictHostKeyChecking no');
    const failure = async (options: Partial<SshOptions> = {}, port?: number, address?: string) =>
      failureOf(connect(options, port, address).exec('true', { timeoutMs: AMPLE }));
    writeFileSync(knownHosts, '');
    assert.equal((await failure()).reason, 'host-key-unknown');
    configure('NoHostAuthenticationForLocalhost yes');
    assert.equal((await failure()).reason, 'host-key-unknown');
    configure('StrictHostKeyChecking no');
    const other = publicKey(makeKey(at('other_host_key')));
    writeFileSync(knownHosts, `[127.0.0.1]:${sshd.port} ${other.type} ${other.base64}\n`);
    const changed = await failure({ acceptNew: true });
    assert.equal(changed.reason, 'host-key-changed');
    assert.ok(changed.message.includes(`${knownHosts}:1`), changed.message);
    writeFileSync(knownHosts, '');
    assert.equal((await connect({ acceptNew: true }).exec('echo new', { timeoutMs: AMPLE })).stdout, 'new\n');
    assert.match(readFileSync(knownHosts, 'utf8'), /^\[127\.0\.0\.1\]:\d+ ssh-ed25519 /m);
    configure(`IdentityFile ${makeKey(at('stranger'))}`);
    const stranger = at('stranger_only');
    writeFileSync(
      stranger,
      `IdentityFile ${at('stranger')}\nIdentityAgent none\nIdentitiesOnly yes\nUserKnownHostsFile ${knownHosts}\n`,
    );
    const denied = await failure({ configFile: stranger });
    assert.equal(denied.reason, 'auth-failed');
    assert.equal(denied.denied, true);
    assert.equal((await failure({}, await freePort())).reason, 'refused');
    assert.equal((await failure({}, 22, 'no-such-host.invalid')).reason, 'unknown-host');
    writeFileSync(stranger, 'Nonsense\n');
    assert.equal((await failure({ configFile: stranger })).reason, 'configuration');
  });

  it('gets over an ssh that was killed, and says when a node opens no session', async () => {
    const node = connect();
    await node.exec('true', { timeoutMs: AMPLE });
    const [holder] = pids();
    process.kill(holder ?? 0, 'SIGKILL');
    await until(() => pids().length === 0);
    assert.equal((await node.exec('echo anew', { timeoutMs: AMPLE })).stdout, 'anew\n');
    // A login whose socket is gone is as good as none, and nothing was run on it.
    for (const folder of readdirSync(at('tmp')))
      for (const socket of readdirSync(at('tmp', folder))) rmSync(at('tmp', folder, socket));
    assert.equal((await node.exec('echo once more', { timeoutMs: AMPLE })).stdout, 'once more\n');
    const narrow = await start('narrow', ['MaxSessions 1']);
    writeFileSync(knownHosts, narrow.knownHostsLine);
    const error = await failureOf(connect({}, narrow.port).exec('true', { timeoutMs: AMPLE }));
    assert.equal(error.reason, 'protocol');
    assert.match(error.message, /MaxSessions/);
  });

  it('lets commands wait for each other where the server allows few sessions', async () => {
    const narrow = await start('narrow-3', ['MaxSessions 3']);
    writeFileSync(knownHosts, narrow.knownHostsLine);
    const node = connect({}, narrow.port);
    await node.converse('answer=here', { timeoutMs: AMPLE });
    const said = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        async (word) => (await node.exec(`echo ${word}`, { timeoutMs: AMPLE })).stdout,
      ),
    );
    assert.deepEqual(said, ['a\n', 'b\n', 'c\n', 'd\n']);
  });

  it('works in a folder for temporary files of any name', async () => {
    const odd = at('tmp', '100% odd');
    mkdirSync(odd);
    process.env['TMPDIR'] = odd;
    try {
      assert.equal((await connect().exec('echo odd', { timeoutMs: AMPLE })).stdout, 'odd\n');
    } finally {
      process.env['TMPDIR'] = at('tmp');
    }
    place.close();
    assert.deepEqual(readdirSync(odd), []);
    rmdirSync(odd);
  });

  it('keeps its deadlines: no result, an abort, a login that hangs', async () => {
    const node = connect();
    const from = performance.now();
    await node.exec('true', { timeoutMs: AMPLE });
    const late = await failureOf(node.exec('sleep 60', { timeoutMs: 300 }));
    assert.equal(late.reason, 'timeout');
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const aborted = await failureOf(node.exec('sleep 60', { timeoutMs: AMPLE, signal: controller.signal }));
    assert.equal(aborted.reason, 'aborted');
    const kept = await failureOf(node.exec('sleep 4', { timeoutMs: 3_000, keepLate: true }));
    assert.equal(await kept.ended, 'ended');
    const silent = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as net.AddressInfo;
    const hangs = await failureOf(connect({}, port).exec('true', { timeoutMs: 500 }));
    silent.close();
    assert.equal(hangs.reason, 'timeout');
    assert.ok(performance.now() - from < 45_000);
  });

  it('says busy while hosts that hang take every turn, and that is no sign of life', async () => {
    const silent = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as net.AddressInfo;
    const mute = Array.from({ length: 8 }, () => connect({}, port));
    const hanging = mute.map((node) => failureOf(node.exec('true', { timeoutMs: AMPLE })));
    const node = connect();
    const error = await failureOf(node.converse('answer=here', { timeoutMs: 1_500 }));
    assert.deepEqual([error.reason, error.hasAnswered], ['busy', undefined]);
    for (const node of mute) node.dispose();
    assert.equal((await node.exec('echo turn', { timeoutMs: AMPLE })).stdout, 'turn\n');
    await Promise.all(hanging);
    silent.close();
  });

  it('leaves no process behind when the one that uses it is killed', async () => {
    const holder = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, 'system-ssh-child.ts'), config, String(sshd.port)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(holder);
    const [first] = (await new Promise<Buffer[]>((resolve) =>
      holder.stdout.once('data', (data: Buffer) => resolve([data])),
    )) as [Buffer];
    assert.equal(first.toString(), 'here\n');
    assert.equal(processes().length, 2);
    holder.kill('SIGKILL');
    assert.ok(await until(() => processes().length === 0), processes().join('\n'));
    for (const name of readdirSync(at('tmp'))) execFileSync('rm', ['-rf', at('tmp', name)]);
  });

  /** A port on loopback that swallows connections: its owner is stopped and its backlog is full. */
  async function deadPort(): Promise<number> {
    const owner = spawn(
      process.execPath,
      [
        '-e',
        `const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(owner);
    const port = Number(await new Promise<Buffer>((resolve) => owner.stdout.once('data', resolve)));
    owner.kill('SIGSTOP');
    for (let i = 0; i < 4; i++)
      net
        .connect(port, '127.0.0.1')
        .on('error', () => {})
        .unref();
    await new Promise((resolve) => setTimeout(resolve, 100));
    return port;
  }
});
