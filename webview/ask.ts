import type { WhatIfView } from '../src/editor/protocol';
import * as l10n from '../src/editor/l10n';
import { element } from './dom';
import { button, textField } from './toolkit';

/** “What if…”: names of nodes or domains and a bandwidth go out, sentences come back with the next snapshot. */
export class WhatIfForm {
  readonly root = element('section', 'what-if');
  readonly #lose = textField('lose', l10n.t('Lose'), l10n.t('cs1, cs2 or rack=r1'));
  readonly #bandwidth = textField('bandwidth', l10n.t('Bandwidth of a node'), '10Gbit');
  readonly #answer = element('div', 'answer');
  #shown = '';
  #asked = '';

  constructor(ask: (lose: string, bandwidth: string) => void) {
    const title = element('h2');
    title.textContent = l10n.t('What if…');
    title.id = 'what-if-title';
    this.root.setAttribute('aria-labelledby', title.id);
    const form = element('form');
    const send = () => ask(this.#lose.value, this.#bandwidth.value);
    form.append(this.#lose, this.#bandwidth, button(l10n.t('Ask'), send, 'primary'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      send();
    });
    // The fields of the toolkit do not submit a form by themselves.
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && event.target !== form.querySelector('vscode-button')) send();
    });
    this.#answer.setAttribute('role', 'status');
    this.root.append(title, form, this.#answer);
  }

  /** What was asked before a reload. */
  restore(lose: string, bandwidth: string): void {
    this.#lose.value = lose;
    this.#bandwidth.value = bandwidth;
  }

  /** A new question may come from elsewhere; what somebody types meanwhile is left alone. */
  #follow({ lose, bandwidth }: WhatIfView): void {
    const asked = JSON.stringify([lose, bandwidth]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.restore(lose, bandwidth);
  }

  update(view: WhatIfView | undefined): void {
    const face = JSON.stringify(view ?? null);
    if (face === this.#shown) return;
    this.#shown = face;
    if (view) this.#follow(view);
    this.#answer.replaceChildren(...(view ? answerOf(view) : []));
  }
}

function answerOf({ problem, lost, isBad, sentences, survivors }: WhatIfView): readonly HTMLElement[] {
  if (problem !== undefined) {
    const line = element('p', 'problem');
    line.textContent = problem;
    return [line];
  }
  const verdict = element('p', isBad ? 'verdict bad' : 'verdict good');
  verdict.textContent = isBad
    ? l10n.t('Without {0}: not safe', lost.join(', '))
    : l10n.t('Without {0}: survivable', lost.join(', '));
  const list = element('ul');
  list.append(
    ...sentences.map((sentence) => {
      const item = element('li');
      item.textContent = sentence;
      return item;
    }),
  );
  return [verdict, list, ...(survivors.length > 0 ? [table(survivors)] : [])];
}

/** How full the others are before and after; the fullest first. */
function table(survivors: WhatIfView['survivors']): HTMLElement {
  const made = element('table');
  const caption = element('caption');
  caption.textContent = l10n.t('Fill of those that are left');
  made.append(caption, row('th', [l10n.t('left'), l10n.t('now'), l10n.t('afterwards')]));
  made.append(...survivors.map(({ domain, now, after }) => row('td', [domain, `${now} %`, `${after} %`])));
  return made;
}

function row(cell: 'th' | 'td', texts: readonly string[]): HTMLElement {
  const line = element('tr');
  line.append(
    ...texts.map((text) => {
      const made = element(cell);
      made.textContent = text;
      return made;
    }),
  );
  return line;
}
