import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { lockRequest, lockScript } from '../../../src/failover/lock-scripts';
import { answerLock, type SimulatedLock } from '../../../src/failover/lock-simulated';
import type { Planner } from '../../../src/failover/planner';
import { prepare } from '../../../src/failover/prepare';
import { emptyHistory } from '../../../src/heartbeat/history';
import { answer, cluster, FakeConnections, JumpingClock, node, plan, realShell } from './fakes';

const never = new AbortController().signal;

describe('a plan that is about to be refused', () => {
  let dir: string;
  let locks: Map<string, SimulatedLock>;
  const clock = new JumpingClock();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-look-'));
    locks = new Map();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const heldFor = (seconds: number, owner = 'run-a') =>
    locks.set('c1', { owner, token: 't', who: 'ann@desk', touchedAt: clock.now() - seconds * 1000 });

  function go(more: { readonly run?: string; readonly refused?: string } = {}) {
    const { run, refused = 'The address is on no candidate.' } = more;
    const planner: Planner = {
      kind: 'failover',
      title: 'Fail over',
      target: 'cluster',
      surveyed: (of) => of.nodes,
      surveyScript: () => 'survey',
      surveyTimeoutMs: 1000,
      plan: () => plan([], { refused, lockNodes: [] }),
    };
    const living = {
      exec: (script: string) => {
        const request = lockRequest(script);
        return request ? { ...answerLock(request, locks, clock.now()), truncated: false } : answer('fine');
      },
    };
    return prepare({
      cluster: cluster([node('m1'), node('m2')]),
      planner,
      request: { kind: 'failover' },
      connections: new FakeConnections({ m1: living, m2: living }),
      history: emptyHistory('c1'),
      consoles: new Consoles('c1', new Approvals(dir), clock, () =>
        Promise.resolve({ exitCode: 0, output: '' }),
      ),
      clock,
      signal: never,
      ...(run === undefined ? {} : { run }),
    });
  }

  it('safety 14: names the run that is under way, whose doing it may be', async () => {
    heldFor(3);
    const made = await go();
    assert.equal(made.underWay, true);
    assert.match(
      made.refused ?? '',
      /^The run run-a of ann@desk is under way .*3 s ago.*The address is on no candidate\.$/,
    );
    assert.equal(locks.get('c1')?.owner, 'run-a', 'a look changed the lock');
  });

  it('says only its own reason where nobody holds the lock, or nobody has touched it for 60 s', async () => {
    assert.deepEqual(
      [(await go()).underWay, (await go()).refused],
      [undefined, 'The address is on no candidate.'],
    );
    heldFor(61);
    assert.deepEqual(
      [(await go()).underWay, (await go()).refused],
      [undefined, 'The address is on no candidate.'],
    );
  });

  it('takes a resumed run for itself, and knows where its lock may lie', async () => {
    heldFor(3);
    const made = await go({ run: 'run-a' });
    assert.deepEqual([made.underWay, made.lockNodes], [undefined, ['m1', 'm2']]);
  });

  it('looks with a real sh as the simulated one answers', async () => {
    const shell = realShell();
    const base = join(dir, 'run');
    const request = { cluster: 'c1', owner: 'run-b', token: 't2' } as const;
    const ask = async (script: string) => shell.exec?.(script, { timeoutMs: 1000 });
    const look = { ...request, verb: 'look' } as const;
    const simulated = () => answerLock(look, locks, clock.now());
    const compare = async () => {
      const real = await ask(lockScript(look, base));
      const { exitCode, stdout } = simulated();
      // The real clock goes on between the two.
      const ageless = (text = '') => text.replace(/^\d+ /, 'AGE ');
      assert.deepEqual([real?.exitCode, ageless(real?.stdout)], [exitCode, ageless(stdout)]);
    };
    await compare();
    const take = { ...request, owner: 'run-a', who: 'ann@desk', verb: 'take' } as const;
    await ask(lockScript(take, base));
    answerLock(take, locks, clock.now());
    await compare();
    await ask(lockScript({ ...take, owner: 'run-b' }, join(dir, 'other')));
    const own = await ask(lockScript(look, join(dir, 'other')));
    assert.equal(own?.exitCode, 0, 'its own lock belongs to no other run');
  });
});
