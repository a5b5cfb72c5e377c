import type { Cluster } from '../cluster/cluster';
import { Approvals } from '../failover/approval';
import { Consoles } from '../failover/console';
import type { PlanRequest } from '../failover/plan';
import type { Planner } from '../failover/planner';
import { wrongTarget } from '../failover/plan-target';
import { systemClock } from '../heartbeat/clock';
import { HistoryStore } from '../heartbeat/history-store';
import { stateFolder } from '../heartbeat/state-folder';
import { systemOf } from '../systems/index';
import type { Context } from './context';
import { UsageError } from './exit';

/** What a plan is made with besides connections: the user's state folder and this machine's clock. */
export function planningParts(cluster: Cluster, { env, output }: Context) {
  const folder = stateFolder(env);
  const store = new HistoryStore(folder, (problem) => output.say(`standby: ${problem}`));
  return {
    folder,
    store,
    clock: systemClock,
    consoles: new Consoles(cluster.name, new Approvals(folder), systemClock),
    onProven: (node: string, hash: string, at: number) => {
      store.rememberConsole(cluster.name, node, hash, at).catch((error: unknown) => {
        output.say(`standby: that the console of ${node} works could not be kept: ${String(error)}`);
      });
    },
    onContradiction: (node: string, hash: string, at: number) => {
      store.rememberContradiction(cluster.name, node, hash, at).catch((error: unknown) => {
        output.say(`standby: what the console of ${node} said could not be kept: ${String(error)}`);
      });
    },
  };
}

/** The planner of a kind; a kind, target or taker that does not exist throws `UsageError`. */
export function plannerFor(cluster: Cluster, request: PlanRequest): Planner {
  const { planners, spec } = systemOf(cluster);
  const planner = planners.find(({ kind }) => kind === request.kind);
  if (!planner) {
    const kinds = planners.map(({ kind }) => kind).join(', ');
    throw new UsageError(
      `This version of Standby has no plan of the kind '${request.kind}' for ${spec.title}. ${kinds ? `It has ${kinds}.` : 'It has none yet.'}`,
    );
  }
  const wrong = wrongTarget(planner, cluster, request);
  if (wrong !== undefined) throw new UsageError(wrong);
  return planner;
}
