import assert from 'node:assert/strict';
import { Monitor } from '../../../src/heartbeat/monitor';
import { look } from '../../../src/heartbeat/look';
import { FakeClock, FakeConnections, fakeCluster, fakeNode, fakeProbe, fakeProbes } from './fakes';

describe('a question that one node answers for the whole cluster', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4'];
  let clock: FakeClock;
  let connections: FakeConnections;
  let monitor: Monitor | undefined;
  let candidates: readonly string[];
  let combined: string;

  const probes = fakeProbes(
    [
      fakeProbe('all', {
        everyBeats: 2,
        script: (_, { name }) => (name === 'n4' ? undefined : 'probe all'),
        candidates: (_, heard) => candidates.filter((name) => heard.has(name)),
        read: ({ stdout }) => (stdout === '' ? {} : { facts: { all: stdout } }),
      }),
    ],
    (_, heard) => {
      combined = [...heard]
        .flatMap(([name, { facts }]) => (facts ? [`${name} ${String(facts['all'])}`] : []))
        .join();
      return undefined;
    },
  );
  const answers = (name: string, text: string) => connections.node(name).answers.set('probe all', text);
  const asked = (name: string) =>
    connections.node(name).asked.filter((script) => script === 'probe all').length;
  const watch = () => {
    const cluster = fakeCluster(nodes.map((name) => fakeNode(name)));
    monitor = new Monitor({ cluster, probes, connections, clock, random: () => 0 });
    monitor.start();
    return monitor;
  };

  beforeEach(() => {
    clock = new FakeClock();
    connections = new FakeConnections(clock);
    candidates = ['n2', 'n1'];
    for (const name of nodes) answers(name, `by ${name}`);
  });
  afterEach(async () => {
    monitor?.stop();
    await monitor?.settled();
    monitor = undefined;
    assert.equal(clock.pending, 0);
  });

  it('is asked of the best candidate only, with every k-th beat', async () => {
    watch();
    await clock.advance(40_500);
    assert.equal(combined, 'n2 by n2');
    assert.ok(asked('n2') >= 4 && asked('n2') <= 5, String(asked('n2')));
    assert.deepEqual([asked('n1'), asked('n3'), asked('n4')], [0, 0, 0]);
  });

  it('goes to the next one when the first falls silent, and what that said is dropped', async () => {
    watch();
    await clock.advance(11_000);
    connections.node('n2').behaviour = 'closed';
    await clock.advance(16_000);
    assert.equal(combined, 'n1 by n1');
    connections.node('n2').behaviour = 'up';
    await clock.advance(60_000);
    assert.equal(combined, 'n2 by n2', 'and back to the best one');
  });

  it('goes to the next one when the first cannot answer, or its answer is late', async () => {
    answers('n2', '');
    watch();
    await clock.advance(100);
    assert.equal(combined, 'n1 by n1');
    answers('n2', 'hangs');
    await clock.advance(60_000);
    assert.equal(combined, 'n1 by n1');
    assert.equal(connections.node('n2').atOnce.get('probe all'), 1);
    const [, n2] = monitor?.state.nodes ?? [];
    assert.equal(n2?.liveness, 'active');
    assert.equal(n2.stale[0]?.probe, 'all');
  });

  it('follows the system when another node becomes the one to ask', async () => {
    watch();
    await clock.advance(11_000);
    candidates = ['n3'];
    await clock.advance(11_000);
    assert.equal(combined, 'n3 by n3');
    candidates = [];
    await clock.advance(11_000);
    assert.equal(combined, '', 'nobody can tell any more');
  });

  it('is asked at once on a refresh', async () => {
    watch();
    await clock.advance(100);
    await monitor?.refresh();
    assert.deepEqual([asked('n2'), asked('n1')], [2, 0]);
  });

  it('is asked once in a single look, without waiting for a node that hangs', async () => {
    connections.node('n4').behaviour = 'hangs';
    connections.node('n2').behaviour = 'hangs';
    const cluster = fakeCluster(nodes.map((name) => fakeNode(name)));
    const looking = look({ cluster, probes, connections, clock, timeoutMs: 20_000 });
    await clock.advance(100);
    assert.equal(asked('n1'), 1);
    await clock.advance(20_000);
    const { state } = await looking;
    assert.equal(combined, 'n1 by n1');
    assert.deepEqual(
      state.nodes.map((node) => node.liveness),
      ['active', 'unknown', 'active', 'unknown'],
    );
  });
});
