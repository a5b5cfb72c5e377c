import { normalAddress } from '../cluster/address';
import type { Cluster, Node } from '../cluster/cluster';
import { freeName, nameFrom } from './address';
import type { UnaskedNode, Unknown } from './discovered';
import type { Drift } from './drift';
import type { FileText, Spot } from './file-text';
import { valueText } from './words';

/**
 * Nodes that others speak of and that are not in the file. One that may be a node of the file that did not answer
 * (its address there is a name) is not called missing.
 */
export function compareUnasked(
  file: FileText,
  list: Spot,
  cluster: Cluster,
  unasked: readonly UnaskedNode[],
  couldBe: readonly Node[],
  unknown: Unknown[],
): readonly Drift[] {
  const declared = new Set(cluster.nodes.flatMap(({ name, address }) => [name, normalAddress(address)]));
  const names = new Set(cluster.nodes.map(({ name }) => name));
  return unasked
    .filter(
      ({ address, name }) =>
        !declared.has(normalAddress(address)) && (name === undefined || !declared.has(name)),
    )
    .flatMap((other): readonly Drift[] => {
      const { address, roles, knownBy } = other;
      const what = `${other.name ?? address} (${roles.join(', ')})`;
      if (couldBe.length > 0) {
        unknown.push({
          sentence: `${knownBy} speaks of ${what}. It may be ${couldBe.map(({ name }) => name).join(' or ')}, which did not answer.`,
        });
        return [];
      }
      const name = freeName(nameFrom(other.name ?? address), names);
      const place = ['nodes', name];
      const item = `name: ${valueText(name)}\naddress: ${valueText(address)}\nroles: ${valueText(roles)}`;
      const fix = file.append(list, item, `Add the node ${name}`);
      return [
        {
          id: place.join('/'),
          kind: 'absent',
          path: place,
          range: { start: file.range(list).start, end: file.range(list).start },
          live: address,
          node: knownBy,
          sentence: `${knownBy} speaks of ${what}, which is not in this file.`,
          ...(fix ? { fix } : {}),
        },
      ];
    });
}
