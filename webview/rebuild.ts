/** The page of the rebuild panel: draws the snapshots that the extension sends, and keeps nothing of its own. */
import type { FromPage, PageState, PlotRange, RebuildSnapshot } from '../src/editor/protocol';
import * as l10n from '../src/editor/l10n';
import { stateWord } from '../src/editor/liveness-look';
import { isToPage, pageState } from '../src/editor/protocol';
import { clockTime } from '../src/editor/words';
import { WhatIfForm } from './ask';
import { Card } from './card';
import { element } from './dom';
import { HeadLine } from './head-line';
import { ClusterMap } from './map';
import { button, defineControls, divider, dropdown, radioGroup, setOptions } from './toolkit';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: PageState): void;
  getState(): unknown;
};

// Before the first word is made.
l10n.translateWith(l10n.translatorOf(pageMessages()));
const editor = acquireVsCodeApi();
defineControls();

const kept: { -readonly [K in keyof PageState]: PageState[K] } = { ...pageState(editor.getState()) };
const keep = (more: PageState): void => editor.setState(Object.assign(kept, more));

const cards = new Map<string, Card>();
const chooser = dropdown('cluster', (cluster) => editor.postMessage({ type: 'choose', cluster }));
const label = element('label');
label.textContent = l10n.t('Cluster');
label.htmlFor = 'cluster';
chooser.setAttribute('aria-label', l10n.t('Cluster'));
const head = element('header');
const headLine = new HeadLine();
const status = element('p', 'status');
status.setAttribute('aria-live', 'polite');
const age = element('p', 'age');
const list = element('div', 'cards');
const actions = element('div', 'actions');
const connect = button(l10n.t('Connect'), () => editor.postMessage({ type: 'connect' }), 'primary');
const range = radioGroup<PlotRange>(
  l10n.t('Chart shows'),
  { hour: l10n.t('last hour'), day: l10n.t('last day'), all: l10n.t('all') },
  (chosen) => {
    keep({ range: chosen });
    if (last) drawCards(last);
  },
);
range.value = kept.range ?? 'hour';
const map = new ClusterMap((node) => editor.postMessage({ type: 'reveal', node }));
const whatIf = new WhatIfForm((lose, bandwidth) => {
  keep({ lose, bandwidth });
  editor.postMessage({ type: 'what-if', lose, bandwidth });
});
whatIf.restore(kept.lose ?? '', kept.bandwidth ?? '');
actions.append(
  connect,
  button(l10n.t('Copy as Markdown'), () => editor.postMessage({ type: 'copy' })),
  button(l10n.t('Export CSV'), () => editor.postMessage({ type: 'export' })),
  button(l10n.t('Show Log'), () => editor.postMessage({ type: 'show-log' })),
);
head.append(label, chooser);
document
  .getElementById('page')
  ?.append(head, headLine.root, status, range, list, map.root, whatIf.root, divider(), age, actions);

let last: RebuildSnapshot | undefined;

function draw(snapshot: RebuildSnapshot): void {
  last = snapshot;
  setOptions(chooser, snapshot.clusters, snapshot.chosen);
  head.hidden = snapshot.clusters.length === 0;
  headLine.update(snapshot);
  const sentence = statusOf(snapshot);
  if (status.textContent !== sentence) status.textContent = sentence;
  status.classList.toggle('trouble', snapshot.observerLost || snapshot.troubled.length > 0);
  connect.hidden = snapshot.watched || snapshot.chosen === undefined;
  age.textContent = snapshot.at === undefined ? '' : l10n.t('As of {0}', clockTime(snapshot.at));
  document.body.classList.toggle('old', !snapshot.watched);
  drawCards(snapshot);
  map.update(snapshot.map);
  whatIf.root.hidden = snapshot.chosen === undefined;
  whatIf.update(snapshot.whatIf);
  if (snapshot.whatIf) keep({ lose: snapshot.whatIf.lose, bandwidth: snapshot.whatIf.bandwidth });
  if (snapshot.chosen !== undefined) keep({ cluster: snapshot.chosen });
}

function drawCards({ chosen, rebuild }: RebuildSnapshot): void {
  const idOf = (what: string) => JSON.stringify([chosen, what]);
  const present = new Set(rebuild.map(({ progress }) => idOf(progress.what)));
  for (const [id, card] of cards) {
    if (present.has(id)) continue;
    card.root.remove();
    cards.delete(id);
  }
  for (const view of rebuild) {
    const id = idOf(view.progress.what);
    const card = cards.get(id) ?? new Card(view.progress.what);
    if (!cards.has(id)) {
      cards.set(id, card);
      list.append(card.root);
    }
    card.update(view, kept.range ?? 'hour');
  }
  range.hidden = ![...cards.values()].some((card) => card.hasChart);
}

function statusOf({ chosen, at, watched, observerLost, troubled }: RebuildSnapshot): string {
  if (chosen === undefined)
    return l10n.t(
      'No cluster file without errors is open. Mend it first: the Problems view says what is wrong.',
    );
  if (at === undefined) return watched ? l10n.t('Connecting …') : l10n.t('Nobody watches this cluster.');
  if (!watched) return l10n.t('Not watched now: what you see is old.');
  if (observerLost)
    return l10n.t(
      'This machine has lost the cluster. What you see is old; check the network of this machine.',
    );
  const most = 12;
  const nodes = troubled
    .slice(0, most)
    .map(({ name, liveness }) => `${name} ${stateWord(liveness)}`)
    .join(', ');
  const more = troubled.length - most;
  if (troubled.length === 0) return l10n.t('All nodes are active.');
  return more > 0 ? l10n.t('Not active: {0} and {1} more.', nodes, more) : l10n.t('Not active: {0}.', nodes);
}

/** What the extension wrote into the page; nothing in English. */
function pageMessages(): Readonly<Record<string, string>> {
  const text = document.getElementById('messages')?.textContent ?? '';
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, string>>);
}

new ResizeObserver(() => last && drawCards(last)).observe(list);
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToPage(event.data)) draw(event.data.snapshot);
});
setInterval(() => {
  for (const card of cards.values()) card.tick();
}, 1_000);
editor.postMessage({ type: 'ready' });
