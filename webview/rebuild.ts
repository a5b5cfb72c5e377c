/** The page of the rebuild panel: draws the snapshots that the extension sends, and keeps nothing of its own. */
import type { FromPage, PageState, RebuildSnapshot } from '../src/editor/protocol';
import { isToPage } from '../src/editor/protocol';
import { clockTime } from '../src/editor/words';
import { Card } from './card';
import { element } from './dom';
import { button, defineControls, divider, dropdown, setOptions } from './toolkit';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  setState(state: PageState): void;
};

const editor = acquireVsCodeApi();
defineControls();

const cards = new Map<string, Card>();
const chooser = dropdown('cluster', (cluster) => editor.postMessage({ type: 'choose', cluster }));
const label = element('label');
label.textContent = 'Cluster';
label.htmlFor = 'cluster';
chooser.setAttribute('aria-label', 'Cluster');
const head = element('header');
const status = element('p', 'status');
status.setAttribute('aria-live', 'polite');
const age = element('p', 'age');
const list = element('div', 'cards');
const actions = element('div', 'actions');
const connect = button('Connect', () => editor.postMessage({ type: 'connect' }), 'primary');
actions.append(
  connect,
  button('Show Log', () => editor.postMessage({ type: 'show-log' })),
);
head.append(label, chooser);
document.getElementById('page')?.append(head, status, list, divider(), age, actions);

function draw(snapshot: RebuildSnapshot): void {
  setOptions(chooser, snapshot.clusters, snapshot.chosen);
  head.hidden = snapshot.clusters.length === 0;
  const sentence = statusOf(snapshot);
  if (status.textContent !== sentence) status.textContent = sentence;
  status.classList.toggle('trouble', snapshot.observerLost || snapshot.troubled.length > 0);
  connect.hidden = snapshot.watched || snapshot.chosen === undefined;
  age.textContent = snapshot.at === undefined ? '' : `As of ${clockTime(snapshot.at)}`;
  document.body.classList.toggle('old', !snapshot.watched);
  drawCards(snapshot);
  if (snapshot.chosen !== undefined) editor.setState({ cluster: snapshot.chosen });
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
    card.update(view);
  }
}

function statusOf({ chosen, at, watched, observerLost, troubled, rebuild }: RebuildSnapshot): string {
  if (chosen === undefined)
    return 'No cluster file without errors is open. Mend it first: the Problems view says what is wrong.';
  if (at === undefined) return watched ? 'Connecting …' : 'Nobody watches this cluster.';
  if (!watched) return 'Not watched now: what you see is old.';
  if (observerLost)
    return 'This machine has lost the cluster. What you see is old; check the network of this machine.';
  const nodes = troubled.map(({ name, liveness }) => `${name} ${liveness}`).join(', ');
  if (rebuild.length === 0)
    return nodes === ''
      ? 'No node says at the moment how far a rebuild is.'
      : `${nodes}. No node says at the moment how far a rebuild is.`;
  return nodes === '' ? 'All nodes are active.' : `Not active: ${nodes}.`;
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (isToPage(event.data)) draw(event.data.snapshot);
});
editor.postMessage({ type: 'ready' });
