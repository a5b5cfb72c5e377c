import assert from 'node:assert/strict';
import { beatScript } from '../../../src/heartbeat/beat';
import { Monitor } from '../../../src/heartbeat/monitor';
import type { NodeState } from '../../../src/heartbeat/state';
import { FakeClock, FakeConnections, fakeCluster, fakeNode, fakeProbes } from './fakes';

const HOUR = 3_600_000;

describe('A transition of liveness', () => {
  let clock: FakeClock;
  let connections: FakeConnections;
  let monitor: Monitor;

  function watch(nodes: Parameters<typeof fakeCluster>[0], previous?: Monitor['state']): void {
    monitor = new Monitor({
      cluster: fakeCluster(nodes),
      probes: fakeProbes(),
      connections,
      clock,
      random: () => 0,
      ...(previous === undefined ? {} : { previous }),
    });
    monitor.start();
  }

  const node = (name: string): NodeState => {
    const found = monitor.state.nodes.find((each) => each.name === name);
    assert.ok(found);
    return found;
  };

  /** Every liveness that a node goes through, with its reasons. */
  function follow(name: string): { liveness: string; reason: string | undefined }[] {
    const seen: { liveness: string; reason: string | undefined }[] = [];
    monitor.onState((state) => {
      const now = state.nodes.find((each) => each.name === name);
      if (now && seen.at(-1)?.liveness !== now.liveness)
        seen.push({ liveness: now.liveness, reason: now.reason });
    });
    return seen;
  }

  beforeEach(() => {
    clock = new FakeClock();
    connections = new FakeConnections(clock);
  });

  afterEach(async () => {
    monitor.stop();
    await monitor.settled();
  });

  it('has a reason in words, and the time at which it happened', async () => {
    watch(['n1', 'n2', 'n3']);
    const seen = follow('n1');
    await clock.advance(1_000);
    const begun = node('n1').since;
    connections.node('n1').behaviour = 'refused';
    await clock.advance(70_000);
    const offlineAt = node('n1').since ?? 0;
    connections.node('n1').behaviour = 'up';
    await clock.advance(60_000);
    assert.deepEqual(
      seen.map(({ liveness }) => liveness),
      ['active', 'inactive', 'offline', 'active'],
    );
    const [first, inactive, offline, again] = seen.map(({ reason }) => reason ?? '');
    assert.equal(first, 'Its first heartbeat came.');
    assert.equal(inactive, 'No heartbeat for 15 s. n1: refused.');
    assert.equal(offline, 'No heartbeat for 1 min. n1: refused.');
    assert.match(again ?? '', /^A heartbeat came, \d+ s after it became offline\.$/);
    assert.ok(begun !== undefined && offlineAt - begun > 58_000 && offlineAt - begun < 70_000);
  });

  it('keeps its time and its reason while nothing changes but time', async () => {
    watch(['n1', 'n2']);
    await clock.advance(1_000);
    const { since, reason } = node('n1');
    await clock.advance(HOUR);
    assert.deepEqual([node('n1').since, node('n1').reason], [since, reason]);
  });

  it('does not happen for one late beat, nor for one that is lost', async () => {
    watch(['n1', 'n2', 'n3']);
    await clock.advance(1_000);
    const seen = follow('n1');
    const n1 = connections.node('n1');
    n1.answers.set(beatScript, 'hangs');
    await clock.advance(9_000);
    n1.answers.delete(beatScript);
    await clock.advance(60_000);
    n1.behaviour = 'closed';
    await clock.advance(5_000);
    n1.behaviour = 'up';
    await clock.advance(60_000);
    assert.deepEqual(
      seen.map(({ liveness }) => liveness),
      ['active'],
    );
  });

  it('to denied says what to mend, and follows it when that changes', async () => {
    connections.node('n1').behaviour = 'host-key-unknown';
    watch(['n1', 'n2']);
    await clock.advance(1_000);
    assert.equal(node('n1').liveness, 'denied');
    assert.equal(node('n1').reason, 'n1: host-key-unknown.');
    const { since } = node('n1');
    connections.node('n1').behaviour = 'auth-failed';
    await clock.advance(HOUR);
    assert.equal(node('n1').reason, 'n1: auth-failed.');
    assert.equal(node('n1').since, since);
    connections.node('n1').behaviour = 'up';
    await clock.advance(HOUR);
    assert.equal(node('n1').reason, 'Key and login are accepted again.');
  });

  it('into maintenance and out of it again, by itself at its end', async () => {
    watch(['n1', 'n2']);
    await clock.advance(1_000);
    const seen = follow('n1');
    const until = clock.now() + HOUR;
    monitor.setMaintenance('n1', true, until);
    assert.equal(node('n1').maintenance?.until, until);
    assert.equal(node('n1').maintenance?.by, 'operator');
    await clock.advance(HOUR - 2_000);
    assert.equal(node('n1').liveness, 'maintenance');
    await clock.advance(4_000);
    assert.equal(node('n1').maintenance, undefined);
    assert.deepEqual(
      seen.map(({ liveness, reason }) => `${liveness}: ${reason}`),
      ['maintenance: Maintenance was declared on this machine.', 'active: Its maintenance ended.'],
    );
  });

  it('to offline waits longer in maintenance, and says so', async () => {
    watch([fakeNode('n1', { maintenance: {} }), 'n2', 'n3']);
    await clock.advance(1_000);
    assert.equal(node('n1').maintenance?.by, 'file');
    connections.node('n1').behaviour = 'unreachable';
    await clock.advance(20 * 60_000);
    assert.equal(node('n1').liveness, 'maintenance');
    await clock.advance(11 * 60_000);
    assert.equal(node('n1').liveness, 'offline');
    assert.match(node('n1').reason ?? '', /^No heartbeat for 30 min, longer than its maintenance allows\./);
  });

  it('keeps its beginning when the cluster file was changed and the nodes are watched anew', async () => {
    watch(['n1', 'n2']);
    await clock.advance(1_000);
    const { since, reason } = node('n1');
    const previous = monitor.state;
    monitor.stop();
    await monitor.settled();
    watch(['n1', 'n2', 'n3'], previous);
    await clock.advance(20_000);
    assert.deepEqual([node('n1').since, node('n1').reason], [since, reason]);
  });
});
