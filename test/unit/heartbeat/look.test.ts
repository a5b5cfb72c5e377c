import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beatScript } from '../../../src/heartbeat/beat';
import { HistoryStore } from '../../../src/heartbeat/history-store';
import { look, type LookOptions } from '../../../src/heartbeat/look';
import { FakeClock, FakeConnections, fakeCluster, fakeNode, fakeProbe, fakeProbes, settle } from './fakes';

describe('a single look', () => {
  let clock: FakeClock;
  let connections: FakeConnections;
  let start: number;

  beforeEach(() => {
    clock = new FakeClock();
    connections = new FakeConnections(clock);
    start = clock.now();
  });

  /** Looks while time passes, second by second; tells how long it took. */
  async function see(more: Partial<LookOptions> = {}) {
    const cluster = fakeCluster(['n1', 'n2', 'n3']);
    let isOver = false;
    const looking = look({ cluster, probes: fakeProbes(), connections, clock, timeoutMs: 20_000, ...more });
    void looking.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    const begun = clock.now();
    for (let second = 0; second < 30 && !isOver; second++) {
      // Real files are read and written meanwhile.
      await new Promise((resolve) => setTimeout(resolve, more.historyStore ? 10 : 0));
      await settle();
      if (!isOver) await clock.advance(1_000);
    }
    const seen = await looking;
    return {
      ...seen,
      took: clock.now() - begun,
      of: (name: string) => seen.state.nodes.find((n) => n.name === name),
    };
  }

  it('is over as soon as every node answered, probes included', async () => {
    const seen = await see({ probes: fakeProbes([fakeProbe('df')]) });
    assert.equal(seen.took, 0);
    assert.deepEqual(seen.heard, ['n1', 'n2', 'n3']);
    assert.ok(seen.state.nodes.every((node) => node.liveness === 'active' && node.verdict === undefined));
    assert.equal(seen.of('n1')?.reading?.facts?.['df'], '');
    assert.equal(clock.pending, 0);
  });

  it('waits for a node that hangs until 3 s before the end, and keeps those for the witnesses', async () => {
    connections.node('n1').behaviour = 'hangs';
    connections.node('n2').reaches.set('10.0.0.1', 'unreachable');
    connections.node('n3').reaches.set('10.0.0.1', 'unreachable');
    const seen = await see();
    assert.ok(seen.took >= 17_000 && seen.took <= 20_000, String(seen.took));
    assert.equal(seen.of('n1')?.liveness, 'unknown', 'it never answered');
    assert.equal(seen.of('n1')?.verdict, 'down');
    assert.equal(seen.of('n1')?.failure?.reason, 'timeout');
    assert.equal(seen.of('n2')?.liveness, 'active');
  });

  it('gives a silent node a verdict even when there is nobody to ask', async () => {
    for (const name of ['n1', 'n2', 'n3']) connections.node(name).behaviour = 'refused';
    const seen = await see();
    assert.equal(seen.took, 0, 'a refusal is an answer');
    assert.deepEqual(
      seen.state.nodes.map((node) => [node.liveness, node.verdict]),
      Array(3).fill(['unknown', 'undetermined']),
    );
    assert.equal(seen.state.observerLost, true);
  });

  it('tries a broken connection again while there is time', async () => {
    const n1 = connections.node('n1');
    n1.behaviour = 'closed';
    void clock.sleep(4_500).then(() => (n1.behaviour = 'up'));
    const seen = await see();
    assert.equal(seen.of('n1')?.liveness, 'active');
    assert.equal(seen.of('n1')?.failure, undefined);
  });

  it('gives a denied node no verdict, and asks it once', async () => {
    connections.node('n1').behaviour = 'auth-failed';
    const seen = await see();
    assert.equal(seen.of('n1')?.liveness, 'denied');
    assert.equal(seen.of('n1')?.verdict, undefined);
    assert.equal(connections.node('n1').beats, 1);
  });

  it('reports a late probe as stale and its node as active', async () => {
    connections.node('n1').answers.set('probe df', 'hangs');
    const seen = await see({ probes: fakeProbes([fakeProbe('df', { timeoutMs: 60_000 })]) });
    assert.equal(seen.of('n1')?.liveness, 'active');
    assert.deepEqual(seen.of('n1')?.stale, [{ probe: 'df', message: 'n1: timeout.' }]);
    assert.ok(seen.took <= 20_000);
  });

  it('keeps a node in maintenance in maintenance, silent or not', async () => {
    connections.node('n1').behaviour = 'refused';
    const seen = await see({ cluster: fakeCluster([fakeNode('n1', { maintenance: {} }), 'n2']) });
    assert.equal(seen.of('n1')?.liveness, 'maintenance');
  });

  it('can be cancelled, and leaves nothing', async () => {
    connections.node('n1').behaviour = 'hangs';
    connections.node('n2').answers.set(beatScript, 'hangs');
    const abort = new AbortController();
    void clock.sleep(2_000).then(() => abort.abort(new Error('Ctrl-C')));
    await assert.rejects(see({ signal: abort.signal }), /Ctrl-C/);
    assert.equal(clock.now() - start, 2_000);
    await settle();
    assert.equal(clock.pending, 0);
  });

  it('remembers what it saw: a node heard by an earlier look is inactive, with the age of its heartbeat', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-look-'));
    try {
      const historyStore = new HistoryStore(folder);
      const first = await see({ historyStore });
      assert.deepEqual(Object.keys(first.reached).toSorted(), ['n1', 'n2', 'n3']);
      const heardAt = first.of('n1')?.lastHeartbeat;
      connections.node('n1').behaviour = 'refused';
      // Without a record these could not count: they reach nobody now.
      for (const name of ['n2', 'n3'])
        for (const n of [1, 2, 3]) connections.node(name).reaches.set(`10.0.0.${n}`, 'unreachable');
      const second = await see({ historyStore });
      assert.equal(second.of('n1')?.liveness, 'inactive');
      assert.equal(second.of('n1')?.lastHeartbeat, heardAt);
      assert.equal(second.of('n1')?.verdict, 'down');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
