import assert from 'node:assert/strict';
import { historyCsv, progressMarkdown } from '../../../src/rebuild/export';
import { headline } from '../../../src/rebuild/headline';
import type { RebuildProgress } from '../../../src/rebuild/progress';

const row = (more: Partial<RebuildProgress>): RebuildProgress => ({
  what: 'under-goal chunks',
  unit: 'chunks',
  remaining: 0,
  peak: 0,
  state: 'stable',
  ...more,
});

describe('The headline of a cluster', () => {
  const say = (rebuild: readonly RebuildProgress[], survivable?: number) => {
    const { tone, sentence } = headline(rebuild, survivable, 0);
    return `${tone}: ${sentence}`;
  };

  it('says what is left, until when, and what else may fail', () => {
    const busy = row({
      unit: 'bytes',
      state: 'rebuilding',
      remaining: 1.2e12,
      peak: 9e12,
      etaSeconds: 7_800,
    });
    assert.equal(
      say([busy], 1),
      'busy: Rebuilding: 1.2 TB of 9 TB left, about 2 h 10 min; one more failure is survivable.',
    );
    assert.equal(
      say([busy], 0),
      'busy: Rebuilding: 1.2 TB of 9 TB left, about 2 h 10 min; no further failure is survivable.',
    );
    assert.equal(say([busy]), 'busy: Rebuilding: 1.2 TB of 9 TB left, about 2 h 10 min.');
    assert.equal(
      say([row({})], 2),
      'good: Complete: all data has its redundancy; 2 more failures are survivable.',
    );
  });

  it('a last copy is worse than any state, and the worst state leads', () => {
    const rebuilding = row({ state: 'rebuilding', remaining: 10, peak: 40, atRisk: 3 });
    assert.equal(
      say([rebuilding], 1),
      'bad: Rebuilding: 10 chunks of 40 chunks left; the next failure may lose data.',
    );
    const split = row({ what: 'mirror r0', unit: 'bytes', state: 'split-brain', remaining: 5e9, peak: 5e9 });
    assert.equal(
      say([row({ state: 'rebuilding', remaining: 1, peak: 2 }), split]),
      'bad: Split brain: mirror r0, 5 GB left, and 1 more recovery open.',
    );
  });

  it('lets the system’s own words explain why nothing happens', () => {
    const waiting = row({
      state: 'waiting',
      remaining: 40,
      peak: 40,
      note: 'rebuild starts in 11 min 20 s.',
    });
    assert.equal(say([waiting]), 'warning: Waiting: under-goal chunks, rebuild starts in 11 min 20 s.');
    assert.equal(say([]), 'unknown: No node says at the moment how far a rebuild is.');
  });
});

describe('What leaves the panel', () => {
  const hostile = '<b>|[x](y)`\n*';
  const one = row({
    what: hostile,
    state: 'rebuilding',
    unit: 'bytes',
    remaining: 2e9,
    peak: 4e9,
    ratePerSecond: 1e6,
    etaSeconds: 2_000,
  });

  it('is a Markdown table in which names are text', () => {
    const text = progressMarkdown('media', Date.UTC(2026, 0, 2, 3, 4, 5), headline([one], 1, 0), [one]);
    assert.deepEqual(text.split('\n'), [
      '**media**, 2026-01-02T03:04:05.000Z: Rebuilding: 2 GB of 4 GB left, about 33 min; one more failure is survivable.',
      '',
      '| Recovery | State | Remaining | Last copy | Rate | Time left |',
      '| --- | --- | ---: | ---: | ---: | ---: |',
      '| \\<b\\>\\|\\[x\\](y)\\` \\* | rebuilding | 2 GB |  | 1 MB/s | about 33 min |',
      '',
    ]);
  });

  it('is CSV that a spreadsheet reads as data, never as a formula', () => {
    const points = [
      { at: 0, remaining: 5 },
      { at: 1_000, remaining: 4, rate: 1 },
    ];
    const csv = historyCsv(
      new Map([
        ['=cmd()', { unit: 'chunks' as const, points }],
        ['a "b", c', { unit: 'bytes' as const, points: points.slice(0, 1) }],
      ]),
    );
    assert.deepEqual(csv.split('\r\n'), [
      'time,recovery,unit,remaining,rate_per_second',
      "1970-01-01T00:00:00.000Z,'=cmd(),chunks,5,",
      "1970-01-01T00:00:01.000Z,'=cmd(),chunks,4,1",
      '1970-01-01T00:00:00.000Z,"a ""b"", c",bytes,5,',
      '',
    ]);
  });
});
