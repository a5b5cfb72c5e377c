import { plainCluster } from '../unit/plain-cluster';
import type { Cluster, Node, SshSettings } from '../../src/cluster/cluster';
import type { SshError } from '../../src/ssh/error';

/** A node at loopback with the given SSH settings. */
export function nodeAt(
  name: string,
  port: number,
  ssh: Partial<SshSettings> = {},
  address = '127.0.0.1',
): Node {
  return { name, address, roles: ['master'], ssh: { become: 'none', port, ...ssh }, disks: [] };
}

/** A cluster of these nodes. */
export function clusterOf(...nodes: Node[]): Cluster {
  return plainCluster('test', nodes);
}

/** The SshError that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<SshError> {
  try {
    await promise;
  } catch (error) {
    return error as SshError;
  }
  throw new Error('It should have been rejected.');
}
