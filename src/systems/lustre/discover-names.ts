import { normalAddress } from '../../cluster/address';
import type { Cluster } from '../../cluster/cluster';
import type { DrbdResource, LustreAnswer } from './discover-read';

/** Which node a host of DRBD's or Heartbeat's configuration is: both call it by its own host name. */
export class NodeNames {
  private readonly byHost = new Map<string, string>();
  private readonly byAddress = new Map<string, string>();
  private readonly known: ReadonlySet<string>;

  constructor(answers: readonly LustreAnswer[], cluster: Cluster) {
    this.known = new Set(cluster.nodes.map(({ name }) => name));
    for (const { name, address } of cluster.nodes) {
      this.byHost.set(name.toLowerCase(), name);
      this.byAddress.set(normalAddress(address), name);
    }
    for (const { node, host } of answers) {
      for (const { address, isGlobal } of host.addresses)
        if (isGlobal) this.byAddress.set(normalAddress(address), node.name);
      // Last: a machine knows its own name best.
      if (host.hostName !== undefined) {
        this.byHost.set(host.hostName.toLowerCase(), node.name);
        this.byHost.set((host.hostName.split('.')[0] ?? '').toLowerCase(), node.name);
      }
    }
  }

  has(node: string): boolean {
    return this.known.has(node);
  }

  nodeOf(host: string, address?: string): string | undefined {
    return (
      this.byHost.get(host.toLowerCase()) ??
      (address === undefined ? undefined : this.byAddress.get(normalAddress(address)))
    );
  }
}

/** The hosts of a resource with the nodes that they are. */
export function hostsOf(resource: DrbdResource, names: NodeNames) {
  return resource.hosts.map((one) => ({ ...one, node: names.nodeOf(one.host, one.address) }));
}
