import type { Cluster, Node } from '../cluster/cluster';
import type { Clock } from '../heartbeat/clock';
import { consoleHash } from '../heartbeat/console-record';
import type { ClusterHistory } from '../heartbeat/history';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import type { Consoles } from './console';
import type { ConsoleQuestion } from './operator';
import { runUnderWay } from './lock-look';
import { oneLine } from './plain';
import type { Plan, PlanRequest } from './plan';
import type { Planner, SurveyAnswer } from './planner';
import { askAbout, firstLook, readConsole, silentNode, type Silence } from './silence';

/** Milliseconds after which a node that has not answered the survey yet is looked into while it is waited for. */
const LATE = 600;
/** Milliseconds that witnesses are then given: who reaches a node, reaches it within a fraction of that. */
const QUICK_WITNESS = 2_000;

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
  /** `--yes`: no person is asked, so `approveConsole` may be called for a node that might still answer. */
  readonly unattended?: boolean;
  /** Called with a console that says not-off while its node answers (safety 4): it is proven from now on. */
  readonly onProven?: (node: string, hash: string, at: number) => void | Promise<void>;
  /** Called with a console that says off while its node answers: it counts for nothing (safety 4). */
  readonly onContradiction?: (node: string, hash: string, at: number) => void | Promise<void>;
  /** The interrupted run that goes on with this plan: its own lock is no other's. */
  readonly run?: string;
  readonly log?: (line: string) => void;
}

/**
 * Asks what a plan needs and computes it: the survey's nodes at the same time, the witnesses about those that
 * stay silent, and approved consoles. Changes nothing on any node. Rejects only with the signal's reason.
 */
export async function prepare(options: PrepareOptions): Promise<Plan> {
  const { cluster, planner, request, clock, signal, log = () => undefined } = options;
  if (cluster.readOnly) return refusedPlan(cluster, request);

  const surveyed = options.offline ? [] : planner.surveyed(cluster);
  const answers = new Map<string, SurveyAnswer>();
  const lookedInto = new Map<string, Silence>();
  const answering = () =>
    surveyed.filter(({ name }) => {
      const answer = answers.get(name);
      return answer !== undefined && 'result' in answer;
    });
  await Promise.all(
    surveyed.map(async (node) => {
      const look = new LateLook(node, answering, options);
      const answer = await survey(node, options, look);
      if (look.found) lookedInto.set(node.name, look.found);
      answers.set(node.name, answer);
      log(`${node.name}: ${'error' in answer ? answer.error.message : 'answered the survey'}`);
    }),
  );
  signal.throwIfAborted();

  const silentNodes = surveyed.filter(({ name }) => {
    const answer = answers.get(name);
    return answer !== undefined && 'error' in answer && !answer.error.denied;
  });
  const witnesses =
    answering().length > 0 ? answering() : cluster.nodes.filter((node) => !answers.has(node.name));
  const known = (node: Node) => {
    const silence = lookedInto.get(node.name);
    // A console that was not approved then may be by now.
    return silence && (node.console === undefined || silence.console.reading) ? silence : undefined;
  };
  // Approvals one after the other: they may be questions to a person.
  for (const node of silentNodes) if (!known(node)) await offerApproval(node, options);
  const [silent] = await Promise.all([
    Promise.all(
      silentNodes.map(
        async (node) => [node, known(node) ?? (await askAbout(node, witnesses, options))] as const,
      ),
    ),
    silentNodes.length === 0
      ? Promise.all(answering().map((node) => proveConsole(node, options)))
      : undefined,
  ]);
  signal.throwIfAborted();
  const plan = planner.plan({
    cluster,
    request,
    now: clock.now(),
    history: options.history,
    answers,
    silent: new Map(silent.map(([{ name }, silence]) => [name, silentNode(silence)])),
    offline: options.offline ?? false,
  });
  if (plan.refused !== undefined) return refusedUnderWay(plan, plan.refused, answering(), options);
  const looks = silent.flatMap(([node, silence]) => firstLook(node, silence) ?? []);
  return looks.length === 0 ? plan : { ...plan, looks };
}

/** A person is asked about the consoles of silent nodes only; the others wait until they matter. */
async function offerApproval(
  node: Node,
  { approveConsole, consoles, log, signal }: PrepareOptions,
): Promise<void> {
  if (!approveConsole || node.console === undefined) return;
  const state = await consoles.approval(node.name, node.console);
  if (state === 'approved') return;
  const question = { node: node.name, text: node.console, changed: state === 'changed' };
  if (await approveConsole(question)) {
    await consoles.approve(node.name, node.console);
    log?.(`The console command of ${node.name} is approved from now on: ${oneLine(node.console, 1000)}`);
  }
  signal.throwIfAborted();
}

/**
 * Looks into a node that is late while it is waited for: a dead host makes each connection wait for its whole limit, and
 * clients hang meanwhile.
 */
class LateLook {
  /** What was seen, when it says anything. */
  found: Silence | undefined;
  private asking = false;

  constructor(
    private readonly node: Node,
    private readonly answering: () => readonly Node[],
    private readonly options: PrepareOptions,
  ) {}

  /** Whether witnesses and console are being asked, so that the answer is worth waiting for. */
  get isAsking(): boolean {
    return this.asking;
  }

  /** Resolves with what is known once nobody reaches the node, and with undefined while it may still answer. Never rejects. */
  async begin(signal: AbortSignal): Promise<Silence | undefined> {
    const { answering, node } = this;
    const options = { ...this.options, signal };
    try {
      do await options.clock.sleep(LATE, signal);
      while (answering().length === 0);
      this.asking = true;
      if (options.unattended) await offerApproval(node, options);
      const silence = await askAbout(node, answering(), options, QUICK_WITNESS);
      if (silence.report.verdict !== 'undetermined') this.found = silence;
      return silence.report.verdict === 'down' ? silence : undefined;
    } catch {
      // The survey has its answer, or the same question comes again below with a place for its error.
      return undefined;
    }
  }
}

async function survey(
  node: Node,
  { cluster, planner, connections, signal, clock }: PrepareOptions,
  look: LateLook,
): Promise<SurveyAnswer> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const startedAt = clock.now();
  const script = planner.surveyScript(cluster, node);
  const asked = connections
    .to(node.name)
    .exec(script, { timeoutMs: planner.surveyTimeoutMs, signal: either });
  const looking = look.begin(either);
  try {
    const first = await Promise.race([asked, looking.then(async (found) => found ?? asked)]);
    if (!('report' in first)) return { result: first };
    const seconds = ((clock.now() - startedAt) / 1000).toFixed(1);
    return {
      error: new SshError(
        'timeout',
        node.name,
        `Node ${node.name}: no answer within ${seconds} s, and ${first.report.notReachedBy.join(', ')} cannot reach it either. Check that the machine is up, and the way to it.`,
      ),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (look.isAsking) await looking;
    if (error instanceof SshError) return { error };
    return {
      error: new SshError(
        'protocol',
        node.name,
        `${node.name} could not be asked: ${oneLine(String(error))}`,
        { cause: error },
      ),
    };
  } finally {
    over.abort(new Error('The survey is over.'));
  }
}

/** On a healthy cluster: a console that says not-off while its node answers is wired to the right machine. */
async function proveConsole(
  node: Node,
  { consoles, signal, onProven, onContradiction, log, clock }: PrepareOptions,
): Promise<void> {
  if (node.console === undefined || !onProven) return;
  const { reading: console, consoleProblem } = await readConsole(node, consoles, signal);
  if (consoleProblem) log?.(consoleProblem);
  else if (console?.off) {
    log?.(
      `${node.name} answers, but its console says off (${oneLine(console.output, 80)}): console-contradicts.`,
    );
    await onContradiction?.(node.name, consoleHash(node.console), clock.now());
  } else await onProven(node.name, consoleHash(node.console), clock.now());
}

/** What another run does at this moment can look like a cluster that no plan fits: then that run is named first. */
async function refusedUnderWay(
  plan: Plan,
  refused: string,
  answering: readonly Node[],
  { cluster, connections, run, signal }: PrepareOptions,
): Promise<Plan> {
  const nodes = answering.map(({ name }) => name);
  // Where the lock of a resumed run may still lie: it is given back though nothing is done.
  const known = plan.lockNodes.length > 0 ? plan : { ...plan, lockNodes: nodes };
  const driver = await runUnderWay({
    cluster: cluster.name,
    nodes,
    connections,
    signal,
    ...(run === undefined ? {} : { run }),
  });
  if (driver === undefined) return known;
  return {
    ...known,
    underWay: true,
    refused: `${driver} Two runs on one cluster exclude each other: let that one end, or abort it there. What was seen meanwhile: ${refused}`,
  };
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
