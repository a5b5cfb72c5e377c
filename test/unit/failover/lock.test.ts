import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ClusterLock,
  LockError,
  type LockEvent,
  type LockFailure,
  type LockOptions,
} from '../../../src/failover/lock';
import { lockRequest, lockScript, type LockRequest } from '../../../src/failover/lock-scripts';
import { answerLock, type SimulatedLock } from '../../../src/failover/lock-simulated';
import { FakeConnections, failure, ManualClock, realShell, settled, type FakeNode } from './fakes';

const never = new AbortController().signal;
const because = (reason: LockFailure) => (error: unknown) =>
  error instanceof LockError && error.reason === reason;

describe('the cluster lock, with a real sh', () => {
  let root: string;
  let clock: ManualClock;
  let nodes: Record<string, FakeNode>;
  const open: ClusterLock[] = [];
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'standby lock '));
    clock = new ManualClock();
    nodes = { m1: shellIn('m1'), m2: shellIn('m2') };
  });
  afterEach(async () => {
    for (const lock of open.splice(0)) await lock.release();
    rmSync(root, { recursive: true, force: true });
  });

  /** Each node sees a folder of its own at the same path. */
  function shellIn(name: string): FakeNode {
    mkdirSync(join(root, name), { recursive: true });
    const sh = realShell(`cd '${join(root, name)}' || exit 99\n`);
    return sh;
  }
  const owner = (name: string) => join(root, name, 'run/c1.lock/owner');
  function lock(id: string, more: Partial<LockOptions> = {}) {
    const made = new ClusterLock({
      cluster: 'c1',
      nodes: ['m2', 'm1'],
      owner: id,
      who: `ann'a; touch hit@desk`,
      connections: new FakeConnections(nodes),
      clock,
      base: 'run',
      ...more,
    });
    open.push(made);
    return made;
  }
  const heard: LockEvent[] = [];
  const take = (made: ClusterLock) => made.take(never, (event) => heard.push(event));
  const age = (name: string, seconds: number) => {
    const at = Date.now() / 1000 - seconds;
    utimesSync(owner(name), at, at);
  };

  it('safety 14: is a folder made by mkdir with its owner, on every node, and is gone after the release', async () => {
    const first = lock('run-a');
    await take(first);
    for (const name of ['m1', 'm2']) {
      assert.deepEqual(readFileSync(owner(name), 'utf8').split('\n').slice(0, 1), ['run-a']);
      assert.equal(readFileSync(owner(name), 'utf8').split('\n')[2], `ann'a; touch hit@desk`);
      assert.ok(!existsSync(join(root, name, 'hit@desk')), 'text reached the shell');
    }
    assert.deepEqual(await first.release(), []);
    for (const name of ['m1', 'm2']) assert.ok(!existsSync(join(root, name, 'run/c1.lock')));
  });

  it('safety 14: a live foreign lock excludes, names its owner, and everything taken is given back', async () => {
    await take(lock('run-b', { nodes: ['m2'] }));
    await assert.rejects(take(lock('run-a', { confirmed: ['run-b'] })), (error: unknown) => {
      assert.ok(error instanceof LockError);
      assert.equal(error.reason, 'held');
      assert.equal(error.owner, 'run-b');
      assert.ok(error.foreign);
      assert.match(error.message, /m2.*run-b of ann'a; touch hit@desk/);
      return true;
    });
    assert.ok(!existsSync(owner('m1')), 'm1 was not given back');
    assert.ok(existsSync(owner('m2')), "another run's lock was taken away");
  });

  it('safety 14: a lock untouched for 60 s is broken only with the name of its owner', async () => {
    await take(lock('run-b', { nodes: ['m2'] }));
    age('m2', 55);
    await assert.rejects(take(lock('run-a', { confirmed: ['run-b'] })), because('held'));
    age('m2', 61.5);
    await assert.rejects(take(lock('run-a')), because('stale'));
    await assert.rejects(take(lock('run-a', { confirmed: ['run-c', 'm2'] })), because('stale'));
    await take(lock('run-a', { confirmed: ['run-b'] }));
    assert.match(readFileSync(owner('m2'), 'utf8'), /^run-a\n/);
  });

  it('safety 14: a clock that was set back makes no lock stale', async () => {
    await take(lock('run-b', { nodes: ['m2'] }));
    age('m2', -3600);
    await assert.rejects(take(lock('run-a', { confirmed: ['run-b'] })), because('held'));
  });

  it('safety 14: --resume owns the lock of its run, and the process that had it before stops', async () => {
    const before = lock('run-a');
    await take(before);
    const resumed = lock('run-a');
    await take(resumed);
    await resumed.verify(never);
    await assert.rejects(before.verify(never), because('lost'));
    assert.deepEqual(await before.release(), []);
    await resumed.verify(never);
  });

  it('a taker that died between mkdir and the owner leaves nothing for ever', async () => {
    mkdirSync(join(root, 'm1/run/c1.lock'), { recursive: true });
    await assert.rejects(take(lock('run-a')), because('held'));
    const at = Date.now() / 1000 - 100;
    utimesSync(join(root, 'm1/run/c1.lock'), at, at);
    await take(lock('run-a'));
  });

  it('of many takers at once exactly one has it', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => take(lock(`run-${index}`))),
    );
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('of many breakers of one stale lock exactly one has it', async () => {
    await take(lock('old', { nodes: ['m1'] }));
    age('m1', 90);
    const takers = Array.from({ length: 8 }, (_, index) =>
      lock(`run-${index}`, { nodes: ['m1'], confirmed: ['old'] }),
    );
    const results = await Promise.allSettled(takers.map(take));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  });

  it('safety 14: is touched every 10 s', async () => {
    await take(lock('run-a', { nodes: ['m1'] }));
    age('m1', 50);
    await clock.advance(10_000);
    for (let tries = 0; tries < 100 && Date.now() - statSync(owner('m1')).mtimeMs > 20_000; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(Date.now() - statSync(owner('m1')).mtimeMs < 20_000);
  });

  it('safety 14: a node that does not answer blocks, and the others are given back', async () => {
    nodes['m2'] = { exec: () => Promise.reject(failure('unreachable', 'm2')) };
    await assert.rejects(take(lock('run-a')), because('unreachable'));
    assert.ok(!existsSync(owner('m1')));
  });

  it('a missing right has a message of its own', async () => {
    writeFileSync(join(root, 'm1/run'), 'in the way');
    await assert.rejects(
      take(lock('run-a')),
      (error: unknown) => because('no-right')(error) && /m1.*sudo/.test((error as Error).message),
    );
  });

  it('says where it could not be given back', async () => {
    const made = lock('run-a');
    await take(made);
    nodes['m2'] = { exec: () => Promise.reject(failure('timeout', 'm2')) };
    const kept = await made.release();
    assert.deepEqual(
      kept.map(({ node }) => node),
      ['m2'],
    );
    assert.match(kept[0]?.message ?? '', /--confirm run-a/);
  });

  it('bears a short silence of a node, but not one that lets the lock go stale', async () => {
    const made = lock('run-a');
    await take(made);
    nodes['m2'] = { exec: () => Promise.reject(failure('timeout', 'm2')) };
    clock.time += 30_000;
    await made.verify(never);
    clock.time += 20_000;
    await assert.rejects(made.verify(never), because('unreachable'));
  });

  it('a restarted node, whose /run is empty, is a lost lock', async () => {
    const made = lock('run-a');
    await take(made);
    rmSync(join(root, 'm1/run/c1.lock'), { recursive: true });
    await assert.rejects(made.verify(never), because('lost'));
  });

  it('refuses a name that would leave its folder', () => {
    for (const cluster of ['../x', 'a/b', '.hidden', '']) {
      assert.throws(() => lockScript({ verb: 'take', cluster, owner: 'a', token: 't' }), RangeError);
    }
  });

  it('simulated nodes answer as the real sh does', async () => {
    const locks = new Map<string, SimulatedLock>();
    let time = Date.now();
    const both = async (request: Omit<LockRequest, 'cluster'>) => {
      const script = lockScript({ cluster: 'c1', ...request }, 'run');
      const real = await new FakeConnections(nodes).to('m1').exec(script, { timeoutMs: 1000 });
      const read = lockRequest(script);
      assert.ok(read);
      const simulated = answerLock(read, locks, time);
      assert.deepEqual(
        simulated,
        { exitCode: real.exitCode, stdout: real.stdout, stderr: real.stderr },
        JSON.stringify(request),
      );
    };
    const who = `o'hara@desk`;
    await both({ verb: 'touch', owner: 'a', token: '1' });
    await both({ verb: 'take', owner: 'a', token: '1', who });
    await both({ verb: 'touch', owner: 'a', token: '1' });
    await both({ verb: 'touch', owner: 'a', token: '2' });
    await both({ verb: 'take', owner: 'a', token: '2', who });
    await both({ verb: 'release', owner: 'a', token: '1' });
    age('m1', 90);
    const held = locks.get('c1');
    assert.ok(held);
    locks.set('c1', { ...held, touchedAt: time - 90_000 });
    time = Date.now();
    await both({ verb: 'take', owner: 'b', token: '3', confirmed: ['x', 'a'] });
    await both({ verb: 'release', owner: 'b', token: '3' });
    await both({ verb: 'release', owner: 'b', token: '3' });
    assert.equal(lockRequest('echo hello'), undefined);
    await settled();
  });
});
