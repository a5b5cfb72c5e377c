import * as path from 'node:path';
import type { Cluster } from '../../src/cluster/cluster';
import type { Connections } from '../../src/ssh/connection';
import { openConnections } from '../../src/ssh/connections';
import type { SshOptions } from '../../src/ssh/options';
import { tempFolder } from './temp';

/** Where a suite works: a folder with an SSH configuration of its own, and the connections that it opened by that. */
export class Workplace {
  private readonly temp = tempFolder();
  private readonly opened: Connections[] = [];
  readonly config = this.at('config');
  /** What ssh2's side reads without a UserKnownHostsFile: it lies beside the configuration. */
  readonly knownHosts = this.at('known_hosts');

  /** A path in the folder. */
  at(...parts: string[]): string {
    return path.join(this.temp.dir, ...parts);
  }

  open(cluster: Cluster, options: Partial<SshOptions> = {}): Connections {
    const connections = openConnections(cluster, {
      configFile: this.config,
      homeDir: this.at('home'),
      ...options,
    });
    this.opened.push(connections);
    return connections;
  }

  /** Ends every connection that was opened here; after each test. */
  close(): void {
    for (const connections of this.opened.splice(0)) connections.dispose();
  }

  /** Removes the folder; after the last test. */
  dispose(): void {
    this.temp.dispose();
  }
}
