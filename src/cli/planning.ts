import { findNode, type Cluster } from '../cluster/cluster';
import { Approvals } from '../failover/approval';
import { Consoles } from '../failover/console';
import type { PlanRequest } from '../failover/plan';
import type { Planner } from '../failover/planner';
import { unknownNode } from '../failover/prepare';
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

/** The planner of a kind; a kind or node that does not exist, or a target too many, throws `UsageError`. */
export function plannerFor(cluster: Cluster, request: PlanRequest): Planner {
  const { planners, spec } = systemOf(cluster);
  const planner = planners.find(({ kind }) => kind === request.kind);
  if (!planner) {
    const kinds = planners.map(({ kind }) => kind).join(', ');
    throw new UsageError(
      `This version of Standby has no plan of the kind '${request.kind}' for ${spec.title}. ${kinds ? `It has ${kinds}.` : 'It has none yet.'}`,
    );
  }
  if (planner.target === 'node' && request.target === undefined) {
    throw new UsageError(`${planner.kind} needs a TARGET, the node that it is about.`);
  }
  if (planner.target === 'cluster' && request.target !== undefined) {
    const hint = findNode(cluster, request.target)
      ? ` To choose who takes over, write --to ${request.target}.`
      : '';
    throw new UsageError(`${planner.kind} is about the whole cluster and takes no TARGET.${hint}`);
  }
  const unknown = unknownNode(cluster, request, planner.target === 'node');
  if (unknown !== undefined) throw new UsageError(unknown);
  return planner;
}
