import type { RebuildView } from '../src/editor/protocol';
import { chart } from './chart';
import { element } from './dom';
import { roughDuration } from '../src/cluster/duration';
import { clockTime } from '../src/editor/words';
import { amount, percentDone, rate, stateWords } from './words';

/** One kind of recovery: state, how much remains, how fast, until when. Updated in place, so that focus stays. */
export class Card {
  readonly root = element('section', 'card');
  readonly #title = element('h2');
  readonly #state = element('p', 'state');
  readonly #bar = element('progress', 'bar');
  readonly #facts = element('dl', 'facts');
  readonly #means = element('p', 'means');
  readonly #chart = element('figure', 'history');

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

  update({ progress, points }: RebuildView): void {
    const { word, means } = stateWords(progress);
    setText(this.#state, word);
    setText(this.#means, means);
    this.root.dataset['state'] = progress.state;
    this.#updateBar(percentDone(progress), `${word}, ${amount(progress.remaining, progress.unit)} remaining`);
    this.#updateFacts(factsOf({ progress, points }));
    const first = points[0];
    const picture = chart(points, `${amount(progress.remaining, progress.unit)} remaining`);
    this.#chart.hidden = !picture;
    if (!picture || !first) return;
    const caption = element('figcaption');
    caption.textContent = `Remaining since ${clockTime(first[0])}, at most ${amount(Math.max(...points.map(([, left]) => left)), progress.unit)}`;
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

  #updateFacts(facts: readonly (readonly [string, string, string?])[]): void {
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

function factsOf({ progress }: RebuildView): readonly (readonly [string, string, string?])[] {
  const { remaining, unit, atRisk, since, etaSeconds, state, total } = progress;
  if (state === 'stable' && remaining === 0) {
    return total === undefined ? [] : [['In all', amount(total, unit)]];
  }
  const percent = percentDone(progress);
  const speed = rate(progress);
  return [
    ['Remaining', amount(remaining, unit) + (percent === undefined ? '' : ` (${percent} % done)`)],
    ...(atRisk === undefined
      ? []
      : [
          atRisk > 0
            ? (['Last copy', `${amount(atRisk, unit)}: the next failure loses them`, 'risk'] as const)
            : (['Last copy', 'none'] as const),
        ]),
    ['Rate', speed ?? (state === 'rebuilding' ? 'not known yet' : 'none')],
    ['Time left', timeLeft(state, etaSeconds)],
    ...(since === undefined
      ? []
      : [['Since', `${clockTime(since)} (${roughDuration(Date.now() - since)})`] as const]),
  ];
}

/** No number where the rate supports none. */
function timeLeft(state: RebuildView['progress']['state'], etaSeconds: number | undefined): string {
  if (etaSeconds !== undefined) return `about ${roughDuration(etaSeconds * 1000)}`;
  return state === 'rebuilding' ? 'not known yet' : `unknown while it is ${state.replace('-', ' ')}`;
}

function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
