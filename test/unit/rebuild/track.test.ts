import assert from 'node:assert/strict';
import { readTrack, thinned, trackJson, tracked, type Track } from '../../../src/rebuild/track';

const day = 86_400_000;

/** A track of samples `every` milliseconds apart. */
function record(
  count: number,
  every: number,
  remainingAt: (index: number) => number,
  from = 1_000_000,
): Track {
  let track: Track | undefined;
  for (let index = 0; index < count; index++) {
    track = tracked(track, 'chunks', { at: from + index * every, remaining: remainingAt(index) });
  }
  assert.ok(track);
  return track;
}

describe('The track of a recovery', () => {
  it('keeps a day of samples in some two thousand points, with the last hour at least every 15 s', () => {
    const count = day / 5_000;
    const { points } = record(count, 5_000, (index) => count - index);
    const end = points.at(-1)?.at ?? 0;
    assert.ok(points.length > 500 && points.length < 2_000, String(points.length));
    assert.ok((points[0]?.at ?? 0) - 1_000_000 <= 120_000);
    assert.equal(end, 1_000_000 + (count - 1) * 5_000);
    const gaps = points
      .slice(1)
      .map(({ at }, index) => ({ age: end - at, gap: at - (points[index]?.at ?? 0) }));
    const widest = (age: number) => Math.max(...gaps.filter((one) => one.age <= age).map(({ gap }) => gap));
    assert.ok(widest(600_000) <= 5_000, `last ten minutes: ${widest(600_000)}`);
    assert.ok(widest(3_600_000) <= 15_000, `last hour: ${widest(3_600_000)}`);
    assert.ok(widest(day) <= 245_000, `day: ${widest(day)}`);
  });

  it('costs two points while nothing changes, and keeps where a rebuild began and ended', () => {
    const quiet = record(10_000, 5_000, () => 0);
    assert.equal(quiet.points.length, 2);
    // one short rebuild, twenty hours ago
    const { points } = record(day / 5_000, 5_000, (index) =>
      index > 3_000 && index < 3_020 ? 3_020 - index : 0,
    );
    const during = points.filter(({ remaining }) => remaining > 0);
    assert.ok(during.length >= 2, JSON.stringify(during));
    assert.equal(during[0]?.remaining, 19);
    assert.equal(during.at(-1)?.remaining, 1);
  });

  it('thinning twice changes nothing more', () => {
    const { points } = record(20_000, 5_000, (index) => 20_000 - index);
    const now = points.at(-1)?.at ?? 0;
    assert.deepEqual(thinned(thinned(points, now), now), thinned(points, now));
  });

  it('drops what is older than two weeks, a sample that comes twice, and another unit', () => {
    let track = record(3, 1_000, (index) => 9 - index, 0);
    track = tracked(track, 'chunks', { at: 15 * day, remaining: 5 });
    assert.deepEqual(track.points, [{ at: 15 * day, remaining: 5 }]);
    assert.equal(tracked(track, 'chunks', { at: 15 * day, remaining: 4 }).points.length, 1);
    assert.deepEqual(tracked(track, 'bytes', { at: 16 * day, remaining: 4 }).points, [
      { at: 16 * day, remaining: 4 },
    ]);
  });

  it('is read again as it was kept, and anything else is not', () => {
    const track: Track = {
      unit: 'bytes',
      points: [
        { at: 1, remaining: 5, rate: 2 },
        { at: 2, remaining: 3 },
      ],
    };
    assert.deepEqual(readTrack(JSON.parse(JSON.stringify(trackJson(track)))), track);
    for (const bad of [
      undefined,
      null,
      'track',
      {},
      { unit: 'apples', points: [] },
      { unit: 'bytes', points: {} },
      {
        unit: 'bytes',
        points: [
          [2, 1],
          [1, 1],
        ],
      },
    ])
      assert.equal(readTrack(bad), undefined, JSON.stringify(bad));
    assert.deepEqual(readTrack({ unit: 'bytes', points: [[1, -1], 'x', [2, 7, Number.NaN], [3]] }), {
      unit: 'bytes',
      points: [{ at: 2, remaining: 7 }],
    });
  });
});
