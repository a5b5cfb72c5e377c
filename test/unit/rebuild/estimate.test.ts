import assert from 'node:assert/strict';
import {
  estimate,
  estimateAll,
  MIN_VALUES_FOR_ETA,
  resume,
  STALLED_AFTER_MS,
  type RebuildMemory,
} from '../../../src/rebuild/estimate';
import type { RebuildProgress, RebuildSample } from '../../../src/rebuild/progress';

/** A row of samples: [seconds, remaining] or [seconds, more of the sample]. */
class Row {
  memory: RebuildMemory | undefined;
  feed(...samples: readonly [number, number | Partial<RebuildSample>][]): RebuildProgress {
    let last: RebuildProgress | undefined;
    for (const [second, given] of samples) {
      const more = typeof given === 'number' ? { remaining: given } : given;
      const sample = { what: 'under-goal chunks', unit: 'chunks' as const, remaining: 0, ...more };
      const next = estimate(this.memory, sample, second * 1000);
      this.memory = next.memory;
      last = next.progress;
    }
    assert.ok(last);
    return last;
  }
}

describe('rebuild estimate', () => {
  let row: Row;
  beforeEach(() => (row = new Row()));

  it('is stable while nothing is left to do', () => {
    const progress = row.feed([0, 0], [5, 0]);
    assert.equal(progress.state, 'stable');
    assert.deepEqual(
      [progress.peak, progress.since, progress.ratePerSecond, progress.etaSeconds],
      [0, undefined, undefined, undefined],
    );
  });

  it('measures since, peak, rate and time left', () => {
    const progress = row.feed([0, 0], [5, 100], [10, 90], [15, 80], [20, 70]);
    assert.equal(progress.state, 'rebuilding');
    assert.equal(progress.since, 5_000);
    assert.equal(progress.peak, 100);
    assert.equal(progress.ratePerSecond, 2);
    assert.equal(progress.etaSeconds, 35);
  });

  it('shows no rate after one sample and no time left before there are enough', () => {
    assert.equal(row.feed([0, 100]).ratePerSecond, undefined);
    const two = row.feed([5, 90]);
    assert.equal(two.ratePerSecond, 2);
    assert.equal(two.etaSeconds, undefined);
    assert.equal(MIN_VALUES_FOR_ETA, 3);
    assert.equal(row.feed([10, 80]).etaSeconds, 40);
  });

  it('is not misled by an answer that is read twice', () => {
    const progress = row.feed([0, 100], [1, 100], [5, 90], [6, 90], [10, 80], [11, 80], [14, 80]);
    assert.equal(progress.ratePerSecond, 2);
  });

  it('forgets what lies before the window', () => {
    row.feed([0, 10_000], [5, 5_000]);
    for (let second = 10; second <= 120; second += 5) row.feed([second, 5_000 - second]);
    assert.equal(row.feed([125, 4_875]).ratePerSecond, 1);
  });

  it('lets the rate sink while nothing happens, then says stalled without rate and time left', () => {
    const pause = row.feed([0, 100], [5, 90], [10, 80], [40, 80]);
    assert.equal(pause.state, 'rebuilding');
    assert.equal(pause.ratePerSecond, 0.5);
    const stalled = row.feed([10 + STALLED_AFTER_MS / 1000, 80]);
    assert.equal(stalled.state, 'stalled');
    assert.deepEqual([stalled.ratePerSecond, stalled.etaSeconds, stalled.peak], [undefined, undefined, 100]);
    assert.equal(row.feed([140, 79]).state, 'rebuilding');
  });

  it('says stalled, too, when the rest only goes up and down a little', () => {
    row.feed([0, 100]);
    let last = row.feed([5, 50]);
    for (let second = 10; second <= 130; second += 5) last = row.feed([second, 50 + (second % 2)]);
    assert.equal(last.state, 'stalled');
  });

  it('raises the peak and measures anew when another loss comes on top', () => {
    const progress = row.feed([0, 100], [5, 60], [10, 20], [15, 150]);
    assert.equal(progress.peak, 150);
    assert.equal(progress.since, 0);
    assert.equal(progress.ratePerSecond, undefined);
    assert.equal(row.feed([20, 140], [25, 130]).ratePerSecond, 2);
  });

  it('begins anew after a complete rebuild', () => {
    const progress = row.feed([0, 100], [5, 50], [10, 0], [60, 7]);
    assert.equal(progress.peak, 7);
    assert.equal(progress.since, 60_000);
    assert.equal(progress.ratePerSecond, undefined);
  });

  it("keeps the system's own state, with neither rate nor time left, and does not call the pause a stall", () => {
    row.feed([0, 100], [5, 90], [10, 80]);
    const held = row.feed([15, { remaining: 80, state: 'held', note: 'temporary maintenance' }]);
    assert.equal(held.state, 'held');
    assert.equal(held.note, 'temporary maintenance');
    assert.deepEqual(
      [held.ratePerSecond, held.etaSeconds, held.since, held.peak],
      [undefined, undefined, 0, 100],
    );
    row.feed([1_000, { remaining: 80, state: 'held' }]);
    assert.equal(row.feed([1_005, 80]).state, 'rebuilding');
  });

  it('takes a remaining time for what it is', () => {
    const progress = row.feed(
      [0, { unit: 'seconds', remaining: 300 }],
      [5, { unit: 'seconds', remaining: 295 }],
    );
    assert.equal(progress.etaSeconds, 295);
    assert.equal(progress.ratePerSecond, undefined);
  });

  it('never mixes kinds: rows apart, and another unit is another row', () => {
    const at = (chunks: number, bytes: number): readonly RebuildSample[] => [
      { what: 'under-goal chunks', unit: 'chunks', remaining: chunks },
      { what: 'mirror r0', unit: 'bytes', remaining: bytes },
    ];
    let { memories, rebuild } = estimateAll(new Map(), at(100, 9_000), 0);
    for (const second of [5, 10])
      ({ memories, rebuild } = estimateAll(memories, at(100 - second, 9_000 - 100 * second), second * 1000));
    assert.deepEqual(
      rebuild.map((one) => one.ratePerSecond),
      [1, 100],
    );
    row.feed([0, 100], [5, 90]);
    assert.equal(row.feed([10, { unit: 'bytes', remaining: 5 }]).ratePerSecond, undefined);
  });

  it('remembers a row that one reading lacks, and goes on after a reload', () => {
    const chunks: RebuildSample = { what: 'c', unit: 'chunks', remaining: 50 };
    const first = estimateAll(new Map(), [{ ...chunks, remaining: 100 }], 0);
    const gap = estimateAll(first.memories, [], 5_000);
    assert.deepEqual(gap.rebuild, []);
    assert.equal(estimateAll(gap.memories, [chunks], 10_000).rebuild[0]?.peak, 100);
    const reloaded = estimateAll(resume(first.rebuild, 5_000), [chunks], 10_000).rebuild[0];
    assert.deepEqual([reloaded?.peak, reloaded?.since], [100, 0]);
  });

  it('believes the system where it tells its own rate and time left', () => {
    const told = row.feed([0, { remaining: 9_000, unit: 'bytes', reportedRate: 100 }]);
    assert.deepEqual([told.ratePerSecond, told.etaSeconds], [100, 90], 'from the first sample on');
    assert.ok(!('reportedRate' in told));
    const both = row.feed([
      5,
      { remaining: 8_000, unit: 'bytes', reportedRate: 100, reportedEtaSeconds: 70 },
    ]);
    assert.deepEqual([both.ratePerSecond, both.etaSeconds], [100, 70]);
    const held = row.feed([
      10,
      { remaining: 8_000, unit: 'bytes', reportedRate: 100, state: 'held', dueAt: 99 },
    ]);
    assert.deepEqual([held.ratePerSecond, held.etaSeconds, held.dueAt], [undefined, undefined, 99]);
  });

  it('goes on without a time left where nobody knows how much there is', () => {
    const check = row.feed([0, { remaining: 0, unit: 'seconds', state: 'rebuilding' }]);
    assert.deepEqual([check.state, check.etaSeconds], ['rebuilding', undefined]);
  });

  it('puts the worst first where rows have a rank, and keeps the order of the others', () => {
    const row = (what: string, rank?: number): RebuildSample => ({
      what,
      unit: 'chunks',
      remaining: 1,
      ...(rank === undefined ? {} : { rank }),
    });
    const { rebuild } = estimateAll(new Map(), [row('a'), row('b', 5), row('c'), row('d', 1)], 0);
    assert.equal(rebuild.map(({ what }) => what).join(' '), 'd b a c');
  });
});
