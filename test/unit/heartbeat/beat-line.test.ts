import assert from 'node:assert/strict';
import { BeatLine } from '../../../src/heartbeat/beat-line';
import { beatScript } from '../../../src/heartbeat/beat';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { FakeClock, FakeConnections, type FakeNode } from './fakes';

describe('the line that heartbeats are asked on', () => {
  let node: FakeNode;
  let clock: FakeClock;
  let line: BeatLine;

  beforeEach(() => {
    clock = new FakeClock();
    node = new FakeConnections(clock).node('n1');
    line = new BeatLine(node, clock);
  });

  const ask = () => line.ask({ timeoutMs: 3_000 });

  it('begins one conversation for all heartbeats, and ends it', async () => {
    for (let n = 0; n < 3; n++) assert.equal((await ask()).uptimeSeconds, 100);
    assert.deepEqual([node.begun, node.conversations], [1, 1]);
    line.close();
    line.close();
    assert.equal(node.conversations, 0);
  });

  it('begins another at once when the loop has ended, and leaves none behind', async () => {
    await ask();
    node.answers.set(beatScript, () => {
      node.answers.delete(beatScript);
      throw node.error('closed');
    });
    assert.equal((await ask()).uptimeSeconds, 100);
    assert.deepEqual([node.begun, node.conversations], [2, 1]);
  });

  it('begins another with the next question when one missed its deadline', async () => {
    await ask();
    node.answers.set(beatScript, 'hangs');
    const late = assert.rejects(ask(), { reason: 'timeout' });
    await clock.advance(3_000);
    await late;
    assert.deepEqual([node.begun, node.conversations], [1, 0]);
    node.answers.delete(beatScript);
    await ask();
    assert.deepEqual([node.begun, node.conversations], [2, 1]);
  });

  it('ends a conversation whose answers cannot be read', async () => {
    node.answers.set(beatScript, 'Zugriff verweigert');
    await assert.rejects(ask(), UnreadableError);
    assert.equal(node.conversations, 0);
  });

  it('asks no second time for a node that closes every connection', async () => {
    node.behaviour = 'closed';
    await assert.rejects(ask(), { reason: 'closed' });
    assert.equal(node.asked.length, 1);
  });
});
