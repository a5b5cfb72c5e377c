import * as l10n from '../src/editor/l10n';
import type { MapDomain, NodeFlow } from '../src/rebuild/map';
import { element } from './dom';

/** Arrow and word: up is out of the node, down is into it. Nothing moves, and nothing is told by colour alone. */
export function flowWord(flow: NodeFlow): string {
  switch (flow) {
    case 'sends':
      return l10n.t('▲ sends');
    case 'receives':
      return l10n.t('▼ receives');
    case 'sends and receives':
      return l10n.t('▲▼ sends and receives');
  }
}

/** How many nodes of a domain send and receive, a line each; none where nobody does. */
export function flowCounts({ sends, receives }: MapDomain['flow']): readonly string[] {
  return [
    ...(sends > 0 ? [l10n.t('▲ {0} send', sends)] : []),
    ...(receives > 0 ? [l10n.t('▼ {0} receive', receives)] : []),
  ];
}

/** A line of a tile. */
export function flowLine(words: string): HTMLElement {
  const line = element('span', 'flow');
  line.textContent = words;
  return line;
}

/** What the arrows mean, while there are any; else the empty text. */
export function flowLegend(domains: readonly MapDomain[]): string {
  if (domains.some(({ flow }) => flow.sends > 0)) return l10n.t('▲ sends copies, ▼ receives them.');
  return domains.some(({ flow }) => flow.receives > 0)
    ? l10n.t('▼ holds more than a moment ago. Who sends the copies is not told.')
    : '';
}
