import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles, type ProgramResult } from '../../../src/failover/console';
import { consoleHash } from '../../../src/heartbeat/console-record';
import type { ClusterHistory } from '../../../src/heartbeat/history';
import { EvidenceReader, type Typed } from '../../../src/failover/evidence';
import type { FirstLook, GoneCheck } from '../../../src/failover/plan';
import type { SshFailure } from '../../../src/ssh/error';
import {
  answer,
  cluster,
  failure,
  FakeConnections,
  gone,
  JumpingClock,
  node,
  settled,
  type FakeNode,
} from './fakes';

const never = new AbortController().signal;
const untyped = { console: false, gone: false };
const named = { console: true, gone: true };

describe('evidence that a node is gone', () => {
  let dir: string;
  let clock: JumpingClock;
  /** What the console says, one after the other; the last one for ever. */
  let says: (string | ProgramResult)[];
  let readAt: number[];
  let nodes: Record<string, FakeNode>;
  let proven: string | undefined;
  let approved: boolean;
  let seenAlive: string[];
  let contradicting: string[];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-evidence-'));
    clock = new JumpingClock();
    says = ['Chassis Power is off'];
    readAt = [];
    nodes = { m3: { reach: () => 'unreachable' } };
    proven = 'console m1';
    approved = true;
    seenAlive = [];
    contradicting = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  async function reader(
    took = 0,
    history?: Pick<ClusterHistory, 'consoles' | 'contradictions'>,
    looks: readonly FirstLook[] = [],
  ) {
    const approvals = new Approvals(dir);
    const consoles = new Consoles('c1', approvals, clock, () => {
      readAt.push(clock.now());
      clock.time += took;
      const said = says.length > 1 ? says.shift() : says[0];
      return Promise.resolve(
        typeof said === 'string' ? { exitCode: 0, output: said } : (said as ProgramResult),
      );
    });
    if (approved) await consoles.approve('m1', 'console m1');
    return new EvidenceReader({
      cluster: cluster([node('m1'), node('m2'), node('m3')]),
      connections: new FakeConnections(nodes),
      consoles,
      clock,
      looks,
      history: history ?? {
        consoles: proven === undefined ? {} : { m1: { hash: consoleHash(proven), notOffAt: 1 } },
      },
      onProven: (name, hash) => seenAlive.push(`${name} ${hash}`),
      onContradiction: (name, hash) => contradicting.push(`${name} ${hash}`),
    });
  }
  const evidence = async (typed = false) =>
    (await reader()).read(gone(), { console: typed, gone: typed }, never);

  it('safety 4: holds when a proven console says off twice, at least 5 s apart', async () => {
    const found = await evidence();
    assert.ok(found.holds, found.detail);
    assert.equal(readAt.length, 2);
    assert.ok((readAt[1] ?? 0) - (readAt[0] ?? 0) >= 5000);
    // Evidence is as old as its search for life, which begins a little before the second reading.
    const early = (readAt[1] ?? 0) - found.readAt;
    assert.ok(early >= 0 && early <= 3000, `${early} ms`);
  });

  it('safety 4: the gap counts from the end of the first reading, however slow the console is', async () => {
    const found = await (await reader(4000)).read(gone(), untyped, never);
    assert.ok(found.holds);
    assert.ok((readAt[1] ?? 0) - (readAt[0] ?? 0) >= 9000);
  });

  for (const [title, row] of [
    ['on', ['Chassis Power is on']],
    ['off, then on', ['off', 'on']],
    ['off with a failing exit status', [{ exitCode: 1, output: 'off' }]],
    ['nothing within its time', [{ exitCode: null, output: '', problem: 'it gave no answer within 10 s' }]],
  ] as const) {
    it(`safety 4: does not hold when the console says ${title}`, async () => {
      says = [...row];
      assert.ok(!(await evidence(true)).holds);
    });
  }

  it('safety 4: a not-off reading begins the count anew', async () => {
    says = ['off', 'on', 'off', 'off'];
    const evidenceReader = await reader();
    assert.ok(!(await evidenceReader.read(gone(), untyped, never)).holds);
    assert.ok((await evidenceReader.read(gone(), untyped, never)).holds);
    assert.equal(readAt.length, 4, 'the off before the on was counted');
  });

  it('safety 6: a second look re-reads once, and an old first reading counts for nothing', async () => {
    const evidenceReader = await reader();
    await evidenceReader.read(gone(), untyped, never);
    clock.time += 11_000;
    const again = await evidenceReader.read(gone(), untyped, never);
    assert.equal(readAt.length, 3);
    assert.equal(again.readAt, readAt[2]);
    clock.time += 3_600_000;
    await evidenceReader.read(gone(), untyped, never);
    assert.equal(readAt.length, 5);
  });

  it('safety 4: an unproven console needs the typed name besides (console-unproven)', async () => {
    for (const history of [undefined, 'another text']) {
      proven = history;
      const without = await evidence(false);
      assert.deepEqual([without.holds, without.reason], [false, 'console-unproven']);
      assert.match(without.detail, /--confirm m1/);
      assert.ok((await evidence(true)).holds);
    }
  });

  it('safety 4: off while the node answers contradicts, and counts for nothing whatever is typed', async () => {
    nodes['m1'] = { exec: () => answer('') };
    const found = await evidence(true);
    assert.deepEqual([found.holds, found.reason], [false, 'console-contradicts']);
    assert.match(found.detail, /m1 answers over SSH/);
    assert.deepEqual([seenAlive, contradicting], [[], [`m1 ${consoleHash('console m1')}`]]);
  });

  it('safety 4: a contradiction after the proof takes the proof away, until it says not-off again', async () => {
    const known = { m1: { hash: consoleHash('console m1'), notOffAt: 10 } };
    const at = (offAt: number) => ({
      consoles: known,
      contradictions: { m1: { hash: consoleHash('console m1'), offAt } },
    });
    const [later, earlier] = [await reader(0, at(11)), await reader(0, at(9))];
    assert.equal((await later.read(gone(), untyped, never)).reason, 'console-contradicts');
    assert.ok((await earlier.read(gone(), untyped, never)).holds);
  });

  it('safety 4: one that contradicted counts for nothing, in the same run or later, whatever is typed', async () => {
    nodes['m1'] = { exec: () => answer('') };
    const same = await reader();
    assert.equal((await same.read(gone(), named, never)).reason, 'console-contradicts');
    nodes['m1'] = {};
    const contradictions = { m1: { hash: consoleHash('console m1'), offAt: 1 } };
    const later = await reader(0, { consoles: {}, contradictions });
    for (const each of [same, later]) {
      assert.equal((await each.read(gone(), named, never)).reason, 'console-contradicts');
      // Zero witnesses that count prove nothing, and its off is no witness (safety 3).
      assert.equal((await each.read(gone({ witnessed: true }), named, never)).reason, 'no-witness');
    }
    nodes['m3'] = { reach: (host) => (host === 'm1.example' ? 'unreachable' : 'open') };
    assert.ok((await later.read(gone({ witnessed: true }), named, never)).holds, 'safety 2');
    const both = { console: true, gone: false };
    assert.equal((await later.read(gone({ witnessed: true }), both, never)).reason, 'name-missing');
  });

  it('safety 4: only the node itself can contradict its console, not another machine at its address', async () => {
    for (const reason of ['host-key-changed', 'auth-failed', 'refused', 'busy'] as SshFailure[]) {
      nodes['m1'] = { exec: () => Promise.reject(failure(reason, 'm1')) };
      assert.equal((await evidence(true)).holds, false, reason);
    }
    assert.deepEqual(contradicting, []);
  });

  it('safety 4: not-off while the node answers proves the console for later', async () => {
    nodes['m1'] = { exec: () => answer('') };
    says = ['on'];
    assert.equal((await evidence(true)).reason, 'node-answers');
    assert.deepEqual(seenAlive, [`m1 ${consoleHash('console m1')}`]);
  });

  const alive: SshFailure[] = [
    // Of our own machine: what was not asked has not been silent.
    'busy',
    'configuration',
    'auth-failed',
    'host-key-changed',
    'host-key-unknown',
    'host-key-revoked',
    'refused',
    'protocol',
    'closed',
  ];
  for (const reason of alive) {
    it(`safety 3: a node that fails with ${reason} has something living at its address`, async () => {
      nodes['m1'] = { exec: () => Promise.reject(failure(reason, 'm1')) };
      assert.equal((await evidence(true)).reason, 'console-contradicts');
    });
  }
  for (const reason of ['timeout', 'unreachable', 'unknown-host'] as SshFailure[]) {
    it(`a node that fails with ${reason} may be gone`, async () => {
      nodes['m1'] = { exec: () => Promise.reject(failure(reason, 'm1')) };
      assert.ok((await evidence()).holds);
    });
  }

  it('a connection that breaks once, because its host went away, is asked again', async () => {
    let asked = 0;
    nodes['m1'] = { exec: () => Promise.reject(failure(asked++ === 0 ? 'closed' : 'timeout', 'm1')) };
    assert.ok((await evidence()).holds);
  });

  for (const reach of ['open', 'refused'] as const) {
    it(`safety 3: a witness whose connection is ${reach} reaches it, whatever is typed`, async () => {
      nodes['m3'] = { reach: () => reach };
      const found = await evidence(true);
      assert.deepEqual([found.holds, found.reason], [false, 'console-contradicts']);
      assert.match(found.detail, /m3 reaches m1/);
    });
  }

  it('safety 3: life that shows only at the second look counts', async () => {
    let looks = 0;
    nodes['m3'] = { reach: () => (looks++ === 0 ? 'unreachable' : 'open') };
    assert.ok(!(await evidence(true)).holds);
  });

  it('witnesses are asked for the address and the port of the cluster file', async () => {
    const asked: string[] = [];
    nodes['m3'] = { reach: (host, port) => (asked.push(`${host}:${port}`), 'unreachable') };
    await evidence();
    // m2 is dialled to show that m3 reaches anything (safety 3).
    assert.deepEqual([...new Set(asked)].sort(), ['m1.example:22', 'm2.example:22']);
  });

  it('safety 19: an unapproved console is not run', async () => {
    approved = false;
    const found = await evidence(true);
    assert.deepEqual([found.holds, found.reason], [false, 'console-not-approved']);
    assert.deepEqual(readAt, []);
  });

  it('safety 2: without a console nothing that is typed helps', async () => {
    const found = await (await reader()).read(gone({ console: '' }), named, never);
    assert.deepEqual([found.holds, found.reason], [false, 'no-console']);
  });

  describe('the first of two looks', () => {
    const look = (more: object = {}) => ({
      node: 'm1',
      console: 'console m1',
      startedAt: clock.now(),
      endedAt: clock.now(),
      silence: 'm1 has no console',
      notReachedBy: ['m3'],
      ...more,
    });
    const first = gone({ first: true });

    it('is one off reading; the second, right before the promotion, completes the pair (safety 4)', async () => {
      const evidenceReader = await reader();
      assert.ok((await evidenceReader.read(first, untyped, never)).holds);
      assert.equal(readAt.length, 1);
      assert.ok((await evidenceReader.read(gone(), untyped, never)).holds);
      assert.equal(readAt.length, 2);
      assert.ok((readAt[1] ?? 0) - (readAt[0] ?? 0) >= 5000);
    });

    it('was taken when the plan was made, and counts for ten seconds (safety 6)', async () => {
      const young = await reader(0, undefined, [look({ off: 'off' })]);
      assert.ok((await young.read(first, untyped, never)).holds);
      assert.equal(readAt.length, 0);
      const old = await reader(0, undefined, [look({ off: 'off' })]);
      clock.time += 11_000;
      assert.ok((await old.read(first, untyped, never)).holds);
      assert.equal(readAt.length, 1);
    });

    it('safety 4: never makes the second superfluous, which finds life', async () => {
      const evidenceReader = await reader(0, undefined, [look({ off: 'off' })]);
      assert.ok((await evidenceReader.read(first, untyped, never)).holds);
      nodes['m3'] = { reach: () => 'open' };
      assert.ok(!(await evidenceReader.read(gone(), named, never)).holds);
    });

    it('safety 6: the second is taken ahead, and again when it grew old', async () => {
      for (const [wait, readings] of [
        [2_000, 1],
        [9_000, 2],
      ] as const) {
        readAt = [];
        const evidenceReader = await reader(0, undefined, [look({ off: 'off' })]);
        evidenceReader.startAhead(gone(), never);
        for (let turn = 0; turn < 500 && readAt.length === 0; turn++)
          await new Promise((resolve) => setTimeout(resolve, 2));
        assert.equal(readAt.length, 1, 'it was not taken ahead');
        await settled();
        clock.time += wait;
        const found = await evidenceReader.read(gone(), untyped, never);
        assert.ok(found.holds, found.detail);
        assert.equal(readAt.length, readings);
        assert.ok(clock.now() - found.readAt <= 10_000);
      }
    });

    it('safety 4: what was seen ahead ends the row of off readings, also when it grew too old to prove anything', async () => {
      says = ['on', 'off'];
      const evidenceReader = await reader(0, undefined, [look({ off: 'off' })]);
      evidenceReader.startAhead(gone(), never);
      for (let turn = 0; turn < 500 && readAt.length === 0; turn++)
        await new Promise((resolve) => setTimeout(resolve, 2));
      await settled();
      clock.time += 9_000;
      assert.ok((await evidenceReader.read(gone(), untyped, never)).holds);
      const [ahead = 0, first = 0, second = 0] = readAt;
      assert.ok(ahead > 0 && second - first >= 5_000, 'two off readings after the one that said on');
    });

    it('is not taken ahead any more once the run is over', async () => {
      const evidenceReader = await reader(0, undefined, [look({ off: 'off' })]);
      evidenceReader.startAhead(gone(), never);
      evidenceReader.dispose();
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(readAt.length, 0);
    });

    it('safety 2: without a console, of a witness and with the typed name', async () => {
      const check = gone({ first: true, console: '', witnessed: true });
      const seen = [look({ console: '' })];
      const before = {
        m3: { reach: (host: string) => (host === 'm1.example' ? 'unreachable' : 'open') },
      } as const;
      nodes = {};
      assert.ok((await (await reader(0, undefined, seen)).read(check, named, never)).holds);
      nodes = before;
      const without = await (await reader(0, undefined, seen)).read(check, untyped, never);
      assert.deepEqual([without.holds, without.reason], [false, 'name-missing']);
    });
  });

  describe('of witnesses and the typed name, where the check accepts it', () => {
    const check = gone({ console: '', witnessed: true });
    const read = async (typed: Typed, of: GoneCheck = check) => (await reader()).read(of, typed, never);

    it('safety 2: holds when a witness that counts cannot reach it and its name was typed', async () => {
      nodes['m3'] = { reach: (host) => (host === 'm1.example' ? 'unreachable' : 'open') };
      const found = await read(named);
      assert.ok(found.holds, found.detail);
      assert.match(found.detail, /m3 cannot reach it/);
      assert.equal((await read(untyped)).reason, 'name-missing');
      assert.equal((await read({ console: true, gone: false })).reason, 'name-missing');
    });

    it('safety 3: a witness that reaches nothing else either does not count, whatever is typed', async () => {
      assert.equal((await read(named)).reason, 'no-witness');
    });

    it('safety 3: one witness that reaches it outweighs all the others and the name', async () => {
      nodes['m3'] = { reach: (host) => (host === 'm1.example' ? 'unreachable' : 'open') };
      nodes['m2'] = { reach: () => 'open' };
      assert.equal((await read(named, { ...check, witnesses: ['m2', 'm3'] })).reason, 'witness-reaches');
    });

    it('safety 4: a console that says on outweighs witnesses and the name; a broken one says nothing', async () => {
      nodes['m3'] = { reach: (host) => (host === 'm1.example' ? 'unreachable' : 'open') };
      const both = gone({ witnessed: true });
      says = ['Chassis Power is on'];
      assert.equal((await read(named, both)).reason, 'console-not-off');
      says = [{ exitCode: 1, output: 'no route to the BMC' }];
      assert.ok((await read(named, both)).holds);
      assert.equal((await read(untyped, both)).reason, 'name-missing');
      assert.equal((await read(named, gone())).reason, 'console-failed');
    });
  });

  it('can be cancelled while it waits', async () => {
    const stop = new AbortController();
    const evidenceReader = await reader();
    const reading = evidenceReader.read(gone(), untyped, stop.signal);
    stop.abort(new Error('stopped'));
    await assert.rejects(reading, /stopped/);
    // What was already under way ends by itself; it must not be counted by the next test.
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
