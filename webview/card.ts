import type { PlotRange, RebuildView } from '../src/editor/protocol';
import { element } from './dom';
import { plot } from './plot';
import { roughDuration } from '../src/cluster/duration';
import * as l10n from '../src/editor/l10n';
import { clockTime } from '../src/editor/words';
import { amount } from '../src/rebuild/headline';
import { dueText, leftRangeText, leftText } from '../src/rebuild/words';
import { percentDone, rate, stateWords } from './words';

/** One kind of recovery: state, how much remains, how fast, until when. Updated in place, so that focus stays. */
export class Card {
  readonly root = element('section', 'card');
  readonly #title = element('h2');
  readonly #state = element('p', 'state');
  readonly #bar = element('progress', 'bar');
  readonly #facts = element('dl', 'facts');
  readonly #means = element('p', 'means');
  readonly #chart = element('figure', 'history');
  #drawn = '';
  #view: RebuildView | undefined;
  #told = '';

  constructor(what: string) {
    this.#title.textContent = what;
    this.#title.id = `what-${what.replace(/[^a-z0-9]+/gi, '-')}`;
    this.root.setAttribute('aria-labelledby', this.#title.id);
    // Only the state is announced: numbers that change every few seconds would never let a reader finish.
    this.#state.setAttribute('aria-live', 'polite');
    this.#bar.setAttribute('role', 'progressbar');
    this.#bar.setAttribute('aria-labelledby', this.#title.id);
    this.#bar.max = 100;
    this.root.append(this.#title, this.#state, this.#bar, this.#means, this.#facts, this.#chart);
  }

  /** Whether there is a chart, so that its range may be chosen. */
  get hasChart(): boolean {
    return !this.#chart.hidden;
  }

  update(view: RebuildView, range: PlotRange): void {
    const { progress, points } = view;
    const { word, means } = stateWords(progress);
    setText(this.#state, word);
    setText(this.#means, `${means.charAt(0).toUpperCase()}${means.slice(1)}`);
    this.root.dataset['state'] = progress.state;
    this.#updateBar(
      percentDone(progress),
      l10n.t('{0}, {1} remaining', word, amount(progress.remaining, progress.unit)),
    );
    this.#view = view;
    this.#updateFacts(factsOf(view));
    this.#draw(progress, points, range);
  }

  #draw({ unit, remaining }: RebuildView['progress'], points: RebuildView['points'], range: PlotRange): void {
    const last = points.at(-1);
    const width = Math.max(240, this.root.clientWidth - 24);
    const face = JSON.stringify([range, width, points.length, points[0], last]);
    if (face === this.#drawn) return;
    this.#drawn = face;
    const most = amount(Math.max(0, ...points.map(([, left]) => left)), unit);
    const rates = points.some(([, , rate]) => rate !== undefined);
    const picture = plot(
      points,
      unit,
      range,
      width,
      l10n.t('Chart: {0} remain of at most {1}', amount(remaining, unit), most),
    );
    this.#chart.hidden = !picture;
    if (!picture) return;
    const caption = element('figcaption');
    caption.textContent = [
      unit === 'chunks' ? l10n.t('Filled: what remains, in chunks') : l10n.t('Filled: what remains'),
      ...(rates && unit !== 'seconds' ? [l10n.t('Dashed: the rate')] : []),
    ].join('. ');
    this.#chart.replaceChildren(picture, caption);
  }

  #updateBar(percent: number | undefined, words: string): void {
    this.#bar.hidden = percent === undefined;
    if (percent === undefined) return;
    this.#bar.value = percent;
    this.#bar.setAttribute('aria-valuemin', '0');
    this.#bar.setAttribute('aria-valuemax', '100');
    this.#bar.setAttribute('aria-valuenow', String(percent));
    this.#bar.setAttribute('aria-valuetext', `${percent} %, ${words}`);
  }

  /** Lets a countdown go on between two snapshots. */
  tick(): void {
    const { dueAt, endsAt } = this.#view?.progress ?? {};
    if (this.#view && (dueAt ?? endsAt) !== undefined) this.#updateFacts(factsOf(this.#view));
  }

  #updateFacts(facts: readonly (readonly [string, string, string?])[]): void {
    const told = JSON.stringify(facts);
    if (told === this.#told) return;
    this.#told = told;
    this.#facts.replaceChildren(
      ...facts.map(([name, value, className]) => {
        const row = element('div', className);
        const term = element('dt');
        const description = element('dd');
        term.textContent = name;
        description.textContent = value;
        row.append(term, description);
        return row;
      }),
    );
  }
}

function factsOf({ progress, timeFactor }: RebuildView): readonly (readonly [string, string, string?])[] {
  const { remaining, unit, atRisk, since, state, total } = progress;
  if (state === 'stable' && remaining === 0) {
    return total === undefined ? [] : [[l10n.t('In all'), amount(total, unit)]];
  }
  const percent = percentDone(progress);
  const speed = rate(progress);
  const demo = timeFactor === undefined ? {} : { demo: { timeFactor } };
  const due = dueText(progress, demo, Date.now());
  return [
    ...(due === undefined ? [] : [[l10n.t('Next'), due, 'due'] as const]),
    [
      l10n.t('Remaining'),
      percent === undefined
        ? amount(remaining, unit)
        : l10n.t('{0} ({1} % done)', amount(remaining, unit), percent),
    ],
    ...(atRisk === undefined
      ? []
      : [
          atRisk > 0
            ? ([
                l10n.t('Last copy'),
                l10n.t('{0}: the next failure loses them', amount(atRisk, unit)),
                'risk',
              ] as const)
            : ([l10n.t('Last copy'), l10n.t('none')] as const),
        ]),
    [l10n.t('Rate'), speed ?? (state === 'rebuilding' ? l10n.t('not known yet') : l10n.t('none'))],
    ...(due === undefined ? [[l10n.t('Time left'), timeLeft(progress)] as const] : []),
    ...(since === undefined
      ? []
      : [[l10n.t('Since'), `${clockTime(since)} (${roughDuration(Date.now() - since)})`] as const]),
  ];
}

/** No number where the rate supports none. */
function timeLeft(progress: RebuildView['progress']): string {
  const { state } = progress;
  const now = Date.now();
  const left = leftText(progress, now);
  if (left === undefined)
    return state === 'rebuilding'
      ? l10n.t('not known yet')
      : l10n.t('unknown while it is {0}', stateWords(progress).word.toLowerCase());
  const range = leftRangeText(progress, now);
  return range === undefined ? left : `${left}\n(${range})`;
}

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
