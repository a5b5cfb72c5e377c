import type { RebuildSnapshot } from '../src/editor/protocol';
import { element } from './dom';

const signs = { good: '✓', busy: '↻', warning: '!', bad: '✕', unknown: '?' } as const;

/** The cluster in one sentence; a screen reader is told when its state changes, not at every figure. */
export class HeadLine {
  readonly root = element('div', 'headline');
  readonly #sign = element('span', 'sign');
  readonly #sentence = element('p');
  readonly #spoken = element('p', 'spoken');
  #told = '';

  constructor() {
    this.#sign.setAttribute('aria-hidden', 'true');
    this.#spoken.setAttribute('role', 'status');
    this.root.append(this.#sign, this.#sentence, this.#spoken);
  }

  update({ headline, watched, observerLost }: RebuildSnapshot): void {
    this.root.hidden = headline === undefined;
    if (!headline) return;
    const isCurrent = watched && !observerLost;
    const tone = isCurrent ? headline.tone : 'unknown';
    this.root.dataset['tone'] = tone;
    this.#sign.textContent = signs[tone];
    if (this.#sentence.textContent !== headline.sentence) this.#sentence.textContent = headline.sentence;
    const state = `${tone} ${headline.word}`;
    if (state === this.#told) return;
    this.#told = state;
    this.#spoken.textContent = headline.sentence;
  }
}
