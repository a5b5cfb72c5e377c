import { findNode, type Cluster, type Node } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import { consoleHash } from '../heartbeat/console-record';
import type { ClusterHistory } from '../heartbeat/history';
import { askWitnesses } from '../heartbeat/witness';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { unapproved, type Consoles } from './console';
import type { ConsoleQuestion } from './operator';
import { oneLine } from './plain';
import type { Plan, PlanRequest } from './plan';
import type { Planner, SilentNode, SurveyAnswer } from './planner';

/** Milliseconds for what the witnesses say about one silent node (status keeps as much for them). */
const WITNESS_LIMIT = 3_000;

/** Collaborators of `prepare`. */
export interface PrepareOptions {
  readonly cluster: Cluster;
  readonly planner: Planner;
  readonly request: PlanRequest;
  readonly connections: Connections;
  readonly history: ClusterHistory;
  readonly consoles: Consoles;
  readonly clock: Clock;
  /** From the file alone: nothing is asked. */
  readonly offline?: boolean;
  readonly signal: AbortSignal;
  /** Asks whether a console's text may run; absent (as for `plan`): only what was approved before runs. */
  readonly approveConsole?: (question: ConsoleQuestion) => Promise<boolean>;
  /** Called with a console that says not-off while its node answers (safety 4): it is proven from now on. */
  readonly onProven?: (node: string, hash: string, at: number) => void | Promise<void>;
  /** Called with a console that says off while its node answers: it counts for nothing (safety 4). */
  readonly onContradiction?: (node: string, hash: string, at: number) => void | Promise<void>;
  readonly log?: (line: string) => void;
}

/**
 * Asks what a plan needs and computes it: the survey's nodes at the same time, the witnesses about those that
 * stay silent, and approved consoles. Changes nothing on any node. Rejects only with the signal's reason.
 */
export async function prepare(options: PrepareOptions): Promise<Plan> {
  const { cluster, planner, request, connections, clock, signal, log = () => undefined } = options;
  if (cluster.readOnly) return refusedPlan(cluster, request);

  const surveyed = options.offline ? [] : planner.surveyed(cluster);
  const answers = new Map<string, SurveyAnswer>();
  await Promise.all(
    surveyed.map(async (node) => {
      const answer = await survey(node, options);
      answers.set(node.name, answer);
      log(`${node.name}: ${'error' in answer ? answer.error.message : 'answered the survey'}`);
    }),
  );
  signal.throwIfAborted();

  const isSilent = ({ name }: Node) => {
    const answer = answers.get(name);
    return answer !== undefined && 'error' in answer && !answer.error.denied;
  };
  const silentNodes = surveyed.filter(isSilent);
  const answering = surveyed.filter(({ name }) => {
    const answer = answers.get(name);
    return answer !== undefined && 'result' in answer;
  });
  const witnesses =
    answering.length > 0 ? answering : cluster.nodes.filter((node) => !answers.has(node.name));
  // Approvals one after the other: they may be questions to a person.
  for (const node of silentNodes) await offerApproval(node, options);
  const [silent] = await Promise.all([
    Promise.all(silentNodes.map((node) => silentNode(node, options))),
    silentNodes.length === 0 ? Promise.all(answering.map((node) => proveConsole(node, options))) : undefined,
  ]);
  signal.throwIfAborted();
  return planner.plan({
    cluster,
    request,
    now: clock.now(),
    history: options.history,
    answers,
    silent: new Map(silent.map((found) => [found.node, found])),
    offline: options.offline ?? false,
  });

  /** A person is asked about the consoles of silent nodes only; the others wait until they matter. */
  async function offerApproval(node: Node, { approveConsole, consoles }: PrepareOptions): Promise<void> {
    if (!approveConsole || node.console === undefined) return;
    const state = await consoles.approval(node.name, node.console);
    if (state === 'approved') return;
    const question = { node: node.name, text: node.console, changed: state === 'changed' };
    if (await approveConsole(question)) {
      await consoles.approve(node.name, node.console);
      log(`The console command of ${node.name} is approved from now on: ${oneLine(node.console, 1000)}`);
    }
    signal.throwIfAborted();
  }

  async function silentNode(node: Node, { consoles }: PrepareOptions): Promise<SilentNode> {
    const [{ reachedBy, notReachedBy }, console] = await Promise.all([
      askWitnesses({
        cluster,
        connections,
        reached: options.history.reached,
        node: node.name,
        active: witnesses.map(({ name }) => name),
        timeoutMs: WITNESS_LIMIT,
        signal,
      }),
      readConsole(node, consoles, signal),
    ]);
    return { node: node.name, reachedBy, notReachedBy, ...console };
  }
}

async function survey(
  node: Node,
  { cluster, planner, connections, signal }: PrepareOptions,
): Promise<SurveyAnswer> {
  try {
    const script = planner.surveyScript(cluster, node);
    const result = await connections
      .to(node.name)
      .exec(script, { timeoutMs: planner.surveyTimeoutMs, signal });
    return { result };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SshError) return { error };
    return {
      error: new SshError(
        'protocol',
        node.name,
        `${node.name} could not be asked: ${oneLine(String(error))}`,
        { cause: error },
      ),
    };
  }
}

async function readConsole(
  node: Node,
  consoles: Consoles,
  signal: AbortSignal,
): Promise<Pick<SilentNode, 'console' | 'consoleProblem'>> {
  if (node.console === undefined) return {};
  try {
    const state = await consoles.approval(node.name, node.console);
    if (state !== 'approved') return { consoleProblem: unapproved(node.name, state) };
    const { off, output, problem } = await consoles.read(node.name, node.console, signal);
    if (problem) return { consoleProblem: `The console of ${node.name} gave no answer: ${problem}.` };
    return { console: { off, output } };
  } catch (error) {
    signal.throwIfAborted();
    return { consoleProblem: error instanceof Error ? error.message : String(error) };
  }
}

/** On a healthy cluster: a console that says not-off while its node answers is wired to the right machine. */
async function proveConsole(
  node: Node,
  { consoles, signal, onProven, onContradiction, log, clock }: PrepareOptions,
): Promise<void> {
  if (node.console === undefined || !onProven) return;
  const { console, consoleProblem } = await readConsole(node, consoles, signal);
  if (consoleProblem) log?.(consoleProblem);
  else if (console?.off) {
    log?.(
      `${node.name} answers, but its console says off (${oneLine(console.output, 80)}): console-contradicts.`,
    );
    await onContradiction?.(node.name, consoleHash(node.console), clock.now());
  } else await onProven(node.name, consoleHash(node.console), clock.now());
}

function refusedPlan(cluster: Cluster, { kind, target, to }: PlanRequest): Plan {
  return {
    kind,
    cluster: cluster.name,
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
    refused:
      'The cluster file says readOnly: no plan of this cluster may run. Remove readOnly where changes are allowed.',
    notes: [],
    steps: [],
    lockNodes: [],
  };
}

/** The node that a request names, or a sentence that it does not exist; for whoever checks the question first. */
export function unknownNode(
  cluster: Cluster,
  { target, to }: PlanRequest,
  targetIsNode: boolean,
): string | undefined {
  const name = [targetIsNode ? target : undefined, to].find(
    (candidate) => candidate !== undefined && !findNode(cluster, candidate),
  );
  return name === undefined
    ? undefined
    : `There is no node ${oneLine(name)} in the cluster ${cluster.name}. Its nodes: ${cluster.nodes.map((node) => node.name).join(', ')}.`;
}
