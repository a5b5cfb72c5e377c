/** The page of the rebuild panel: draws the snapshots that the extension sends, and keeps nothing of its own. */
import type { FromPage, PageState, PlotRange, RebuildSnapshot } from '../src/editor/protocol';
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

const editor = acquireVsCodeApi();
defineControls();

const kept: { -readonly [K in keyof PageState]: PageState[K] } = { ...pageState(editor.getState()) };
const keep = (more: PageState): void => editor.setState(Object.assign(kept, more));

const cards = new Map<string, Card>();
const chooser = dropdown('cluster', (cluster) => editor.postMessage({ type: 'choose', cluster }));
const label = element('label');
label.textContent = 'Cluster';
label.htmlFor = 'cluster';
chooser.setAttribute('aria-label', 'Cluster');
const head = element('header');
const headLine = new HeadLine();
const status = element('p', 'status');
status.setAttribute('aria-live', 'polite');
const age = element('p', 'age');
const list = element('div', 'cards');
const actions = element('div', 'actions');
const connect = button('Connect', () => editor.postMessage({ type: 'connect' }), 'primary');
const range = radioGroup<PlotRange>(
  'Chart shows',
  { hour: 'last hour', day: 'last day', all: 'all' },
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
  button('Copy as Markdown', () => editor.postMessage({ type: 'copy' })),
  button('Export CSV', () => editor.postMessage({ type: 'export' })),
  button('Show Log', () => editor.postMessage({ type: 'show-log' })),
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
  age.textContent = snapshot.at === undefined ? '' : `As of ${clockTime(snapshot.at)}`;
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
    return 'No cluster file without errors is open. Mend it first: the Problems view says what is wrong.';
  if (at === undefined) return watched ? 'Connecting …' : 'Nobody watches this cluster.';
  if (!watched) return 'Not watched now: what you see is old.';
  if (observerLost)
    return 'This machine has lost the cluster. What you see is old; check the network of this machine.';
  const most = 12;
  const nodes = troubled.slice(0, most).map(({ name, liveness }) => `${name} ${liveness}`);
  const more = troubled.length > most ? ` and ${troubled.length - most} more` : '';
  return nodes.length === 0 ? 'All nodes are active.' : `Not active: ${nodes.join(', ')}${more}.`;
}

new ResizeObserver(() => last && drawCards(last)).observe(list);
window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToPage(event.data)) draw(event.data.snapshot);
});
setInterval(() => {
  for (const card of cards.values()) card.tick();
}, 1_000);
editor.postMessage({ type: 'ready' });
