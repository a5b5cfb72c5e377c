import * as vscode from 'vscode';
import type { ConsoleQuestion } from '../failover/operator';
import type { RunEntry } from '../failover/journal';
import type { Plan, PlanRequest } from '../failover/plan';
import type { Planner } from '../failover/planner';
import { targetsOf } from '../failover/plan-target';
import { askApproval } from './console-approval';
import { plural } from './l10n';
import type { Log } from './log';
import { sentence, tell } from './log';
import type { Operations } from './operations';
import { loadOperations } from './operations';
import type { Called } from './called';
import { pickCluster, pickPlanner, pickTaker, pickTarget } from './pick';
import { offeredTargets } from './offered-targets';
import type { PlanDocuments } from './plan-documents';
import { withoutLinks } from './plain-markdown';
import { withProgress } from './progress';
import { openRunTerminal } from './run-terminal';
import type { Lease, Session } from './session';
import type { Sessions } from './sessions';
import { shownName } from './words';

interface Prepared {
  readonly session: Session;
  readonly planner: Planner;
  readonly request: PlanRequest;
  readonly plan: Plan;
  /** The interrupted run that goes on with it. */
  readonly resume?: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  readonly operations: Operations;
  /** To be released by whoever holds this. */
  readonly lease: Lease;
}

/** Milliseconds after which a plan that nobody confirmed is made anew: the cluster goes on meanwhile. */
const planAge = 60_000;

/** What is asked of a plan. */
interface Wish {
  readonly session: Session;
  readonly planner: Planner;
  readonly request: PlanRequest;
  readonly resume?: string;
}

/** The commands about plans: Fail Over…, Plan for Node or Target…, Preview Failover Plan, and the resumption of a run. */
export class Failover implements vscode.Disposable {
  readonly #ended = new AbortController();
  /** The plan that was shown last. */
  #shown: Plan | undefined;

  constructor(
    private readonly sessions: Sessions,
    private readonly documents: PlanDocuments,
    private readonly log: Log,
  ) {}

  /** Shows what would be done now, and runs nothing. */
  async preview(called: Called): Promise<void> {
    const wish = await this.#wish(called, vscode.l10n.t('Preview Failover Plan'), () => true);
    const prepared = wish && (await this.#ask(wish, vscode.l10n.t('asking the nodes for the plan')));
    if (!prepared) return;
    prepared.lease.release();
    await this.#show(prepared);
    const copy = vscode.l10n.t('Copy as Shell Script');
    const { kind, cluster } = prepared.plan;
    void vscode.window
      .showInformationMessage(
        vscode.l10n.t('The plan {0} of {1} is shown. Nothing has been changed.', kind, cluster),
        copy,
      )
      .then((chosen) => (chosen === copy ? this.copyScript() : undefined));
  }

  /** Makes a plan, shows it, and runs it in a terminal when the person says so. */
  async run(called: Called): Promise<void> {
    const wish = await this.#wish(called, vscode.l10n.t('Fail Over'), mayChange);
    if (wish) await this.#carryOut(wish, vscode.l10n.t('asking the nodes for the plan'));
  }

  /** The same for plans that are about one node, or one of the other things that a system names. */
  async planNode(called: Called): Promise<void> {
    const fitsCalled = (planner: Planner, { cluster }: Session) =>
      offeredTargets(targetsOf(planner, cluster) ?? [], called).length > 0;
    const wish = await this.#wish(called, vscode.l10n.t('Plan for Node or Target'), mayChange, fitsCalled);
    if (wish) await this.#carryOut(wish, vscode.l10n.t('asking the nodes for the plan'));
  }

  /** Goes on with an interrupted run: its plan is computed anew, and nothing that happened is repeated (safety 16, 20). */
  async resume({ run, kind, cluster, target, to, file }: RunEntry): Promise<void> {
    const named = this.sessions.all.filter((each) => each.cluster.name === cluster);
    const session = named.find((each) => each.file === file) ?? named[0];
    const planner = session?.system.planners.find((each) => each.kind === kind);
    if (!session || !planner) {
      await tell(
        this.log,
        vscode.l10n.t(
          'The run {0} is about the cluster {1}, and no cluster file of this window has it.',
          run,
          cluster,
        ),
      );
      return;
    }
    if (!mayChange(session)) {
      await tell(this.log, readOnlySentence(session));
      return;
    }
    const request = {
      kind,
      ...(target === undefined ? {} : { target }),
      ...(to === undefined ? {} : { to }),
    };
    await this.#carryOut(
      { session, planner, request, resume: run },
      vscode.l10n.t('asking the nodes how far the run came'),
    );
  }

  /** Puts the plan that was shown last on the clipboard, for people who run it by hand. */
  async copyScript(): Promise<void> {
    const plan = this.#shown;
    if (!plan) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('There is no plan to copy yet. Run Preview Failover Plan first.'),
      );
      return;
    }
    const { planShellScript } = await import('../failover/shell-script');
    await vscode.env.clipboard.writeText(planShellScript(plan));
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The plan {0} of {1} is on the clipboard as a shell script. Read its head first: it says what a script cannot do for you.',
        plan.kind,
        plan.cluster,
      ),
    );
  }

  async #carryOut(wish: Wish, doing: string): Promise<void> {
    let prepared = await this.#ask(wish, doing);
    while (prepared && (await this.#offer(prepared)) === 'old') {
      prepared = await this.#ask(wish, vscode.l10n.t('the plan has grown old, asking the nodes again'));
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
        void vscode.window.showInformationMessage(withoutLinks(`${plan.cluster}: ${plan.nothingToDo}`));
        return 'over';
      }
      await this.#show(prepared);
      if (!(await confirm(plan))) return 'over';
      if (operations.clock.now() - madeAt > planAge) return 'old';
      const { cluster, connections } = lease;
      const options = {
        cluster,
        connections,
        operations,
        file: session.file,
        signal: this.#ended.signal,
        ...(prepared.resume === undefined ? {} : { resume: prepared.resume }),
      };
      await openRunTerminal(plan, options, this.log);
    } catch (error) {
      await tell(
        this.log,
        vscode.l10n.t('The run on {0} could not start: {1}', plan.cluster, sentence(error, this.log)),
      );
    } finally {
      lease.release();
    }
    return 'over';
  }

  /** Runs end with the extension; their journals and the cluster's lock say how far they came. */
  dispose(): void {
    this.#ended.abort(new Error('The editor was closed or reloaded.'));
  }

  /** undefined: the person cancelled, or nothing fits. */
  async #wish(
    called: Called,
    title: string,
    fits: (session: Session) => boolean,
    kinds: (planner: Planner, session: Session) => boolean = () => true,
  ): Promise<Wish | undefined> {
    const named = called.cluster === undefined ? undefined : this.sessions.get(called.cluster);
    if (named && !fits(named)) {
      await tell(this.log, readOnlySentence(named));
      return undefined;
    }
    const canPlan = (each: Session) =>
      each.system.planners.some((planner) => kinds(planner, each)) && fits(each);
    const session = await pickCluster(this.sessions, called, canPlan, title);
    const planner = session && (await pickPlanner(session, title, (each) => kinds(each, session)));
    if (!session || !planner) return undefined;
    const target = await pickTarget(session, called, planner, title);
    if (target === undefined) return undefined;
    const about = target === '' ? {} : { target };
    const to = await pickTaker(session, planner, about.target, title);
    if (to === undefined) return undefined;
    const request = { kind: planner.kind, ...about, ...(to === '' ? {} : { to }) };
    return { session, planner, request };
  }

  /** undefined: the person cancelled, or was told why there is no plan. */
  async #ask(wish: Wish, doing: string): Promise<Prepared | undefined> {
    const { name } = wish.session.cluster;
    try {
      return await withProgress(vscode.l10n.t('{0}: {1}', name, doing), (signal) => this.#plan(wish, signal));
    } catch (error) {
      await tell(
        this.log,
        vscode.l10n.t('No plan could be made for {0}: {1}', name, sentence(error, this.log)),
      );
      return undefined;
    }
  }

  /** undefined: the person cancelled. */
  async #plan(wish: Wish, signal: AbortSignal): Promise<Prepared | undefined> {
    const { session, planner, request } = wish;
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
        approveConsole: (question: ConsoleQuestion) => askApproval(question, shownName(lease.cluster)),
        onProven: operations.onProven,
        onContradiction: operations.onContradiction,
        log: (line) => this.log.info(line),
        ...(wish.resume === undefined ? {} : { run: wish.resume }),
      });
      return { ...wish, plan, madeAt: operations.clock.now(), operations, lease };
    } catch (error) {
      lease.release();
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async #refuse(prepared: Prepared): Promise<void> {
    const { plan, planner } = prepared;
    const show = vscode.l10n.t('Show Plan');
    const chosen = await tell(
      this.log,
      vscode.l10n.t('{0} must not run on {1} now.', planner.title, plan.cluster),
      { modal: true, detail: plan.refused ?? '', remedies: [show] },
    );
    if (chosen === show) await this.#show(prepared);
  }

  #show({ plan, operations, session }: Prepared): Promise<void> {
    this.#shown = plan;
    return this.documents.show(
      vscode.l10n.t('Plan {0} {1}', plan.kind, session.cluster.name),
      operations.planMarkdown(plan),
    );
  }
}

const mayChange = ({ cluster }: Session) => !cluster.readOnly;

function readOnlySentence({ cluster, file }: Session): string {
  return vscode.l10n.t(
    'The cluster {0} is readOnly in {1}: nothing that changes it is run from here.',
    cluster.name,
    file,
  );
}

/** The last question before a terminal: a list that leaves the plan behind it readable. */
async function confirm(plan: Plan): Promise<boolean> {
  const nodes = [...new Set(plan.steps.map((step) => step.node))].join(', ');
  const worst = (['data-loss', 'disruptive'] as const).find((danger) =>
    plan.steps.some((step) => step.danger === danger),
  );
  const run = {
    label: `$(run-all) ${vscode.l10n.t('Run step by step in a terminal')}`,
    detail: vscode.l10n.t('Each step is shown and waits for Enter. Nothing has been changed so far.'),
  };
  const { length } = plan.steps;
  const title = plural(
    length,
    vscode.l10n.t('{0} of {1}: {2} step on {3}', plan.kind, plan.cluster, length, nodes),
    vscode.l10n.t('{0} of {1}: {2} steps on {3}', plan.kind, plan.cluster, length, nodes),
  );
  const chosen = await vscode.window.showQuickPick(
    [
      run,
      {
        label: `$(close) ${vscode.l10n.t('Do not run')}`,
        detail: vscode.l10n.t('The plan stays open for reading.'),
      },
    ],
    {
      title: worst ? `${title}, ${worst}` : title,
      ignoreFocusOut: true,
    },
  );
  return chosen === run;
}
