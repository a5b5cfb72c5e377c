import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Approvals } from '../../../src/failover/approval';
import { Consoles } from '../../../src/failover/console';
import { Journals } from '../../../src/failover/journal';
import { lockRequest } from '../../../src/failover/lock-scripts';
import { answerLock, type SimulatedLock } from '../../../src/failover/lock-simulated';
import { startRun, type StartOptions } from '../../../src/failover/start';
import { emptyHistory } from '../../../src/heartbeat/history';
import {
  answer,
  cluster,
  FakeConnections,
  ManualClock,
  node,
  operator,
  plan,
  step,
  type FakeNode,
} from './fakes';

describe('a whole run with its real lock and journal', () => {
  let dir: string;
  let locks: Map<string, SimulatedLock>;
  let broken: boolean;
  const clock = new ManualClock();
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-start-'));
    locks = new Map();
    broken = false;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const ran: string[] = [];
  const living: FakeNode = {
    exec: (script) => {
      const request = lockRequest(script);
      if (request) return answerLock(request, locks, clock.now()) as ReturnType<typeof answer>;
      ran.push(script);
      return answer('', broken ? 1 : 0);
    },
  };
  const journals = () => new Journals(join(dir, 'runs'));
  const options = (more: Partial<StartOptions> = {}): StartOptions => ({
    cluster: cluster([node('m2'), node('m3')]),
    connections: new FakeConnections({ m2: living }),
    operator: operator(),
    clock,
    history: emptyHistory('c1'),
    consoles: new Consoles('c1', new Approvals(dir), clock),
    journals: journals(),
    signal: new AbortController().signal,
    file: 'a.cluster.yaml',
    ...more,
  });
  const onM2 = plan([step('a')], { lockNodes: ['m2'], to: 'm2' });

  it('safety 16, 20: a failed run is resumed from its journal under the same id, and both ends are in it', async () => {
    broken = true;
    const first = await startRun(onM2, options());
    assert.equal(first.outcome, 'failed');
    assert.equal(locks.size, 0, 'the lock was kept');
    const { kind, to, file } = await journals().header(first.run);
    assert.deepEqual([kind, to, file], ['failover', 'm2', 'a.cluster.yaml']);
    broken = false;
    const second = await startRun(onM2, options({ resume: first.run }));
    assert.deepEqual([second.outcome, second.run], ['succeeded', first.run]);
    const events = await journals().events(first.run);
    assert.equal(events.filter(({ type }) => type === 'run-ended').length, 2);
    assert.deepEqual(
      (await journals().list()).map(({ outcome }) => outcome),
      ['succeeded'],
    );
  });

  it('safety 14: a crashed run keeps its lock; another is told 3, its own resumption goes on', async () => {
    const id = '20261121T030000Z-0a1b2c3d';
    locks.set('c1', { owner: id, token: 'gone', who: 'ann@desk', touchedAt: clock.now() });
    const other = await startRun(onM2, options());
    assert.equal(other.outcome, 'locked');
    assert.match(other.message, /ann@desk/);
    assert.equal((await startRun(onM2, options({ resume: id }))).outcome, 'succeeded');
  });

  it('safety 20: an id that is a path is no run', async () => {
    await assert.rejects(startRun(onM2, options({ resume: '../../etc/passwd' })), /no run/);
  });
});
