import { emptyStep } from '../../failover/blank';
import type { Cluster, Node } from '../../cluster/cluster';
import type { Step } from '../../failover/plan';
import { clientFollowed } from './checks';
import { lazyRemountScript, remountScript } from './scripts/clients';
import type { ClientSurvey } from './survey';

/** A client that has the file system mounted. */
export interface Client {
  readonly node: Node;
  readonly survey: ClientSurvey;
}

/** Sees the clients follow by their imports, all at once; those that have not are named. */
export function clientsFollow(
  cluster: Cluster,
  clients: readonly Client[],
  devices: readonly string[],
  on: Node,
): readonly Step[] {
  if (clients.length === 0 || devices.length === 0) return [];
  return [
    {
      ...emptyStep,
      id: 'clients-follow',
      title: `See ${clients.length === 1 ? 'the client' : `${clients.length} clients`} follow`,
      node: on.name,
      why: 'A client’s import that is FULL at the new node is the best proof that it has followed.',
      verify: clients.map((client) => clientFollowed(cluster, client, devices)),
      verifyForMs: 180_000,
      optional: true,
    },
  ];
}

/**
 * Unmounts and mounts the file system on every client at once: each begins it and comes back, then all are looked at
 * together. A client whose mount hangs gets the last resort, each with its own typed name (safety 18).
 */
export function clientsRemount(
  cluster: Cluster,
  clients: readonly Client[],
  devices: readonly string[],
  on: Node,
): readonly Step[] {
  return [
    ...clients.map(({ node }): Step => ({
      ...emptyStep,
      id: `remount-${node.name}`,
      title: `Begin to unmount and mount the file system on ${node.name}`,
      node: node.name,
      why: 'It does not know where else to look for the target.',
      script: remountScript(cluster),
      danger: 'disruptive',
      optional: true,
    })),
    // Their connections are new ones, so nothing is compared with the old.
    ...clientsFollow(cluster, clients.map(forgetful), devices, on),
    ...clients.map((client): Step => {
      const { node } = client;
      const follows = clientFollowed(cluster, forgetful(client), devices);
      return {
        ...emptyStep,
        id: `lazy-remount-${node.name}`,
        title: `Last resort: detach the mount on ${node.name} (umount -l) and mount anew`,
        node: node.name,
        why: 'Its mount does not end. Programs that have files open there lose what they had not written.',
        script: lazyRemountScript(cluster),
        timeoutMs: 180_000,
        verify: [follows],
        verifyForMs: 120_000,
        danger: 'data-loss',
        typed: {
          name: node.name,
          why: `umount -l detaches the file system from programs on ${node.name} that still use it: what they had not written is lost.`,
        },
        doneWhen: [follows],
        optional: true,
      };
    }),
  ];
}

const forgetful = ({ node, survey }: Client): Client => ({ node, survey: { ...survey, imports: [] } });
