import type { Cluster } from '../cluster/cluster';
import type { Edit, Fix } from '../cluster/finding';
import type { Position, Range } from '../cluster/place';
import type { Drift } from '../discovery/drift';
import { applyEdits } from './apply-edits';

/** The fixes that can be put in together: one that would change what another changes waits for the next time. */
export function compatibleFixes(drifts: readonly Drift[]): readonly Fix[] {
  const taken: Range[] = [];
  return drifts.flatMap(({ fix }) => {
    if (!fix || fix.edits.some(({ range }) => taken.some((other) => overlap(range, other)))) return [];
    taken.push(...fix.edits.map(({ range }) => range));
    return [fix];
  });
}

/** The file as its nodes would have it. */
export function liveText(text: string, drifts: readonly Drift[]): string {
  const edits: readonly Edit[] = compatibleFixes(drifts).flatMap((fix) => fix.edits);
  return applyEdits(text, edits);
}

/**
 * Whether the answers of the nodes that were asked are still about this cluster: a node may come or go, but one that has
 * another address now is another machine.
 */
export function isAboutNodesOf(now: Cluster, asked: Cluster): boolean {
  const addresses = new Map(asked.nodes.map(({ name, address }) => [name, address]));
  const known = now.nodes.filter(({ name }) => addresses.has(name));
  return (
    now.system === asked.system &&
    known.length > 0 &&
    known.every(({ name, address }) => addresses.get(name) === address)
  );
}

/** Two that only touch do not: one may be put behind the other. */
function overlap(a: Range, b: Range): boolean {
  return isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
