import type { Cluster } from '../../cluster/cluster';

/**
 * Which node of the file a host is: the cluster knows its machines by host name or address, and the file may call
 * them otherwise. An address that two nodes have (behind one forwarded port) names neither.
 */
export class HostNames {
  readonly #byText = new Map<string, string | undefined>();

  constructor(cluster: Cluster) {
    const add = (text: string, node: string): void => {
      const key = text.toLowerCase();
      const known = this.#byText.get(key);
      this.#byText.set(key, this.#byText.has(key) && known !== node ? undefined : node);
    };
    for (const { name, address } of cluster.nodes) add(address, name);
    // A node's own name means that node, whatever addresses say.
    for (const { name } of cluster.nodes) this.#byText.set(name.toLowerCase(), name);
  }

  /** The name of the node, or undefined when none, or more than one, could be meant. */
  nodeOf(host: string | undefined): string | undefined {
    if (host === undefined) return undefined;
    const key = host.toLowerCase();
    if (this.#byText.has(key)) return this.#byText.get(key);
    // Not the first number of an address.
    return /^[\d.]+$|:/.test(key) ? undefined : this.#byText.get(key.split('.')[0] ?? '');
  }
}
