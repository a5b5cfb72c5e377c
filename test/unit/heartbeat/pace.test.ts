import assert from 'node:assert/strict';
import { GATHER_MS, gatherMs } from '../../../src/heartbeat/pace';

describe('the time for which changes are gathered', () => {
  it('is short for a small cluster, whatever the news', () => {
    assert.equal(gatherMs(3, false), GATHER_MS);
    assert.equal(gatherMs(3, true), GATHER_MS);
  });

  it('bounds the nodes looked at in a second, however many a cluster has', () => {
    for (const nodes of [100, 300, 1_000]) {
      assert.ok((nodes * 1_000) / gatherMs(nodes, false) <= 2_000, `${nodes} nodes`);
      assert.ok((nodes * 1_000) / gatherMs(nodes, true) <= 4_000, `${nodes} nodes`);
    }
  });

  it('never holds up what a person waits for: a second for numbers, a quarter for who is silent', () => {
    assert.equal(gatherMs(100_000, false), 1_000);
    assert.equal(gatherMs(100_000, true), 250);
  });
});
