import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Coalesced } from '../../../src/editor/coalesce';

describe('Coalesced', () => {
  it('acts at once, and once more for all calls that come soon after', async () => {
    let acts = 0;
    const coalesced = new Coalesced(30, () => acts++);
    coalesced.call();
    assert.equal(acts, 1);
    for (let i = 0; i < 100; i++) coalesced.call();
    assert.equal(acts, 1);
    await sleep(45);
    assert.equal(acts, 2);
    await sleep(60);
    assert.equal(acts, 2, 'acted though nobody called');
  });

  it('never acts more often than it may', async () => {
    const times: number[] = [];
    const coalesced = new Coalesced(25, () => times.push(performance.now()));
    while (times.length < 6) {
      coalesced.call();
      await sleep(2);
    }
    coalesced.dispose();
    for (const [i, at] of times.entries()) if (i > 0) assert.ok(at - (times[i - 1] ?? 0) > 20);
  });

  it('does not act after it was disposed', async () => {
    let acts = 0;
    const coalesced = new Coalesced(10, () => acts++);
    coalesced.call();
    coalesced.call();
    coalesced.dispose();
    await sleep(25);
    assert.equal(acts, 1);
  });
});
