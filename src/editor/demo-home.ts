import type { Cluster, Node } from '../cluster/cluster';

/** What the clusters of this window's demo use instead of what is the user's own. All of it is gone with the demo. */
export interface DemoHome {
  /** Where its nodes listen on 127.0.0.1. */
  readonly ports: ReadonlySet<number>;
  readonly sshConfig: string;
  /** For histories, approvals, maintenance and journals. */
  readonly stateFolder: string;
}

let current: DemoHome | undefined;

/** The demo of this window has begun, or ended. */
export function setDemoHome(home: DemoHome | undefined): void {
  current = home;
}

/**
 * The home of a cluster that belongs to this window's demo. Its name proves nothing: a real cluster may get the same one
 * while the demo runs, and what is remembered of that must not go away with the demo.
 */
export function demoHomeOf({ nodes }: Pick<Cluster, 'nodes'>): DemoHome | undefined {
  const isOurs = ({ address, ssh }: Node) =>
    address === '127.0.0.1' && ssh.port !== undefined && current?.ports.has(ssh.port) === true;
  return nodes.length > 0 && nodes.every(isOurs) ? current : undefined;
}

/** The demo's home, while it runs. */
export function demoHome(): DemoHome | undefined {
  return current;
}

/** Where is kept what is remembered of a cluster: the user's state folder, or the demo's own. */
export async function stateFolderOf(cluster: Pick<Cluster, 'nodes'>): Promise<string> {
  const { stateFolder } = await import('../heartbeat/state-folder');
  return demoHomeOf(cluster)?.stateFolder ?? stateFolder(process.env);
}
