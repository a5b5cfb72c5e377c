import { isIP } from 'node:net';
import type { Unknown } from './discovered';
import { compareNode } from './compare-node';
import { compareUnasked } from './compare-unasked';
import { compareEntries } from './compare-value';
import type { Comparison, CompareOptions, Drift } from './drift';
import { FileText, type MapSpot } from './file-text';

/**
 * What a cluster file says against what its nodes say. Only what was told is compared: a node that did not answer
 * makes no difference, and neither does what a system cannot know, such as a console. Pure.
 */
export function compare(options: CompareOptions): Comparison {
  const { cluster, discovery, spec } = options;
  const file = new FileText(options.text);
  const top = file.cluster(cluster.name);
  if (!top) return { drifts: [], unknown: discovery.unknown };
  const { live } = discovery;
  const list = file.at(top, 'nodes');
  const items = file.items(list);
  const answered = new Set(discovery.nodes.flatMap(({ name, answered: did }) => (did ? [name] : [])));
  const unknown: Unknown[] = [...discovery.unknown];

  const ofNodes = items.flatMap((item, index): readonly Drift[] => {
    const node = cluster.nodes[index];
    const found = live.nodes.find(({ name }) => name === node?.name);
    if (!node || !found || !answered.has(node.name)) return [];
    return compareNode(file, item, node, found, unknown);
  });
  const couldBeHidden = cluster.nodes.filter(
    ({ name, address }) => !answered.has(name) && isIP(address) === 0,
  );
  const ofOthers = list ? compareUnasked(file, list, cluster, live.unasked, couldBeHidden, unknown) : [];
  const redundancy = section(file, top, 'redundancy');
  const own = section(file, top, spec.id);
  const drifts = [
    ...compareEntries(file, redundancy, ['redundancy'], live.redundancy, {}),
    ...compareEntries(file, own, [spec.id], live.section, spec.section),
    ...ofNodes,
    ...ofOthers,
  ];
  return { drifts: drifts.toSorted(byPlace), unknown };
}

/** A map of the file that need not be there; what is missing in it would be added below its key. */
function section(file: FileText, top: MapSpot, key: string) {
  const map = file.mapAt(top, key);
  return { top, key, ...(map ? { map } : {}) };
}

function byPlace(a: Drift, b: Drift): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}
