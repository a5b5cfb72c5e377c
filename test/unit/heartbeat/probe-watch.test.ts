import assert from 'node:assert/strict';
import { LOST_REST_MS, ProbeWatch } from '../../../src/heartbeat/probe-watch';
import { FakeClock, FakeConnections, fakeCluster, fakeNode, fakeProbe, settle, type FakeNode } from './fakes';

describe('a node’s probes', () => {
  const df = fakeProbe('df', { timeoutMs: 3_000 });
  let clock: FakeClock;
  let node: FakeNode;
  let probes: ProbeWatch;
  let end: (how: 'ended' | 'lost') => void;

  beforeEach(() => {
    clock = new FakeClock();
    node = new FakeConnections(clock).node('n1');
    probes = new ProbeWatch(fakeCluster(['n1']), fakeNode('n1'), node, clock, () => {});
    node.stuck.set('probe df', new Promise((resolve) => (end = resolve)));
  });

  const ask = () => probes.ask(df, { timeoutMs: df.timeoutMs });
  const askAndWait = async () => {
    const asked = ask();
    await clock.advance(3_000);
    return asked;
  };

  it('do not ask again while the question is still running there, and say so', async () => {
    node.answers.set('probe df', '42 %');
    assert.equal(await ask(), true);
    node.answers.set('probe df', 'hangs');
    assert.equal(await askAndWait(), false);
    for (let n = 0; n < 5; n++) assert.equal(await ask(), false);
    assert.equal(node.asked.length, 2);
    assert.match(probes.stale()[0]?.message ?? '', /n1: no answer within 3 s.*still running there/);
    assert.deepEqual(probes.since(0), [], 'what it said before is not fresh');
    assert.deepEqual(probes.answers.get('df')?.reading.facts, { df: '42 %' }, 'but is kept');

    node.answers.set('probe df', '43 %');
    end('ended');
    await settle();
    assert.equal(await ask(), true);
    assert.deepEqual(probes.stale(), []);
  });

  it('may share an id where only one of them concerns the node', async () => {
    node.answers.set('probe df', '42 %');
    const others = { ...df, script: () => undefined };
    const asked = [others, df].map((probe) => probes.ask(probe, { timeoutMs: 3_000 }));
    assert.deepEqual(await Promise.all(asked), [false, true]);
  });

  it('rest when the connection broke while the question ran on: it may run there still', async () => {
    node.answers.set('probe df', 'hangs');
    await askAndWait();
    end('lost');
    await settle();
    assert.equal(await ask(), false);
    await clock.advance(LOST_REST_MS - 4_000);
    await ask();
    assert.equal(node.asked.length, 1);
    node.answers.set('probe df', '42 %');
    await clock.advance(4_000);
    assert.equal(await ask(), true);
  });
});
