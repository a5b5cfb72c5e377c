import * as l10n from '../src/editor/l10n';
import { amount } from '../src/rebuild/headline';
import type { RebuildProgress, RebuildState } from '../src/rebuild/progress';

const states = (): Readonly<Record<RebuildState, { readonly word: string; readonly means: string }>> => ({
  stable: { word: l10n.t('Complete'), means: l10n.t('Nothing is left to rebuild.') },
  rebuilding: { word: l10n.t('Rebuilding'), means: l10n.t('The cluster restores its redundancy.') },
  stalled: {
    word: l10n.t('Stalled'),
    means: l10n.t('Nothing has become less for a while. Look at the nodes that should take the data.'),
  },
  held: { word: l10n.t('Held'), means: l10n.t('The cluster holds the rebuild back by itself.') },
  waiting: {
    word: l10n.t('Waiting'),
    means: l10n.t('It has not begun: the cluster still waits whether the node comes back.'),
  },
  suppressed: {
    word: l10n.t('Suppressed'),
    means: l10n.t('Too much is offline at once, so the cluster does not rebuild.'),
  },
  disconnected: {
    word: l10n.t('Disconnected'),
    means: l10n.t('The two sides of the mirror have no connection. Nothing is copied.'),
  },
  'split-brain': {
    word: l10n.t('Split brain'),
    means: l10n.t('Both sides were written to. A person must decide which one survives.'),
  },
});

/** A state for people: one word, and what it means for them. */
export function stateWords(progress: RebuildProgress): { readonly word: string; readonly means: string } {
  const { word, means } = states()[progress.state];
  return { word, means: progress.note ?? means };
}

/** Rate in units a second (an hour when it is slow); undefined without one that means something. */
export function rate(progress: RebuildProgress): string | undefined {
  const perSecond = progress.ratePerSecond;
  if (perSecond === undefined || perSecond <= 0 || progress.unit === 'seconds') return undefined;
  if (progress.unit === 'bytes') return `${amount(perSecond, 'bytes')}/s`;
  return perSecond >= 1
    ? l10n.t('{0} chunks/s', Number(perSecond.toPrecision(2)))
    : l10n.t('{0} chunks/min', Number((perSecond * 60).toPrecision(2)));
}

/** Done, in percent of the most that was left to do; undefined when that is nothing. */
export function percentDone(progress: RebuildProgress): number | undefined {
  if (progress.state === 'stable') return 100;
  if (progress.remaining === 0) return undefined;
  if (progress.peak <= 0) return undefined;
  return Math.max(0, Math.min(99, Math.floor((1 - progress.remaining / progress.peak) * 100)));
}
