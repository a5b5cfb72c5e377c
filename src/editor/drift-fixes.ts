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

/** Whether a cluster still has the nodes, at the addresses, that were asked: else nobody knows whose answers they are. */
export function hasNodesOf(now: Cluster, asked: Cluster): boolean {
  const places = ({ nodes }: Cluster) => nodes.map(({ name, address }) => `${name} ${address}`).sort();
  return now.system === asked.system && places(now).join('\n') === places(asked).join('\n');
}

/** Two that only touch do not: one may be put behind the other. */
function overlap(a: Range, b: Range): boolean {
  return isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
