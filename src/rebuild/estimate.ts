import type { RebuildProgress, RebuildSample } from './progress';

/** The rate is measured over this much time, in milliseconds: long enough to smooth batches of chunks. */
export const RATE_WINDOW_MS = 60_000;
/** A rate needs samples that lie at least this far apart, in milliseconds. */
export const MIN_RATE_SPAN_MS = 4_000;
/** A time left needs this many different values in the window: two could be one lucky batch. */
export const MIN_VALUES_FOR_ETA = 3;
/** Nothing became less for this long: stalled. MooseFS itself waits up to a minute before it starts. */
export const STALLED_AFTER_MS = 120_000;
/** A longer time left is a guess that helps nobody, in seconds. */
export const MAX_ETA_SECONDS = 30 * 86_400;

/** Where rows without a rank stand. */
const UNRANKED = Number.MAX_SAFE_INTEGER;

interface Point {
  readonly at: number;
  readonly remaining: number;
}

/** What the row of samples of one kind leaves behind for the next one. */
export interface RebuildMemory {
  readonly unit: RebuildSample['unit'];
  readonly remaining: number;
  readonly since?: number;
  readonly peak: number;
  /** The last time at which less was left than ever since the present loss. */
  readonly progressAt: number;
  readonly lowest: number;
  /** Falling values with the time each was first seen, so that the same answer read twice adds nothing. */
  readonly points: readonly Point[];
}

/** Memory by `what`; one row never sees another's samples. */
export type RebuildMemories = ReadonlyMap<string, RebuildMemory>;

/** The next progress of one kind of recovery. Pure: the memory goes in and comes out. */
export function estimate(
  previous: RebuildMemory | undefined,
  sample: RebuildSample,
  now: number,
): { readonly progress: RebuildProgress; readonly memory: RebuildMemory } {
  const memory = remember(previous?.unit === sample.unit ? previous : undefined, sample, now);
  const state = sample.state ?? stateOf(memory, sample, now);
  const { reportedRate, reportedEtaSeconds, ...shown } = sample;
  const isMoving = state === 'rebuilding';
  const rate =
    isMoving && sample.unit !== 'seconds' ? (reportedRate ?? rateOf(memory.points, now)) : undefined;
  const eta = isMoving ? (reportedEtaSeconds ?? etaOf(memory, sample, rate)) : undefined;
  const progress: RebuildProgress = {
    ...shown,
    state,
    peak: memory.peak,
    ...(memory.since !== undefined && { since: memory.since }),
    ...(rate !== undefined && { ratePerSecond: rate }),
    ...(eta !== undefined && { etaSeconds: eta }),
  };
  return { progress, memory };
}

/**
 * The progress of all rows of one reading. A row that this reading lacks keeps its memory: between an old and
 * a new master nobody tells, and the rebuild goes on.
 */
export function estimateAll(
  previous: RebuildMemories,
  samples: readonly RebuildSample[],
  now: number,
): { readonly rebuild: readonly RebuildProgress[]; readonly memories: RebuildMemories } {
  const estimates = samples.map((sample) => estimate(previous.get(sample.what), sample, now));
  return {
    rebuild: estimates
      .map(({ progress }) => progress)
      .toSorted((a, b) => (a.rank ?? UNRANKED) - (b.rank ?? UNRANKED)),
    memories: new Map([
      ...previous,
      ...estimates.map(({ progress, memory }) => [progress.what, memory] as const),
    ]),
  };
}

/** The memory that a progress stands for: after a reload, since and peak go on and the rate is measured anew. */
export function resume(rebuild: readonly RebuildProgress[], now: number): RebuildMemories {
  return new Map(
    rebuild.map((row) => [
      row.what,
      {
        unit: row.unit,
        remaining: row.remaining,
        ...(row.since !== undefined && { since: row.since }),
        peak: row.peak,
        progressAt: now,
        lowest: row.remaining,
        points: [],
      },
    ]),
  );
}

function remember(previous: RebuildMemory | undefined, sample: RebuildSample, now: number): RebuildMemory {
  const { unit, remaining } = sample;
  const isQuiet = remaining <= 0 && sample.state === undefined;
  if (isQuiet) return { unit, remaining, peak: 0, progressAt: now, lowest: 0, points: [] };
  if (previous?.since === undefined)
    return {
      unit,
      remaining,
      since: now,
      peak: remaining,
      progressAt: now,
      lowest: remaining,
      points: [{ at: now, remaining }],
    };

  const peak = Math.max(previous.peak, remaining);
  const base = { unit, remaining, since: previous.since, peak };
  // A held recovery says nothing about the rate of one that runs, and its pause is no stall.
  if (sample.state !== undefined) return { ...base, progressAt: now, lowest: remaining, points: [] };
  const lost = remaining - previous.lowest;
  if (lost > Math.max(1, previous.peak / 100))
    return { ...base, progressAt: now, lowest: remaining, points: [{ at: now, remaining }] };
  const isProgress = remaining < previous.lowest;
  return {
    ...base,
    progressAt: isProgress ? now : previous.progressAt,
    lowest: Math.min(previous.lowest, remaining),
    points:
      isProgress || previous.points.length === 0
        ? inWindow([...previous.points, { at: now, remaining }], now)
        : previous.points,
  };
}

/** The points of the window, and the newest one before it as its left end. */
function inWindow(points: readonly Point[], now: number): readonly Point[] {
  const firstInside = points.findIndex((point) => point.at >= now - RATE_WINDOW_MS);
  return points.slice(Math.max(0, firstInside - 1));
}

function stateOf(
  memory: RebuildMemory,
  sample: RebuildSample,
  now: number,
): 'stable' | 'rebuilding' | 'stalled' {
  if (sample.remaining <= 0) return 'stable';
  return now - memory.progressAt >= STALLED_AFTER_MS ? 'stalled' : 'rebuilding';
}

/** Units a second. A pause longer than two usual gaps counts: the rate sinks while nothing happens. */
function rateOf(points: readonly Point[], now: number): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < MIN_RATE_SPAN_MS) return undefined;
  const gap = (last.at - first.at) / (points.length - 1);
  const end = now - last.at > 2 * gap ? now : last.at;
  return ((first.remaining - last.remaining) * 1000) / (end - first.at);
}

function etaOf(memory: RebuildMemory, sample: RebuildSample, rate: number | undefined): number | undefined {
  // It goes on although nothing is left: nobody told how much there is.
  if (sample.remaining <= 0) return undefined;
  if (sample.unit === 'seconds') return sample.remaining;
  if (rate === undefined || rate <= 0) return undefined;
  if (sample.reportedRate === undefined && memory.points.length < MIN_VALUES_FOR_ETA) return undefined;
  const eta = sample.remaining / rate;
  return eta <= MAX_ETA_SECONDS ? Math.round(eta) : undefined;
}
