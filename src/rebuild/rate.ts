/** The rate is measured over this much time, in milliseconds: long enough to smooth batches of chunks. */
export const RATE_WINDOW_MS = 60_000;
/** A rate needs samples that lie at least this far apart, in milliseconds. */
export const MIN_RATE_SPAN_MS = 4_000;

/** How much remained at a moment (epoch milliseconds). */
export interface Point {
  readonly at: number;
  readonly remaining: number;
}

/** The points of the window that ends now, and the newest one before it as its left end. */
export function inWindow(points: readonly Point[], now: number, windowMs = RATE_WINDOW_MS): readonly Point[] {
  const firstInside = points.findIndex((point) => point.at >= now - windowMs);
  return points.slice(Math.max(0, firstInside - 1));
}

/** Units a second. A pause longer than two usual gaps counts: the rate sinks while nothing happens. */
export function rateOf(points: readonly Point[], now: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < MIN_RATE_SPAN_MS) return undefined;
  const gap = (last.at - first.at) / (points.length - 1);
  const end = now - last.at > 2 * gap ? now : last.at;
  return ((first.remaining - last.remaining) * 1000) / (end - first.at);
}

/**
 * The same, robust: a batch that comes at once, or chunks that vanish because they are deleted, are no rate. It takes the
 * median of what was copied between two points that lie at least a third of the window apart (Theil and Sen).
 */
export function steadyRateOf(points: readonly Point[], now: number): number | undefined {
  const mean = rateOf(points, now);
  const [first, last] = [points[0], points.at(-1)];
  if (mean === undefined || first === undefined || last === undefined) return undefined;
  const apart = (last.at - first.at) / 3;
  const slopes = points.flatMap((from, index) =>
    points
      .slice(index + 1)
      .filter(({ at }) => at - from.at >= apart)
      .map(({ at, remaining }) => ((from.remaining - remaining) * 1000) / (at - from.at)),
  );
  const median = slopes.toSorted((a, b) => a - b)[slopes.length >> 1] ?? mean;
  // A pause that lasts is in the mean alone.
  return now - last.at > (2 * (last.at - first.at)) / (points.length - 1) ? mean : median;
}
