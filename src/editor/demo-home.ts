import type { Cluster } from '../cluster/cluster';

/** What the clusters of this window's demo use instead of what is the user's own. All of it is gone with the demo. */
export interface DemoHome {
  /** Names of its clusters; no other cluster of the window has one of them. */
  readonly clusters: ReadonlySet<string>;
  readonly sshConfig: string;
  /** For histories, approvals, maintenance and journals. */
  readonly stateFolder: string;
}

let current: DemoHome | undefined;

/** The demo of this window has begun, or ended. */
export function setDemoHome(home: DemoHome | undefined): void {
  current = home;
}

/** The home of a cluster that belongs to this window's demo. */
export function demoHomeOf({ name }: Pick<Cluster, 'name'>): DemoHome | undefined {
  return current?.clusters.has(name) ? current : undefined;
}

/** The demo's home, while it runs. */
export function demoHome(): DemoHome | undefined {
  return current;
}

/** Where is kept what is remembered of a cluster: the user's state folder, or the demo's own. */
export async function stateFolderOf(cluster: Pick<Cluster, 'name'>): Promise<string> {
  const { stateFolder } = await import('../heartbeat/state-folder');
  return demoHomeOf(cluster)?.stateFolder ?? stateFolder(process.env);
}
