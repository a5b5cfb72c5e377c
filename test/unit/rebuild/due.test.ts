import assert from 'node:assert/strict';
import { dueAfter, leftUntil } from '../../../src/rebuild/due';
import { dueText } from '../../../src/rebuild/words';

const world = {};
const demo = { demo: { timeFactor: 60 } };

describe('When a waiting ends', () => {
  it('is a moment of this clock, and counts down by the cluster’s own', () => {
    assert.equal(dueAfter(world, 1_000, 5_000), 6_000);
    assert.equal(leftUntil(world, 6_000, 2_000), 4_000);
    const due = dueAfter(demo, 0, 900_000);
    assert.equal(due, 15_000);
    assert.equal(leftUntil(demo, due, 0), 900_000);
    assert.equal(leftUntil(demo, due, 1_000), 840_000, 'a second takes a minute off');
    assert.equal(leftUntil(demo, due, 60_000), 0);
  });

  it('is said in the words of the document', () => {
    const text = (state: 'waiting' | 'held', left: number) => dueText({ state, dueAt: left }, world, 0);
    assert.equal(text('waiting', 680_000), 'rebuild starts in 11 min 20 s');
    assert.equal(text('waiting', 59_400), 'rebuild starts in 1 min');
    assert.equal(text('waiting', 40_000), 'rebuild starts in 40 s');
    assert.equal(text('waiting', 0), 'rebuild should start now');
    assert.equal(text('held', 23 * 60_000), '23 min left');
    assert.equal(text('held', 3_599_000), '60 min left');
    assert.equal(text('held', 7_500_000), '2 h 05 min left');
    assert.equal(text('held', -1), 'should end now');
    assert.equal(dueText({ state: 'held' }, world, 0), undefined);
  });
});
