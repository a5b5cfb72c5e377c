import { roughDuration } from '../cluster/duration';
import { formatSize } from '../cluster/size';
import type { RebuildProgress, RebuildState } from './progress';
import { leftText } from './words';

/** How a cluster is as a whole: the colour of the headline, which always stands beside its words. */
export type HeadlineTone = 'good' | 'busy' | 'warning' | 'bad' | 'unknown';

export interface Headline {
  readonly tone: HeadlineTone;
  /** One word for the state. */
  readonly word: string;
  /** One sentence for whoever looks over the operator's shoulder. */
  readonly sentence: string;
}

const words: Readonly<Record<RebuildState, string>> = {
  stable: 'Complete',
  rebuilding: 'Rebuilding',
  stalled: 'Stalled',
  held: 'Held',
  waiting: 'Waiting',
  suppressed: 'Suppressed',
  disconnected: 'Disconnected',
  'split-brain': 'Split brain',
};

/** Worst first. A rebuild that runs is better news than one that does not. */
const order: readonly RebuildState[] = [
  'split-brain',
  'disconnected',
  'suppressed',
  'stalled',
  'held',
  'waiting',
  'rebuilding',
  'stable',
];

const tones: Readonly<Record<RebuildState, HeadlineTone>> = {
  'split-brain': 'bad',
  disconnected: 'bad',
  suppressed: 'bad',
  stalled: 'warning',
  held: 'warning',
  waiting: 'warning',
  rebuilding: 'busy',
  stable: 'good',
};

/**
 * What a whole cluster's recoveries come to in one sentence: whether data is at risk, whether it gets better, when it
 * is over. `survivable` is how many more failure domains may go at once without loss of data; undefined: unknown. `now` is
 * in epoch milliseconds.
 */
export function headline(
  rebuild: readonly RebuildProgress[],
  survivable: number | undefined,
  now: number,
): Headline {
  if (rebuild.length === 0)
    return { tone: 'unknown', word: 'Unknown', sentence: 'No node says at the moment how far a rebuild is.' };
  const sorted = rebuild.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const worst = sorted[0]?.state ?? 'stable';
  const open = sorted.filter(({ state }) => state !== 'stable');
  const atRisk = open.some((one) => (one.atRisk ?? 0) > 0);
  const tone = atRisk ? 'bad' : tones[worst];
  const word = words[worst];
  if (open.length === 0)
    return { tone, word, sentence: `${word}: all data has its redundancy${spare(survivable, false)}.` };
  const [first] = open.filter(({ state }) => state === worst);
  const more = open.length - 1;
  const others = more === 0 ? '' : `, and ${more} more ${more === 1 ? 'recovery' : 'recoveries'} open`;
  return {
    tone,
    word,
    sentence: `${word}: ${first ? howFar(first, now) : ''}${others}${spare(survivable, atRisk)}.`,
  };
}

function howFar(progress: RebuildProgress, now: number): string {
  const { what, unit, remaining, peak, state, note } = progress;
  const of = peak > remaining ? ` of ${amount(peak, unit)}` : '';
  const left =
    unit === 'seconds' ? `${what}, ${amount(remaining, unit)} left` : `${amount(remaining, unit)}${of} left`;
  if (state !== 'rebuilding')
    return note === undefined ? `${what}, ${left}` : `${what}, ${note.replace(/\.$/, '')}`;
  const until = leftText(progress, now);
  return until === undefined || unit === 'seconds' ? left : `${left}, ${until}`;
}

function spare(survivable: number | undefined, atRisk: boolean): string {
  if (atRisk) return '; the next failure may lose data';
  if (survivable === undefined) return '';
  if (survivable === 0) return '; no further failure is survivable';
  return `; ${survivable === 1 ? 'one more failure is' : `${survivable} more failures are`} survivable`;
}

/** An amount of a recovery for people. */
export function amount(value: number, unit: RebuildProgress['unit']): string {
  if (unit === 'seconds') return roughDuration(value * 1000);
  if (unit === 'chunks')
    return `${Math.round(value).toLocaleString('en')} chunk${Math.round(value) === 1 ? '' : 's'}`;
  return formatSize(BigInt(Math.round(value)));
}
