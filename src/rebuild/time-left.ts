import type { RebuildProgress } from './progress';
import { inWindow, RATE_WINDOW_MS, rateOf, steadyRateOf, type Point } from './rate';

/** Near the end the rate is measured over no less than this, in milliseconds. */
const NEAR_WINDOW_MS = 20_000;
/**
 * How much of the surplus that chance would give the last server a time left counts in: the middle between none of it,
 * where the network or the master is what all wait for, and all of it, where each server is (test/fixtures/rebuild).
 */
const TYPICAL_SURPLUS = 0.5;
/** The range of a time left is never narrower than this part of it to either side. */
const LEAST_DOUBT = 0.15;
/** One rebuild in six has a surplus that is so many times what chance gives on average. */
const LARGE_SURPLUS = 1.6;

/** What is left to do, and how it went until now. */
export interface Work {
  readonly remaining: number;
  /** How much there was when the servers began. */
  readonly placed: number;
  /** How many servers share it, each of which can only do its own part; 1 where that is not so. */
  readonly servers: number;
  /** The fastest rate that lasted, units a second: that of all servers together. */
  readonly fastest: number | undefined;
  /** What remained, at times; oldest first. */
  readonly points: readonly Point[];
}

/** A time left and between what it lies, in seconds. */
export interface Reckoned {
  readonly seconds: number;
  readonly range: readonly [least: number, most: number];
}

/** How long the work takes from now on; undefined where nothing becomes less. */
export function reckon(
  { remaining, placed, servers, fastest, points }: Work,
  now: number,
): Reckoned | undefined {
  const usual = steadyRateOf(points, now);
  if (usual === undefined || usual <= 0) return undefined;
  // The past tells as far ahead as it is long: what is over in a moment is judged by what has just been.
  const ahead = Math.min(RATE_WINDOW_MS, Math.max(NEAR_WINDOW_MS, (remaining / usual) * 1000));
  const recent = steadyRateOf(inWindow(points, now, ahead), now) ?? usual;
  // Servers that have done their part are missing in the rate: the others do not become faster.
  const active =
    fastest === undefined ? servers : Math.min(servers, Math.max(1, (servers * recent) / fastest));
  const surplus = lastServersSurplus(remaining, placed, active);
  const seconds = (remaining + TYPICAL_SURPLUS * surplus) / recent;
  const older = points.slice(0, Math.ceil(points.length / 2));
  const rates = [usual, recent, rateOf(older, older.at(-1)?.at ?? now) ?? usual];
  return {
    seconds,
    range: [
      Math.min(seconds * (1 - LEAST_DOUBT), remaining / Math.max(...rates)),
      Math.max(seconds * (1 + LEAST_DOUBT), (remaining + LARGE_SURPLUS * surplus) / Math.min(...rates)),
    ],
  };
}

/**
 * How much longer than if all worked until the end it takes, counted in chunks that all servers together copy, when
 * `remaining` chunks with one copy left lie on `servers` servers that share the work. Where `placed` of them fell by
 * chance, as throws of a die do, the fullest server holds about `√(placed / servers) · E` more than the average, with `E`
 * the largest of so many standard normal numbers, and copies alone when the others have ended. Near the end the surplus
 * cannot be more than what is left, hence the hyperbola between both; the unit tests hold it against the model itself.
 */
export function lastServersSurplus(remaining: number, placed: number, servers: number): number {
  const surplus = largestOf(servers) * Math.sqrt(Math.max(placed, remaining) * servers);
  const most = remaining * (servers - 1);
  return surplus <= 0 || most <= 0 ? 0 : (surplus * most) / (surplus + most);
}

/** The expected largest of `count` standard normal numbers, within 0.1 for 2 to 100 of them. */
function largestOf(count: number): number {
  return Math.max(0, Math.sqrt(2 * Math.log(Math.max(1, count))) - 0.6);
}

/**
 * The time left at `now` (epoch milliseconds), in seconds: between two answers it counts down from when the system was
 * asked. It never says that nothing is left, which only the system's own answer does.
 */
export function secondsLeft(
  { etaSeconds, endsAt }: Pick<RebuildProgress, 'etaSeconds' | 'endsAt'>,
  now: number,
): number | undefined {
  if (etaSeconds === undefined || endsAt === undefined) return etaSeconds;
  return Math.max(1, Math.round((endsAt - now) / 1000));
}

/** The same for the shortest and the longest that is likely. */
export function secondsLeftRange(
  { etaSeconds, etaRange, endsAt }: Pick<RebuildProgress, 'etaSeconds' | 'etaRange' | 'endsAt'>,
  now: number,
): readonly [least: number, most: number] | undefined {
  if (etaSeconds === undefined || etaRange === undefined || endsAt === undefined) return undefined;
  const passed = etaSeconds - (endsAt - now) / 1000;
  const [least, most] = etaRange;
  const left = (seconds: number) => Math.max(1, Math.round(seconds - passed));
  return [left(least), left(most)];
}
