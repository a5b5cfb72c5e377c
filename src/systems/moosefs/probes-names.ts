import type { Cluster } from '../../cluster/cluster';
import type { NodeReading } from '../../heartbeat/probe';
import { moosefsFacts } from './probes-facts';

/**
 * Which node the master speaks of: it knows its servers by address, or by what its own resolver makes of
 * one, and the cluster file may call the same machine by another name. An address that two nodes have
 * (behind one forwarded port, or a virtual one) names neither.
 */
export class Names {
  private readonly byText = new Map<string, Set<string>>();

  constructor(
    private readonly cluster: Cluster,
    heard: ReadonlyMap<string, NodeReading>,
  ) {
    for (const node of cluster.nodes) {
      this.add(node.address, node.name);
      for (const { address, scope } of moosefsFacts(heard.get(node.name)).addresses ?? [])
        if (scope === 'global') this.add(address, node.name);
    }
  }

  /** The node that has an address, or undefined. */
  ofIp(ip: string): string | undefined {
    const nodes = this.byText.get(ip.toLowerCase());
    return nodes?.size === 1 ? [...nodes][0] : undefined;
  }

  /** The name of the node that the master's resolver calls `host`, else that text itself. */
  ofHost(host: string): string {
    const byAddress = this.ofIp(host);
    if (byAddress !== undefined) return byAddress;
    const exact = this.cluster.nodes.find((node) => node.name === host);
    const short = this.cluster.nodes.find((node) => node.name === host.split('.')[0]);
    return (exact ?? short)?.name ?? host;
  }

  private add(text: string, node: string): void {
    const key = text.toLowerCase();
    this.byText.set(key, (this.byText.get(key) ?? new Set()).add(node));
  }
}
