import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import type { Plan, PlanRequest } from '../failover/plan';
import type { Planner } from '../failover/planner';
import { askApproval } from './console-approval';
import type { Log } from './log';
import { sentence, tell } from './log';
import type { Operations } from './operations';
import { loadOperations } from './operations';
import type { Called } from './called';
import { pickCluster, pickNode, pickPlanner } from './pick';
import type { PlanDocuments } from './plan-documents';
import { withProgress } from './progress';
import { openRunTerminal } from './run-terminal';
import type { Lease, Session } from './session';
import type { Sessions } from './sessions';
import { count } from './words';

interface Prepared {
  readonly session: Session;
  readonly planner: Planner;
  readonly request: PlanRequest;
  readonly plan: Plan;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly operations: Operations;
  /** To be released by whoever holds this. */
  readonly lease: Lease;
}

/** Milliseconds after which a plan that nobody confirmed is made anew: the cluster goes on meanwhile. */
const planAge = 60_000;

/** The commands Fail Over… and Preview Failover Plan. */
export class Failover implements vscode.Disposable {
  readonly #ended = new AbortController();

  constructor(
    private readonly sessions: Sessions,
    private readonly documents: PlanDocuments,
    private readonly log: Log,
  ) {}

  /** Shows what would be done now, and runs nothing. */
  async preview(called: Called): Promise<void> {
    const prepared = await this.#prepare(called, 'Preview Failover Plan', () => true);
    if (!prepared) return;
    prepared.lease.release();
    await this.#show(prepared);
  }

  /** Makes a plan, shows it, and runs it in a terminal when the person says so. */
  async run(called: Called): Promise<void> {
    let prepared = await this.#prepare(called, 'Fail Over', (session) => !session.cluster.readOnly);
    while (prepared && (await this.#offer(prepared)) === 'old') {
      const { session, planner, request } = prepared;
      prepared = await this.#ask(session, planner, request, 'the plan has grown old, asking the nodes again');
    }
  }

  /** Shows a plan and runs it when the person says so; `old` when that took too long for it to be true still. */
  async #offer(prepared: Prepared): Promise<'over' | 'old'> {
    const { plan, lease, operations, session, madeAt } = prepared;
    try {
      if (plan.refused !== undefined) {
        await this.#refuse(prepared);
        return 'over';
      }
      if (plan.nothingToDo !== undefined) {
        void vscode.window.showInformationMessage(`${plan.cluster}: ${plan.nothingToDo}`);
        return 'over';
      }
      await this.#show(prepared);
      if (!(await confirm(plan))) return 'over';
      if (operations.clock.now() - madeAt > planAge) return 'old';
      const { cluster, connections } = lease;
      const options = { cluster, connections, operations, file: session.file, signal: this.#ended.signal };
      await openRunTerminal(plan, options, this.log);
    } catch (error) {
      await tell(this.log, `The run on ${plan.cluster} could not start: ${sentence(error, this.log)}`);
    } finally {
      lease.release();
    }
    return 'over';
  }

  /** Runs end with the extension; their journals and the cluster's lock say how far they came. */
  dispose(): void {
    this.#ended.abort(new Error('The editor was closed or reloaded.'));
  }

  async #prepare(
    called: Called,
    title: string,
    fits: (session: Session) => boolean,
  ): Promise<Prepared | undefined> {
    const canPlan = (each: Session) => each.system.planners.length > 0 && fits(each);
    const session = await pickCluster(this.sessions, called, canPlan, title);
    const planner = session && (await pickPlanner(session, title));
    if (!session || !planner) return undefined;
    const target = planner.target === 'node' ? await pickNode(session, called, title) : undefined;
    if (planner.target === 'node' && !target) return undefined;
    const request = { kind: planner.kind, ...(target ? { target: target.name } : {}) };
    return this.#ask(session, planner, request, 'asking the nodes for the plan');
  }

  /** undefined: the person cancelled, or was told why there is no plan. */
  async #ask(
    session: Session,
    planner: Planner,
    request: PlanRequest,
    doing: string,
  ): Promise<Prepared | undefined> {
    const { name } = session.cluster;
    try {
      return await withProgress(`${name}: ${doing}`, (signal) =>
        this.#plan(session, planner, request, signal),
      );
    } catch (error) {
      await tell(this.log, `No plan could be made for ${name}: ${sentence(error, this.log)}`);
      return undefined;
    }
  }

  /** undefined: the person cancelled. */
  async #plan(
    session: Session,
    planner: Planner,
    request: PlanRequest,
    signal: AbortSignal,
  ): Promise<Prepared | undefined> {
    const lease = await session.lease();
    try {
      const operations = await loadOperations(lease.cluster, this.log);
      const plan = await operations.prepare({
        cluster: lease.cluster,
        planner,
        request,
        connections: lease.connections,
        history: operations.history,
        consoles: operations.consoles,
        clock: operations.clock,
        signal,
        approveConsole: (question: ConsoleQuestion) => askApproval(question, lease.cluster.name),
        onProven: operations.onProven,
        onContradiction: operations.onContradiction,
        log: (line) => this.log.info(line),
      });
      return { session, planner, request, plan, madeAt: operations.clock.now(), operations, lease };
    } catch (error) {
      lease.release();
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async #refuse(prepared: Prepared): Promise<void> {
    const { plan, planner } = prepared;
    const show = 'Show Plan';
    this.log.warn(`${plan.cluster}, ${plan.kind}: refused. ${plan.refused ?? ''}`);
    const chosen = await vscode.window.showErrorMessage(
      `${planner.title} must not run on ${plan.cluster} now.`,
      { modal: true, detail: plan.refused ?? '' },
      show,
      'Show Log',
    );
    if (chosen === show) await this.#show(prepared);
    if (chosen === 'Show Log') this.log.show();
  }

  #show({ plan, operations, session }: Prepared): Promise<void> {
    return this.documents.show(`Plan ${plan.kind} ${session.cluster.name}`, operations.planMarkdown(plan));
  }
}

/** The last question before a terminal: a list that leaves the plan behind it readable. */
async function confirm(plan: Plan): Promise<boolean> {
  const nodes = [...new Set(plan.steps.map((step) => step.node))].join(', ');
  const worst = (['data-loss', 'disruptive'] as const).find((danger) =>
    plan.steps.some((step) => step.danger === danger),
  );
  const run = {
    label: '$(run-all) Run step by step in a terminal',
    detail: 'Each step is shown and waits for Enter. Nothing has been changed so far.',
  };
  const chosen = await vscode.window.showQuickPick(
    [run, { label: '$(close) Do not run', detail: 'The plan stays open for reading.' }],
    {
      title: `${plan.kind} of ${plan.cluster}: ${count(plan.steps.length, 'step')} on ${nodes}${
        worst ? `, ${worst}` : ''
      }`,
      ignoreFocusOut: true,
    },
  );
  return chosen === run;
}
