import type { Fill, MapDomain, MapNode } from '../src/rebuild/map';
import { amount } from '../src/rebuild/headline';
import * as l10n from '../src/editor/l10n';
import { stateWord } from '../src/editor/liveness-look';
import { element } from './dom';
import { flowCounts, flowLegend, flowLine, flowWord } from './flow';

/**
 * The cluster as a picture: nodes in their failure domains, filled by use, bordered by liveness. Each is a button that
 * leads to the node's line in the file; a domain of a large cluster is one tile with its sums.
 */
export class ClusterMap {
  readonly root = element('section', 'map');
  readonly #grid = element('div', 'domains');
  readonly #legend = element('p', 'legend');
  #drawn = '';

  constructor(private readonly reveal: (node: string) => void) {
    const title = element('h2');
    title.textContent = l10n.t('Cluster');
    title.id = 'map-title';
    this.root.setAttribute('aria-labelledby', title.id);
    this.root.append(title, this.#legend, this.#grid);
  }

  update(domains: readonly MapDomain[]): void {
    this.root.hidden = domains.length === 0;
    // Drawn anew only when something on it has changed: focus stays where it is, and most samples change nothing.
    const face = JSON.stringify(domains);
    if (face === this.#drawn) return;
    this.#drawn = face;
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['node'] : undefined;
    this.#grid.replaceChildren(
      ...domains.map((domain) => (domain.isSummed ? sumTile(domain) : this.#group(domain))),
    );
    this.#legend.textContent = flowLegend(domains);
    this.#legend.hidden = this.#legend.textContent === '';
    if (focused === undefined) return;
    for (const tile of this.#grid.querySelectorAll<HTMLElement>('[data-node]'))
      if (tile.dataset['node'] === focused) tile.focus();
  }

  #group({ label, nodes }: MapDomain): HTMLElement {
    const group = element('div', 'domain');
    if (label !== '') {
      const name = element('h3');
      name.textContent = label;
      group.append(name);
    }
    const tiles = element('div', 'tiles');
    tiles.append(...nodes.map((node) => this.#tile(node)));
    group.append(tiles);
    return group;
  }

  #tile({ name, liveness, stores, fill, flow }: MapNode): HTMLElement {
    const tile = element('button', 'tile');
    tile.type = 'button';
    tile.dataset['node'] = name;
    tile.dataset['liveness'] = liveness;
    const title = element('span', 'name');
    title.textContent = name;
    const state = element('span', 'liveness');
    // Words beside the border: nothing is told by colour alone.
    state.textContent = stateWord(liveness);
    state.classList.toggle('unseen', liveness === 'active');
    const moves = flow ? [flowWord(flow)] : [];
    tile.append(title, state, ...(stores ? [gauge(fill)] : []), ...moves.map(flowLine));
    tile.title = [name, stateWord(liveness), ...(stores ? [fillWords(fill)] : []), ...moves].join(', ');
    tile.addEventListener('click', () => this.reveal(name));
    return tile;
  }
}

function sumTile({ label, counts, fill, flow }: MapDomain): HTMLElement {
  const tile = element('div', 'tile sum');
  const trouble = Object.entries(counts).filter(([liveness]) => liveness !== 'active');
  tile.dataset['liveness'] = trouble.length === 0 ? 'active' : 'inactive';
  const title = element('span', 'name');
  title.textContent = label;
  const state = element('span', 'liveness');
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  state.textContent =
    trouble.length === 0
      ? l10n.t('{0} active', total)
      : l10n.t(
          '{0} of {1}',
          trouble.map(([liveness, count]) => `${count} ${stateWord(liveness)}`).join(', '),
          total,
        );
  const moves = flowCounts(flow);
  tile.append(title, state, ...(fill ? [gauge(fill)] : []), ...moves.map(flowLine));
  tile.title = [label, state.textContent, ...(fill ? [fillWords(fill)] : []), ...moves].join(', ');
  return tile;
}

/** A bar in the tile; its number stands beside it. */
function gauge(fill: Fill | undefined): HTMLElement {
  const box = element('span', 'gauge');
  const words = element('span', 'percent');
  words.textContent = fill && fill.capacity > 0 ? `${percent(fill)} %` : '?';
  if (fill && fill.capacity > 0) {
    const bar = element('progress', 'fill');
    bar.max = 100;
    bar.value = percent(fill);
    bar.setAttribute('aria-hidden', 'true');
    box.append(bar);
  }
  box.append(words);
  return box;
}

function percent({ capacity, used }: Fill): number {
  return Math.round((used / capacity) * 100);
}

function fillWords(fill: Fill | undefined): string {
  if (!fill || fill.capacity <= 0) return l10n.t('use unknown');
  return l10n.t('{0} % of {1} used', percent(fill), amount(fill.capacity, 'bytes'));
}
