import type { Cluster } from '../cluster/cluster';
import { countdown, roughDuration } from '../cluster/duration';
import { leftUntil } from './due';
import type { RebuildProgress } from './progress';
import { secondsLeft, secondsLeftRange } from './time-left';

/** Minutes from which on nobody asks for seconds. */
const LONG_MINUTES = 10;

/** What comes when the present waiting or being held ends, in words; undefined where no end is known. */
export function dueText(
  { state, dueAt }: Pick<RebuildProgress, 'state' | 'dueAt'>,
  cluster: Pick<Cluster, 'demo'>,
  now: number,
): string | undefined {
  if (dueAt === undefined) return undefined;
  const left = leftUntil(cluster, dueAt, now);
  if (state === 'waiting')
    return left === 0 ? 'rebuild should start now' : `rebuild starts in ${countdown(left)}`;
  return left === 0 ? 'should end now' : `${countdown(left)} left`;
}

/** A reckoned time for people; between one minute and ten to ten seconds, because '2 min' could be a third too long. */
export function reckonedTime(seconds: number): string {
  return seconds < LONG_MINUTES * 60 ? countdown(seconds * 1000) : roughDuration(seconds * 1000);
}

type Left = Pick<RebuildProgress, 'etaSeconds' | 'etaRange' | 'endsAt'>;

/** The time left at a moment: 'about 2 min 10 s'; undefined where none is known. */
export function leftText(progress: Left, now: number): string | undefined {
  const left = secondsLeft(progress, now);
  return left === undefined ? undefined : `about ${reckonedTime(left)}`;
}

/** Between what it lies: '1 min 50 s to 2 min 40 s'; undefined where nothing was measured, or both are the same. */
export function leftRangeText(progress: Left, now: number): string | undefined {
  const range = secondsLeftRange(progress, now);
  if (range === undefined) return undefined;
  const [least, most] = range.map(reckonedTime);
  return least === most ? undefined : `${least} to ${most}`;
}
