import type { Cluster } from '../cluster/cluster';
import type { ClusterHistory } from '../heartbeat/history';
import { stateFolderOf } from './demo-home';
import type { Log } from './log';

/** Milliseconds for which a file of the state folder is good: every heartbeat asks for it. */
const goodForMs = 5_000;

/** What the user's state folder remembers of consoles, for the live findings. */
export class Remembered {
  readonly #read = new Map<string, { readonly at: number; readonly history: Promise<ClusterHistory> }>();

  constructor(private readonly log: Log) {}

  /** Nothing for a cluster without consoles, of which nothing would be needed. */
  async of(cluster: Cluster): Promise<ClusterHistory | undefined> {
    const { name, nodes } = cluster;
    if (!nodes.some((node) => node.console !== undefined)) return undefined;
    const folder = await stateFolderOf(cluster);
    const key = `${folder} ${name}`;
    const known = this.#read.get(key);
    const now = Date.now();
    if (known && now - known.at < goodForMs) return known.history;
    const history = this.#load(folder, name);
    this.#read.set(key, { at: now, history });
    return history;
  }

  async #load(folder: string, name: string): Promise<ClusterHistory> {
    const { HistoryStore } = await import('../heartbeat/history-store');
    return new HistoryStore(folder, (problem) => this.log.warn(problem)).read(name);
  }
}
