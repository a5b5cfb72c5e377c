import type { Cluster } from '../cluster/cluster';
import type { Consoles } from '../failover/console';
import type { Journals } from '../failover/journal';
import type { prepare } from '../failover/prepare';
import type { planMarkdown } from '../failover/preview';
import type { startRun } from '../failover/start';
import type { Clock } from '../heartbeat/clock';
import type { ClusterHistory } from '../heartbeat/history';
import { stateFolderOf } from './demo-home';
import { journalFolder } from './journal-folder';
import type { Log } from './log';

/** What plans and runs of one cluster need from this machine: clock, history, consoles, journals. */
export interface Operations {
  readonly clock: Clock;
  readonly history: ClusterHistory;
  readonly consoles: Consoles;
  readonly journals: Journals;
  /** Keeps that a console proved itself (safety 4). */
  readonly onProven: (node: string, hash: string, at: number) => void;
  /** Keeps that a console said off while its node answered. */
  readonly onContradiction: (node: string, hash: string, at: number) => void;
  readonly prepare: typeof prepare;
  readonly startRun: typeof startRun;
  readonly planMarkdown: typeof planMarkdown;
}

/** Loads what plans and runs are made of; most windows never need it. */
export async function loadOperations(cluster: Cluster, log: Log): Promise<Operations> {
  const [clock, store, state, approval, consoles, journal, prepared, started, preview] = await Promise.all([
    import('../heartbeat/clock'),
    import('../heartbeat/history-store'),
    stateFolderOf(cluster),
    import('../failover/approval'),
    import('../failover/console'),
    import('../failover/journal'),
    import('../failover/prepare'),
    import('../failover/start'),
    import('../failover/preview'),
  ]);
  const histories = new store.HistoryStore(state, (problem) => log.warn(problem));
  return {
    clock: clock.systemClock,
    history: await histories.read(cluster),
    consoles: new consoles.Consoles(cluster.name, new approval.Approvals(state), clock.systemClock),
    journals: new journal.Journals(journalFolder(state, cluster)),
    onProven: (node, hash, at) => {
      histories
        .rememberConsole(cluster.name, node, hash, at)
        .catch((error: unknown) =>
          log.warn(`The console of ${node} could not be remembered: ${String(error)}`),
        );
    },
    onContradiction: (node, hash, at) => {
      histories
        .rememberContradiction(cluster.name, node, hash, at)
        .catch((error: unknown) =>
          log.warn(`What the console of ${node} said could not be remembered: ${String(error)}`),
        );
    },
    prepare: prepared.prepare,
    startRun: started.startRun,
    planMarkdown: preview.planMarkdown,
  };
}
