import type { Cluster, Node } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import type { ClusterHistory } from '../heartbeat/history';
import { askWitnesses, type WitnessReport } from '../heartbeat/witness';
import type { Connections } from '../ssh/connection';
import { unapproved, type ConsoleReading, type Consoles } from './console';
import type { FirstLook } from './plan';
import type { SilentNode } from './planner';

/** Milliseconds for what the witnesses say about one silent node (status keeps as much for them). */
const WITNESS_LIMIT = 3_000;

/** What a console said when it was asked while a plan was made. */
export type ConsoleAnswer = Pick<SilentNode, 'consoleProblem'> & { readonly reading?: ConsoleReading };

/** What is known of one node that does not answer. */
export interface Silence {
  readonly report: WitnessReport;
  readonly console: ConsoleAnswer;
  /** Epoch milliseconds at which the witnesses were asked. */
  readonly startedAt: number;
}

/** Collaborators of these questions. */
export interface SilenceOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly history: ClusterHistory;
  readonly consoles: Consoles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks witnesses and console about one node at the same time. Rejects only with the signal's reason. */
export async function askAbout(
  node: Node,
  witnesses: readonly Node[],
  { cluster, connections, history, consoles, clock, signal }: SilenceOptions,
  timeoutMs = WITNESS_LIMIT,
): Promise<Silence> {
  const startedAt = clock.now();
  const [report, console] = await Promise.all([
    askWitnesses({
      cluster,
      connections,
      reached: history.reached,
      node: node.name,
      active: witnesses.map(({ name }) => name),
      timeoutMs,
      signal,
    }),
    readConsole(node, consoles, signal),
  ]);
  return { report, console, startedAt };
}

/** Reads a node's console if its text is approved. Rejects only with the signal's reason. */
export async function readConsole(
  node: Node,
  consoles: Consoles,
  signal: AbortSignal,
): Promise<ConsoleAnswer> {
  if (node.console === undefined) return {};
  try {
    const state = await consoles.approval(node.name, node.console);
    if (state !== 'approved') return { consoleProblem: unapproved(node.name, state) };
    const reading = await consoles.read(node.name, node.console, signal);
    if (reading.problem)
      return { consoleProblem: `The console of ${node.name} gave no answer: ${reading.problem}.` };
    return { reading };
  } catch (error) {
    signal.throwIfAborted();
    return { consoleProblem: error instanceof Error ? error.message : String(error) };
  }
}

/** For the planner. */
export function silentNode({ report, console: { reading, consoleProblem } }: Silence): SilentNode {
  const { node, reachedBy, notReachedBy } = report;
  return {
    node,
    reachedBy,
    notReachedBy,
    ...(reading && { console: { off: reading.off, output: reading.output } }),
    ...(consoleProblem !== undefined && { consoleProblem }),
  };
}

/** For the run's evidence: the first of its two looks, where this one found no life and no console that says on. */
export function firstLook(
  node: Node,
  { report, console: { reading, consoleProblem }, startedAt }: Silence,
): FirstLook | undefined {
  if (report.reachedBy.length > 0 || (reading && !reading.off)) return undefined;
  return {
    node: node.name,
    console: node.console ?? '',
    startedAt: reading?.startedAt ?? startedAt,
    endedAt: reading?.endedAt ?? startedAt,
    ...(reading && { off: reading.output }),
    silence: consoleProblem?.replace(/\.$/, '') ?? `${node.name} has no console`,
    notReachedBy: report.notReachedBy,
  };
}
