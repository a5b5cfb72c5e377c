import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import * as path from 'node:path';
import type { Cluster, Node } from '../../src/cluster/cluster';
import { systemClock, type Clock } from '../../src/heartbeat/clock';
import { Monitor } from '../../src/heartbeat/monitor';
import type { Liveness } from '../../src/heartbeat/state';
import type { Probe, Probes } from '../../src/heartbeat/probe';
import { openConnections } from '../../src/ssh/connections';
import type { Connections } from '../../src/ssh/connection';
import { clusterOf, nodeAt } from './clusters';
import { FakeServer } from './fake-server';
import { AMPLE, TEST_LIMIT } from './limits';
import { Sshd, makeKey, publicKey, whyNoSshd } from './sshd';
import { tempFolder } from './temp';
import { Wire } from './wire';

const why = whyNoSshd();
const timing = {
  interval: 250,
  // A new login of a busy machine has to come within it.
  inactiveAfter: 4_000,
  offlineAfter: 600_000,
  maintenanceOfflineAfter: 600_000,
  witnesses: 0,
};

/** A probe that puts what the script prints into the fact `said`. */
const probe = (id: string, script: string | ((node: Node) => string), more: Partial<Probe> = {}): Probe => ({
  id,
  everyBeats: 1,
  timeoutMs: 700,
  script: (_cluster, node) => (typeof script === 'string' ? script : script(node)),
  read: ({ stdout, stderr, exitCode }) => {
    if (exitCode !== 0) throw new Error(stderr.trim());
    return { facts: { [id]: stdout.trim() } };
  },
  ...more,
});
const asking = (...node: Probe[]): Probes => ({ node, combine: () => undefined });

describe(`Heartbeats under faults, against a real sshd${why ? ` (skipped: ${why})` : ''}`, function () {
  this.timeout(TEST_LIMIT);
  const temp = tempFolder();
  const at = (...parts: string[]) => path.join(temp.dir, ...parts);
  const mark = randomUUID();
  const servers: Sshd[] = [];
  const fakes: { stop(): void }[] = [];
  /** Ports that lead to the first server, and show its key. */
  const learnt: number[] = [];
  let key: string;
  let sshd: Sshd;
  let handles: Record<string, number>;
  let connections: Connections | undefined;
  let monitor: Monitor | undefined;
  let seen: Map<string, Set<Liveness>>;

  /** A server whose sessions can be told by their environment, and whose login runs `login` first. */
  const start = async (name: string, login = '') => {
    // sshd obeys the first SetEnv alone.
    const extra = [`SetEnv STANDBY_TEST=${mark} SHLVL=2`];
    if (login !== '') {
      const file = at(`${name}.sh`);
      writeFileSync(file, `#!/bin/sh\n${login}\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`);
      chmodSync(file, 0o755);
      extra.push(`ForceCommand ${file}`);
    }
    const server = await Sshd.start(at(name), [key], extra);
    servers.push(server);
    return server;
  };
  const watch = (
    nodes: readonly Node[],
    probes: Probes = asking(),
    clock: Clock = systemClock,
    options: { readonly systemSsh?: readonly string[]; readonly witnesses?: number } = {},
  ) => {
    const { systemSsh = [], witnesses = 0 } = options;
    const lines = servers.map((server) => server.knownHostsLine);
    const [first] = servers;
    if (first) {
      const { type, base64 } = publicKey(first.hostKey);
      for (const port of learnt.splice(0)) lines.push(`[127.0.0.1]:${port} ${type} ${base64}\n`);
    }
    writeFileSync(at('known_hosts'), lines.join(''));
    const cluster: Cluster = { ...clusterOf(...nodes), heartbeat: { ...timing, witnesses } };
    connections = openConnections(cluster, { configFile: at('config'), homeDir: at('home'), systemSsh });
    monitor = new Monitor({ cluster, probes, connections, clock });
    seen = new Map(nodes.map(({ name }) => [name, new Set()]));
    monitor.onState(({ nodes: states }) =>
      states.forEach(({ name, liveness }) => seen.get(name)?.add(liveness)),
    );
    monitor.start();
  };
  const state = (name = 'm1') => {
    const found = monitor?.state.nodes.find((node) => node.name === name);
    assert.ok(found);
    return found;
  };
  const until = async (what: string, holds: () => boolean, ms = AMPLE) => {
    for (const end = performance.now() + ms; !holds(); await pause(20))
      if (performance.now() > end)
        assert.fail(
          `Not within ${ms} ms: ${what}; ${JSON.stringify(monitor?.state.nodes ?? [handlesNow(), handles])}`,
        );
  };
  const neverSilent = (name: string) => {
    const states = seen.get(name);
    assert.ok(
      states?.has('active') && !states.has('inactive') && !states.has('offline'),
      `${name}: ${[...(states ?? [])].join()}`,
    );
  };
  const becomes = (liveness: Liveness, name = 'm1') =>
    until(`${name} ${liveness}`, () => state(name).liveness === liveness);
  const beats = async (count: number, name = 'm1') => {
    for (let n = 0; n < count; n++) {
      const last = state(name).lastHeartbeat;
      await until('another heartbeat', () => state(name).lastHeartbeat !== last);
    }
  };
  /** Processes on the “nodes” whose command line holds a text; all of them were started by our sessions. */
  const processes = (text: string) =>
    readdirSync('/proc').filter((pid) => {
      try {
        const environment = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/environ`, 'latin1') : '';
        return environment.includes(mark) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text);
      } catch {
        return false;
      }
    });

  before(async function () {
    if (why) return this.skip();
    mkdirSync(at('home'));
    key = makeKey(at('id'));
    writeFileSync(
      at('config'),
      `IdentityFile ${key}\nIdentitiesOnly yes\nUser root\nConnectTimeout 2\nUserKnownHostsFile ${at('known_hosts')}\n`,
    );
    sshd = await start('main');
    // What is loaded on first use is no leak.
    watch([nodeAt('m1', sshd.port)]);
    await becomes('active');
    await end();
  });
  beforeEach(async () => {
    // mocha's own timer begins when a hook waits.
    await pause(1);
    handles = handlesNow();
  });
  const end = async () => {
    monitor?.stop();
    await monitor?.settled();
    connections?.dispose();
    monitor = undefined;
    connections = undefined;
  };
  afterEach(async () => {
    if (why) return;
    await end();
    for (const fake of fakes.splice(0)) fake.stop();
    await until('no session is left', () => processes('standby-answer').length === 0);
    for (const pid of processes('sleep 617')) process.kill(Number(pid), 'SIGKILL');
    // Timers and sockets of the test itself come and go; none may stay that was not there before.
    await until('no timer or socket is left', () =>
      Object.entries(handlesNow()).every(([type, count]) => count <= (handles[type] ?? 0)),
    );
  });
  after(async () => {
    await Promise.all(servers.map((server) => server.down()));
    temp.dispose();
  });

  it('a killed session: the next beat connects again, and the node is never silent', async () => {
    watch([nodeAt('m1', sshd.port)]);
    await becomes('active');
    for (let n = 0; n < 3; n++) {
      for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
      await beats(2);
    }
    neverSilent('m1');
    assert.equal(sshd.sessions().length, 1);
  });

  it('a killed loop: another is begun on the same connection, and none piles up', async () => {
    watch([nodeAt('m1', sshd.port)]);
    await becomes('active');
    const sessions = sshd.sessions();
    for (let n = 0; n < 5; n++) {
      for (const pid of processes('standby-answer')) process.kill(Number(pid), 'SIGKILL');
      await beats(2);
    }
    neverSilent('m1');
    assert.deepEqual(sshd.sessions(), sessions);
    assert.equal(processes('standby-answer').length, 1);
  });

  it('a server that is killed and comes back', async () => {
    const server = await start('killed');
    watch([nodeAt('m1', server.port)]);
    await becomes('active');
    await server.down();
    await becomes('inactive');
    assert.equal(state().failure?.reason, 'refused');
    await server.up();
    await becomes('active');
    await beats(2);
    assert.equal(server.sessions().length, 1);
  });

  it('a server that is stopped and goes on: silent meanwhile, and one session afterwards', async () => {
    const server = await start('stopped');
    watch([nodeAt('m1', server.port), nodeAt('m2', sshd.port)]);
    await becomes('active');
    const listener = Number(readFileSync(at('stopped', 'pid'), 'utf8'));
    const frozen = [listener, ...server.sessions()];
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await becomes('inactive');
    await pause(2_500);
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    await becomes('active');
    await beats(2);
    await until(
      'one session',
      () => server.sessions().length === 1 && processes('standby-answer').length === 2,
    );
    neverSilent('m2');
  });

  it('packets that are dropped while it is watched, and restored: silent in time, no process too many', async () => {
    const wire = await Wire.to(sshd.port);
    fakes.push(wire);
    learnt.push(wire.port);
    watch([nodeAt('m1', wire.port), nodeAt('m2', sshd.port)], asking(probe('df', 'echo fine')));
    await becomes('active');
    await becomes('active', 'm2');
    await beats(2);
    wire.isCut = true;
    const heard = state().lastHeartbeat ?? NaN;
    await becomes('inactive');
    const late = Date.now() - heard - timing.inactiveAfter;
    // One interval, and the second at which ages are looked at; the rest is what a busy machine may take.
    assert.ok(late >= 0 && late < timing.interval + 1_000 + 10_000, `${late} ms after its deadline`);
    await until('its failure', () => state().failure?.reason === 'timeout');
    wire.isCut = false;
    await becomes('active');
    await beats(2);
    assert.match(state().reason ?? '', /after it became inactive/);
    neverSilent('m2');
    await until('one loop a node', () => processes('standby-answer').length === 2);
  });

  it('a link that goes down with its connections, and comes up: refused meanwhile, heard soon after', async () => {
    const wire = await Wire.to(sshd.port);
    learnt.push(wire.port);
    watch([nodeAt('m1', wire.port)]);
    await becomes('active');
    wire.stop();
    await becomes('inactive');
    assert.equal(state().failure?.reason, 'refused');
    const again = await Wire.to(sshd.port, wire.port);
    fakes.push(again);
    await becomes('active');
    await beats(2);
    await until('one loop', () => processes('standby-answer').length === 1);
  });

  it('a name that leads to another machine: denied with its key, no failure, and no witness is asked', async () => {
    const other = await start('other');
    const wire = await Wire.to(sshd.port);
    fakes.push(wire);
    learnt.push(wire.port);
    watch([nodeAt('m1', wire.port), nodeAt('m2', sshd.port)], asking(), systemClock, { witnesses: 3 });
    await becomes('active');
    await becomes('active', 'm2');
    const dialled = wire.accepted;
    wire.target = other.port;
    wire.cut();
    await becomes('denied');
    assert.equal(state().failure?.reason, 'host-key-changed');
    await pause(timing.inactiveAfter + 500);
    assert.equal(state().liveness, 'denied');
    assert.equal(state().verdict, undefined);
    const states = seen.get('m1');
    assert.ok(!states?.has('inactive') && !states?.has('offline'), [...(states ?? [])].join());
    assert.ok(!monitor?.state.observerLost);
    // It is left alone more and more, so what came is our own few attempts and the calls of the roll.
    assert.ok(wire.accepted - dialled <= 8, `${wire.accepted - dialled} connections`);
    assert.equal(other.sessions().length, 0);
    wire.target = sshd.port;
    await monitor?.refreshNode('m1');
    await becomes('active');
  });

  it('a node whose clock is ten years ahead is as alive as the others, and its age is by our clock', async function () {
    // unshare(1): a time namespace shifts what the loop reads; where the kernel has none there is nothing to test.
    const shift = 'unshare -T --boottime 315576000 --fork';
    if (spawnSync('sh', ['-c', `${shift} true`]).status !== 0) return this.skip();
    const ahead = await start('ahead', `exec ${shift} sh -c "$SSH_ORIGINAL_COMMAND"`);
    const from = Date.now();
    watch([nodeAt('m1', ahead.port)], asking(probe('df', 'echo fine')));
    await becomes('active');
    await beats(2);
    assert.ok((state().reading?.uptimeSeconds ?? 0) > 315_576_000);
    const { lastHeartbeat = 0, since = 0, readingAt = 0 } = state();
    for (const at of [lastHeartbeat, since, readingAt]) assert.ok(at >= from && at <= Date.now(), String(at));
    neverSilent('m1');
  });

  it('this machine’s clock that jumps ten years, there and back: nobody is silent for it', async () => {
    let jump = 0;
    const clock: Clock = {
      now: () => Date.now() + jump,
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
    };
    watch([nodeAt('m1', sshd.port), nodeAt('m2', sshd.port)], asking(probe('df', 'echo fine')), clock);
    await becomes('active');
    await becomes('active', 'm2');
    for (const years of [10, 0, -10, 0]) {
      jump = years * 31_557_600_000;
      await pause(1_200);
      await beats(2);
      await beats(1, 'm2');
      for (const name of seen.keys()) neverSilent(name);
    }
    assert.equal(processes('standby-answer').length, 2);
  });

  it('through this machine’s ssh: heard, stale where a probe hangs, silent when frozen, and heard again', async () => {
    const server = await start('by-system');
    const hangs = probe('df', 'exec sleep 617');
    watch([nodeAt('m1', server.port)], asking(hangs, probe('who', 'echo fine')), systemClock, {
      systemSsh: ['*'],
    });
    await becomes('active');
    await until('its probe', () => state().reading?.facts?.['who'] === 'fine');
    await until('a stale probe', () => state().stale.length > 0);
    await beats(6);
    neverSilent('m1');
    assert.match(state().stale[0]?.message ?? '', /still running there/);
    assert.equal(processes('sleep\x00617').length, 1, 'it is not asked again while it runs');
    const frozen = [Number(readFileSync(at('by-system', 'pid'), 'utf8')), ...server.sessions()];
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    await becomes('inactive');
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    await becomes('active');
    for (const pid of processes('sleep\x00617')) process.kill(Number(pid), 'SIGKILL');
  });

  it('hosts that accept and say nothing, a banner byte by byte, one of 10 MB, 300 that hang: the others go on', async () => {
    const listen = async (onSocket: (socket: Socket) => void) => {
      const fake = await FakeServer.listen(onSocket);
      fakes.push(fake);
      return fake.port;
    };
    const mute = await listen(() => {});
    const slow = await listen((socket) => {
      const timer = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(timer));
    });
    const endless = await listen((socket) => socket.write(Buffer.alloc(10 * 1024 * 1024, 'x\n')));
    const before = process.memoryUsage().rss;
    watch([
      nodeAt('m1', sshd.port),
      nodeAt('slow', slow),
      nodeAt('endless', endless),
      ...Array.from({ length: 300 }, (_, n) => nodeAt(`mute${n}`, mute)),
    ]);
    await becomes('active');
    for (const name of ['slow', 'endless', 'mute0', 'mute299']) await becomes('inactive', name);
    neverSilent('m1');
    await until('its failure', () => state('mute0').failure !== undefined);
    assert.match(state('mute0').failure?.message ?? '', /no SSH server answered|no connection/);
    assert.ok(process.memoryUsage().rss - before < 150e6);
  });

  it('df that hangs, and a system’s command on a dead master: stale, not silent, and one process each', async () => {
    const hangs = probe('df', 'exec sleep 617');
    const dead = probe('mfscli', ({ name }) => (name === 'm1' ? 'exec sleep 617.5' : 'echo fine'), {
      candidates: (_cluster, heard) => ['m1', 'm2'].filter((name) => heard.has(name)),
    });
    watch([nodeAt('m1', sshd.port), nodeAt('m2', sshd.port)], asking(hangs, dead));
    await until('the other one answers for all', () => state('m2').reading?.facts?.['mfscli'] === 'fine');
    await beats(8);
    neverSilent('m1');
    assert.deepEqual(
      state().stale.map(({ probe: id }) => id),
      ['df', 'mfscli'],
    );
    assert.match(state().stale[0]?.message ?? '', /still running there/);
    const [one, ...more] = processes('sleep\x00617.5');
    assert.deepEqual([one !== undefined, more], [true, []]);
    assert.equal(processes('sleep\x00617').length, 3, 'two of df, one on each node');
    for (const pid of processes('sleep\x00617')) process.kill(Number(pid), 'SIGKILL');
    await until('df is asked again', () => processes('sleep\x00617').length >= 2);
    for (const pid of processes('sleep\x00617')) process.kill(Number(pid), 'SIGKILL');
  });

  it('a login that prints noise, with and without an end of line', async () => {
    const noisy = await start(
      'noisy',
      `printf 'Welcome!\\nYou have mail\\nlast login: never'; echo oops >&2`,
    );
    watch([nodeAt('m1', noisy.port)]);
    await becomes('active');
    await beats(3);
    assert.ok((state().reading?.uptimeSeconds ?? 0) > 0);
  });

  it('a login that asks a question: the node says which', async () => {
    const curious = await start('curious', `printf 'Which project? '; read -r project`);
    watch([nodeAt('m1', curious.port)]);
    await until('a failure', () => state().failure !== undefined);
    assert.match(state().failure?.message ?? '', /“Which project\?”.*start-up file/);
    assert.ok(processes('curious.sh').length <= 1);
  });

  it('a login without the right to sudo is heard, and its probes say why they cannot', async () => {
    mkdirSync(at('bin'));
    writeFileSync(at('bin', 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n');
    chmodSync(at('bin', 'sudo'), 0o755);
    const strict = await start('strict', `PATH=${at('bin')}:$PATH`);
    watch([nodeAt('m1', strict.port, { become: 'sudo' })], asking(probe('df', 'echo fine')));
    await until('a stale probe', () => state().stale.length > 0);
    await beats(2);
    assert.equal(state().liveness, 'active');
    assert.match(state().stale[0]?.message ?? '', /a password is required/);
  });

  it('a node on which nothing can be written', async () => {
    const full = await start('full', 'ulimit -f 0; cd /proc || exit');
    watch([nodeAt('m1', full.port)], asking(probe('df', 'echo fine')));
    await becomes('active');
    await until('its probe', () => state().reading?.facts?.['df'] === 'fine');
    assert.deepEqual(state().stale, []);
  });

  it('an hour of sleep of this machine: nobody is silent for it, and every node is asked at once', async () => {
    let slept = 0;
    const clock: Clock = {
      now: () => Date.now() + slept,
      sleep: (ms, signal) => systemClock.sleep(ms, signal),
    };
    watch([nodeAt('m1', sshd.port), nodeAt('m2', sshd.port)], asking(), clock);
    await becomes('active');
    await becomes('active', 'm2');
    slept = 3_600_000;
    // The connections did not survive it.
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
    await pause(1_200);
    await beats(2);
    await beats(1, 'm2');
    for (const name of seen.keys()) neverSilent(name);
  });
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What this process holds open, by kind, without the servers of the tests. */
function handlesNow(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo())
    if (!['ProcessWrap', 'PipeWrap'].includes(type)) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
