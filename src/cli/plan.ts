import { planJson } from '../failover/json';
import { prepare } from '../failover/prepare';
import { planMarkdown } from '../failover/preview';
import { openConnections } from '../ssh/connections';
import { chooseCluster, openClusterFile } from './cluster-file';
import type { Context } from './context';
import { Exit, type ExitStatus } from './exit';
import type { Invocation, PlanArguments } from './invocation';
import { toJson } from './json';
import { plannerFor, planningParts } from './planning';
import { Prompts } from './prompts';
import { isAttended, sshOptions } from './ssh-options';

type Arguments = Extract<Invocation, { command: 'plan' }>;

/** Shows the plan for the present state. Runs nothing that changes a node. */
export async function plan(args: Arguments, context: Context): Promise<ExitStatus> {
  const { output, signal } = context;
  const cluster = chooseCluster(await openClusterFile(args.file, output), args.cluster);
  const request = requestOf(args);
  const planner = plannerFor(cluster, request);
  const { store, clock, consoles, onProven, onContradiction } = planningParts(cluster, context);
  const prompts = isAttended() && !args.offline ? new Prompts(signal) : undefined;
  const connections = openConnections(cluster, sshOptions(args, output, prompts));
  try {
    const made = await prepare({
      cluster,
      planner,
      request,
      connections,
      history: await store.read(cluster),
      consoles,
      clock,
      offline: args.offline,
      signal,
      onProven,
      onContradiction,
      log: (line) => output.say(line),
    });
    output.answer(args.format === 'json' ? `${toJson(planJson(made), 2)}\n` : planMarkdown(made));
    return made.refused === undefined ? Exit.fine : Exit.badNews;
  } finally {
    connections.dispose();
  }
}

/** What a person asked for, without what was left out. */
export function requestOf({ kind = '', target, to }: PlanArguments) {
  return { kind, ...(target === undefined ? {} : { target }), ...(to === undefined ? {} : { to }) };
}
