/** One point of the past: epoch milliseconds, what remained, units a second where that was known. */
export interface TrackPoint {
  readonly at: number;
  readonly remaining: number;
  readonly rate?: number;
}

/**
 * How one recovery went, newest last. Old points lie further apart than new ones, so that a day fits into some two
 * thousand points.
 */
export interface Track {
  readonly unit: 'chunks' | 'bytes' | 'seconds';
  readonly points: readonly TrackPoint[];
}

const minute = 60_000;
const hour = 60 * minute;

/** The oldest point that is kept, milliseconds. */
const MOST_AGE = 14 * 24 * hour;

/** How far apart points may lie, by their age (milliseconds): beyond the last age they are dropped. */
const spacings = [
  { age: 10 * minute, apart: 0 },
  { age: hour + 5 * minute, apart: 10_000 },
  { age: 25 * hour, apart: 2 * minute },
  { age: MOST_AGE, apart: hour },
] as const;

/** More points than this are thinned, whatever their age (samples every second, clocks that jump). */
const MOST_POINTS = 3_000;

/**
 * The track with one sample more. A sample that is not newer than the last is dropped, one that repeats a quiet value
 * moves the end of the line. Pure.
 */
export function tracked(track: Track | undefined, unit: Track['unit'], point: TrackPoint): Track {
  const points = track?.unit === unit ? track.points : [];
  const last = points.at(-1);
  const before = points.at(-2);
  if (last && point.at <= last.at) return { unit, points };
  const isFlat =
    last !== undefined &&
    before !== undefined &&
    [before, last].every(({ remaining, rate }) => remaining === point.remaining && rate === point.rate);
  const longer = [...(isFlat ? points.slice(0, -1) : points), point];
  // Now and then is enough: a look at every point for each sample is work that nobody sees.
  const isDue =
    longer.length % 32 === 0 || longer.length > MOST_POINTS || point.at - (longer[0]?.at ?? 0) > MOST_AGE;
  return { unit, points: isDue ? thinned(longer, point.at) : longer };
}

/** Drops what is too old, and all but the newest of the points that share a stretch of time as long as their age deserves. */
export function thinned(points: readonly TrackPoint[], now: number): readonly TrackPoint[] {
  const kept: TrackPoint[] = [];
  for (let index = points.length - 1; index >= 0; index--) {
    const point = points[index];
    if (point === undefined) continue;
    const apart = spacings.find(({ age }) => now - point.at <= age)?.apart;
    if (apart === undefined) break;
    const next = kept.at(-1);
    // By the clock, not by the neighbour: thinning again and again must not eat its way along the line.
    const isAlone = next === undefined || apart === 0 || stretch(next.at, apart) !== stretch(point.at, apart);
    if (isAlone || isTurn(points[index - 1], point, points[index + 1])) kept.push(point);
  }
  const all = kept.reverse();
  return all.length <= MOST_POINTS
    ? all
    : all.filter((_, index) => index % 2 === 0 || index === all.length - 1);
}

/** Between the clocks of two looks no more than this is a matter of course, milliseconds. */
const CLOCK_GRAIN = 10_000;

/**
 * The points without those of the future: where the clock of this machine was put back, they would hold up every new one
 * until their time has come.
 */
export function withoutFuture(points: readonly TrackPoint[], now: number): readonly TrackPoint[] {
  const last = points.at(-1);
  return last && last.at > now + CLOCK_GRAIN ? points.filter(({ at }) => at <= now) : points;
}

/** Points of another window are taken where there is none of our own so near, milliseconds: two lines would zigzag. */
const NEAR = 10_000;

/** Two tracks of one recovery, seen by two windows, as one. `own` counts where both have something. Pure. */
export function mergedTracks(own: Track, other: Track, now: number): Track {
  if (own.unit !== other.unit) return own;
  const mine = withoutFuture(own.points, now);
  const others = withoutFuture(other.points, now);
  const first = mine[0]?.at ?? Infinity;
  let index = 0;
  const missing = others.filter(({ at }) => {
    // What was seen before we came is all that there is of that time.
    if (at < first) return true;
    while ((mine[index]?.at ?? Infinity) < at - NEAR) index++;
    return (mine[index]?.at ?? Infinity) > at + NEAR;
  });
  if (missing.length === 0) return mine === own.points ? own : { unit: own.unit, points: mine };
  const all = [...mine, ...missing].toSorted((a, b) => a.at - b.at);
  return { unit: own.unit, points: thinned(all, now) };
}

function stretch(at: number, apart: number): number {
  return Math.floor(at / apart);
}

/** Where a rebuild begins or ends: the picture would tell another story without these points. */
function isTurn(before: TrackPoint | undefined, point: TrackPoint, after: TrackPoint | undefined): boolean {
  if (!before || !after) return false;
  return (
    (before.remaining === 0) !== (point.remaining === 0) ||
    (point.remaining === 0) !== (after.remaining === 0)
  );
}

/** What was kept of an earlier session; anything that is no track is undefined. */
export function readTrack(value: unknown): Track | undefined {
  if (typeof value !== 'object' || value === null || !('unit' in value) || !('points' in value))
    return undefined;
  const { unit, points } = value;
  if (unit !== 'chunks' && unit !== 'bytes' && unit !== 'seconds') return undefined;
  if (!Array.isArray(points)) return undefined;
  const read = points.slice(-MOST_POINTS).flatMap((point: unknown) => readPoint(point) ?? []);
  const isOrdered = read.every(({ at }, index) => index === 0 || at > (read[index - 1]?.at ?? 0));
  return isOrdered ? { unit, points: read } : undefined;
}

function readPoint(value: unknown): TrackPoint | undefined {
  if (!Array.isArray(value)) return undefined;
  const [at, remaining, rate] = value as unknown[];
  if (!isAmount(at) || !isAmount(remaining)) return undefined;
  return { at, remaining, ...(isAmount(rate) ? { rate } : {}) };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** A track as it is kept: short, and read again by `readTrack`. */
export function trackJson({ unit, points }: Track): unknown {
  return {
    unit,
    points: points.map(({ at, remaining, rate }) =>
      rate === undefined ? [at, remaining] : [at, remaining, rate],
    ),
  };
}
