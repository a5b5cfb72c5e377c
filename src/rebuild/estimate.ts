import type { RebuildProgress, RebuildSample } from './progress';
import { inWindow, rateOf, type Point } from './rate';
import { reckon, type Reckoned } from './time-left';

/** A time left needs this many different values in the window: two could be one lucky batch. */
export const MIN_VALUES_FOR_ETA = 3;
/** Nothing became less for this long: stalled. MooseFS itself waits up to a minute before it starts. */
export const STALLED_AFTER_MS = 120_000;
/** A longer time left is a guess that helps nobody, in seconds. */
export const MAX_ETA_SECONDS = 30 * 86_400;

/** Where rows without a rank stand. */
const UNRANKED = Number.MAX_SAFE_INTEGER;

/** A rate that lasted this long, in milliseconds, is one that the system can keep. */
const LASTING_MS = 20_000;

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
  /** The fastest rate that lasted, units a second. */
  readonly fastest?: number;
}

/** Memory by `what`; one row never sees another's samples. */
export type RebuildMemories = ReadonlyMap<string, RebuildMemory>;

/** The next progress of one kind of recovery. Pure: the memory goes in and comes out. */
export function estimate(
  previous: RebuildMemory | undefined,
  sample: RebuildSample,
  now: number,
): { readonly progress: RebuildProgress; readonly memory: RebuildMemory } {
  const { reportedRate, reportedEtaSeconds, at: asked = now, servers = 1, ...shown } = sample;
  const at = Math.min(asked, now);
  const memory = remember(previous?.unit === sample.unit ? previous : undefined, sample, at);
  const state = sample.state ?? stateOf(memory, sample, now);
  const isMoving = state === 'rebuilding';
  const rate =
    isMoving && sample.unit !== 'seconds' ? (reportedRate ?? rateOf(memory.points, now)) : undefined;
  const left = isMoving ? leftOf(memory, sample, { servers, rate, reportedEtaSeconds }, now) : undefined;
  const progress: RebuildProgress = {
    ...shown,
    state,
    peak: memory.peak,
    ...(memory.since !== undefined && { since: memory.since }),
    ...(rate !== undefined && { ratePerSecond: rate }),
    ...(left && { etaSeconds: Math.round(left.seconds), endsAt: Math.round(at + left.seconds * 1000) }),
    ...(left?.range && { etaRange: left.range }),
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

function remember(kept: RebuildMemory | undefined, sample: RebuildSample, now: number): RebuildMemory {
  const previous = kept && before(kept, now);
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
  const points =
    isProgress || previous.points.length === 0
      ? inWindow([...previous.points, { at: now, remaining }], now)
      : previous.points;
  const fastest = fasterOf(previous.fastest, points, now);
  return {
    ...base,
    progressAt: isProgress ? now : previous.progressAt,
    lowest: Math.min(previous.lowest, remaining),
    points,
    ...(fastest !== undefined && { fastest }),
  };
}

/** The memory without what a clock that was put back has left in the future. */
function before(memory: RebuildMemory, now: number): RebuildMemory {
  const { since, progressAt, points } = memory;
  if (progressAt <= now) return memory;
  return {
    ...memory,
    ...(since !== undefined && { since: Math.min(since, now) }),
    progressAt: now,
    points: points.filter(({ at }) => at <= now),
  };
}

function fasterOf(fastest: number | undefined, points: readonly Point[], now: number): number | undefined {
  const [first] = points;
  const rate = first && now - first.at >= LASTING_MS ? rateOf(points, now) : undefined;
  return rate === undefined ? fastest : Math.max(rate, fastest ?? 0);
}

function stateOf(
  memory: RebuildMemory,
  sample: RebuildSample,
  now: number,
): 'stable' | 'rebuilding' | 'stalled' {
  if (sample.remaining <= 0) return 'stable';
  return now - memory.progressAt >= STALLED_AFTER_MS ? 'stalled' : 'rebuilding';
}

/** What the system itself says of the time left, else what its own rate or the measured one makes of it. */
function leftOf(
  memory: RebuildMemory,
  { remaining, unit, reportedRate }: RebuildSample,
  {
    servers,
    rate,
    reportedEtaSeconds,
  }: {
    readonly servers: number;
    readonly rate: number | undefined;
    readonly reportedEtaSeconds: number | undefined;
  },
  now: number,
): { readonly seconds: number; readonly range?: Reckoned['range'] } | undefined {
  if (reportedEtaSeconds !== undefined) return { seconds: reportedEtaSeconds };
  // It goes on although nothing is left: nobody told how much there is.
  if (remaining <= 0) return undefined;
  if (unit === 'seconds') return { seconds: remaining };
  if (rate === undefined || rate <= 0) return undefined;
  const { peak: placed, points, fastest } = memory;
  const left =
    reportedRate !== undefined
      ? { seconds: remaining / rate }
      : points.length < MIN_VALUES_FOR_ETA
        ? undefined
        : reckon({ remaining, placed, servers, fastest, points }, now);
  return left && left.seconds <= MAX_ETA_SECONDS ? left : undefined;
}
