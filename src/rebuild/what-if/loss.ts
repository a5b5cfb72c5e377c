import type { Cluster, Node } from '../../cluster/cluster';
import { nearMiss } from '../../cluster/near';

/** The domains that nodes can be named by, beside their own names: `rack=r1`. */
const domainKinds = ['rack', 'row', 'room'] as const;

/** The nodes that somebody wants to lose, or why there are none: a sentence with what there is. */
export function lossOf(
  cluster: Cluster,
  words: readonly string[],
): { readonly lost: ReadonlySet<string> } | { readonly problem: string } {
  const lost = new Set<string>();
  for (const word of words) {
    const found = named(cluster.nodes, word);
    if (found.length === 0) return { problem: unknown(cluster, word) };
    for (const { name } of found) lost.add(name);
  }
  return lost.size === 0 ? { problem: 'Name a node, or a domain like rack=r1.' } : { lost };
}

function named(nodes: readonly Node[], word: string): readonly Node[] {
  const [kind, name] = word.split('=', 2);
  const domain = domainKinds.find((one) => one === kind);
  if (domain === undefined) return nodes.filter((node) => node.name === word);
  return nodes.filter((node) => node[domain] === name);
}

function unknown(cluster: Cluster, word: string): string {
  const domains = domainKinds.flatMap((kind) => [
    ...new Set(cluster.nodes.flatMap((node) => (node[kind] === undefined ? [] : [`${kind}=${node[kind]}`]))),
  ]);
  const names = [...cluster.nodes.map(({ name }) => name), ...domains];
  const near = nearMiss(word, names);
  const some = names.length <= 20 ? ` It has ${names.join(', ')}.` : '';
  return `The cluster ${cluster.name} has no node or domain '${word}'.${near ? ` Did you mean '${near}'?` : some}`;
}
