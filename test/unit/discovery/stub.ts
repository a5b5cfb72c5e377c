import type { Cluster } from '../../../src/cluster/cluster';
import { parse } from '../../../src/cluster/parse';
import { clusterToAsk } from '../../../src/discovery/address';
import { discover } from '../../../src/discovery/discover';
import type { Discovery } from '../../../src/discovery/discovery';
import { partsAnswer } from '../../../src/discovery/parts';
import type { Connections, ExecOptions, ExecResult } from '../../../src/ssh/connection';
import { moosefsSystem } from '../../../src/systems/moosefs/system';
import type { System } from '../../../src/systems/system';

/** What a node prints; an error ends the connection after what was printed before it. */
export type Said = string | { readonly before: string; readonly error: Error };

/** Connections to nodes that only print what they are told to. */
export function connectionsSaying(say: (node: string) => Said): Connections {
  return {
    to: (node) => ({
      exec: (_script: string, options: ExecOptions): Promise<ExecResult> => {
        const said = say(node);
        if (typeof said === 'string')
          return Promise.resolve({ exitCode: 0, stdout: said, stderr: '', truncated: false });
        options.onOutput?.(said.before, 'stdout');
        return Promise.reject(said.error);
      },
      converse: () => Promise.reject(new Error('nobody converses')),
      reach: () => Promise.resolve('open'),
      dispose: () => {},
    }),
    dispose: () => {},
  };
}

/** Discovers nodes of a system by their addresses, or those of a cluster. */
export function found(
  say: (node: string) => Said,
  whom: readonly string[] | Cluster,
  system: System = moosefsSystem,
): Promise<Discovery> {
  const { spec, discovery: discoverer } = system;
  if (!discoverer) throw new RangeError(`${spec.title} is not discovered.`);
  const cluster = 'nodes' in whom ? whom : clusterToAsk(spec, whom);
  return discover({ spec, discoverer, cluster, connections: connectionsSaying(say), timeoutMs: 1_000 });
}

/** The cluster of a file; throws what is wrong with it. */
export function clusterOf(text: string, { spec }: System = moosefsSystem): Cluster {
  const { documents, findings } = parse(text, [spec]);
  const cluster = documents[0]?.cluster;
  if (!cluster) throw new Error(`${findings.map(({ message }) => message).join('\n')}\n${text}`);
  return cluster;
}

/** A chunkserver's answer. */
export function chunkserver(
  name: string,
  disks: readonly string[],
  more: Record<string, string> = {},
): string {
  return partsAnswer({
    host: name,
    addresses: `2: eth0    inet 10.0.1.${name.replace(/\D/g, '') || 9}/24 scope global eth0`,
    processes: 'init\nmfschunkserver',
    mounts: '/dev/vda1 / ext4 rw 0 0',
    installed: 'mfschunkserver',
    settings: 'file|mfschunkserver\nMASTER_HOST = mfsmaster',
    ucarp: '',
    disks: [
      'hdd|found',
      ...disks.flatMap((path) => [`disk||${path}`, `/dev/sdb 1000000000000 5000 0 1% ${path}`]),
    ].join('\n'),
    resolved: '',
    mfscli: '',
    ...more,
  });
}
