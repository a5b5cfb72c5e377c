import type { Cluster } from '../cluster/cluster';
import { countdown } from '../cluster/duration';
import { leftUntil } from './due';
import type { RebuildProgress } from './progress';

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
