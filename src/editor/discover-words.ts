import type { AskedNode, UnaskedNode } from '../discovery/discovered';
import type { Discovery } from '../discovery/discovery';
import * as l10n from './l10n';
import { plural } from './l10n';

/** The addresses of a text that was typed or pasted: apart by spaces, commas, semicolons or lines, each once. */
export function splitAddresses(text: string): readonly string[] {
  const words = text
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^["'`(]+|["'`).]+$/g, ''))
    .filter((word) => word !== '' && word !== '-');
  return [...new Set(words)];
}

/** Whether every address logs in as root, who needs no `sudo`. */
export function areAllRoot(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((address) => address.startsWith('root@'));
}

/** How far the asking is: `3 of 4: cs1 did not answer`. */
export function progressText(node: AskedNode, done: number, all: number): string {
  return node.answered
    ? l10n.t('{0} of {1}: {2} answered', done, all, node.name)
    : l10n.t('{0} of {1}: {2} did not answer', done, all, node.name);
}

/** Why nothing can be written: nobody answered. One sentence for each node, without those that say the same. */
export function nobodyAnswered(nodes: readonly AskedNode[]): string {
  const reasons = [...new Set(nodes.flatMap(({ problems }) => problems))];
  const told = reasons.slice(0, 3).join(' ');
  const rest = reasons.length - 3;
  const more =
    rest > 0
      ? ` ${plural(rest, l10n.t('One more reason is in the log.'), l10n.t('{0} more reasons are in the log.', rest))}`
      : '';
  return `${plural(nodes.length, l10n.t('The node did not answer.'), l10n.t('None of the {0} nodes answered.', nodes.length))} ${told}${more}`.trim();
}

/** What the person has to know of the file that was just written. */
export function writtenText(fileName: string, { nodes, unknown, live }: Discovery): string {
  const silent = nodes.filter(({ answered }) => !answered).map(({ name }) => name);
  return [
    l10n.t(
      '{0} was written from what {1} of {2} nodes say.',
      fileName,
      nodes.length - silent.length,
      nodes.length,
    ),
    ...(silent.length === 0 ? [] : [l10n.t('Not in it, because they did not answer: {0}.', list(silent))]),
    unknown.length === 0
      ? l10n.t('Nothing is left open.')
      : plural(
          unknown.length,
          l10n.t('One thing could not be found out: it is marked TODO.'),
          l10n.t('{0} things could not be found out: they are marked TODO.', unknown.length),
        ),
    ...(live.unasked.length === 0
      ? []
      : [l10n.t('The cluster knows nodes that were not asked: {0}.', list(live.unasked.map(nameOf)))]),
  ].join(' ');
}

/** Where to log in at a node that others spoke of: as the user whom the others have, at the address they told. */
export function addressOf({ address }: UnaskedNode, asked: readonly string[]): string {
  const users = new Set(
    asked.map((word) => (word.includes('@') ? word.slice(0, word.lastIndexOf('@')) : '')),
  );
  const [user = ''] = users;
  return users.size === 1 && user !== '' ? `${user}@${address}` : address;
}

export function nameOf({ name, address }: UnaskedNode): string {
  return name ?? address;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? l10n.t('{0} and {1} more', shown, names.length - 5) : shown;
}
