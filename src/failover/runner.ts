import type { RunEvent, RunOutcome, StampedEvent } from './events';
import { LockError } from './lock';
import type { Plan, Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped } from './run-stopped';
import { StepRunner } from './step-runner';
import { goBack, tellEnd } from './way-back';

/** How a run ended. */
export interface RunSummary {
  readonly run: string;
  readonly outcome: RunOutcome;
  readonly message: string;
  readonly next: readonly string[];
  /** Why the lock was not had, when it was the reason. */
  readonly lock?: LockError;
}

/** The command line's exit status for a run. */
export function exitStatus({ outcome }: Pick<RunSummary, 'outcome'>): 0 | 1 | 3 {
  if (outcome === 'locked') return 3;
  return outcome === 'succeeded' || outcome === 'nothing-to-do' ? 0 : 1;
}

/**
 * Runs a plan step by step under the cluster's lock. However it ends (also when `signal` is aborted), the lock
 * is given back and the journal closed. Rejects only when the journal could not be written at the very start.
 */
export async function run(plan: Plan, environment: RunEnvironment): Promise<RunSummary> {
  const teller = new Teller(environment);
  try {
    await teller.tell({
      type: 'run-started',
      kind: plan.kind,
      cluster: plan.cluster,
      ...(plan.target === undefined ? {} : { target: plan.target }),
      ...(plan.to === undefined ? {} : { to: plan.to }),
      ...(environment.file === undefined ? {} : { file: environment.file }),
      steps: plan.steps.length,
      resumed: environment.resumed ?? false,
    });
    for (const message of plan.notes) await teller.tell({ type: 'note', message });
    const ended = await runUnderLock(plan, environment, teller);
    // Its end must reach the operator even when the journal's disk is full.
    await teller
      .tell({ type: 'run-ended', outcome: ended.outcome, message: ended.message, next: ended.next })
      .catch(() => undefined);
    return { run: environment.run, ...ended };
  } finally {
    environment.evidence.dispose();
    await environment.journal.close();
  }
}

type Ended = Omit<RunSummary, 'run'>;

/** Nodes that fell silent in the middle of the run. */
interface Lost {
  readonly lost?: ReadonlySet<string>;
}

async function runUnderLock(plan: Plan, environment: RunEnvironment, teller: Teller): Promise<Ended> {
  if (environment.cluster.readOnly) {
    return ended('refused', `The cluster file says readOnly: nothing is changed on ${plan.cluster}.`, [
      'Remove readOnly from the cluster file, if this machine may change the cluster.',
    ]);
  }
  if (plan.refused !== undefined && plan.underWay) return ended('locked', plan.refused);
  if (plan.refused !== undefined)
    return withoutLock(ended('refused', plan.refused), plan, environment, teller);
  if (plan.nothingToDo !== undefined)
    return withoutLock(ended('nothing-to-do', plan.nothingToDo), plan, environment, teller);

  const { lock, signal } = environment;
  try {
    await lock.take(signal, (event) => void teller.tell(event).catch(() => undefined));
  } catch (error) {
    if (signal.aborted) return ended('aborted', 'Aborted before anything was changed.');
    if (!(error instanceof LockError)) return ended('failed', messageOf(error));
    return { ...ended(error.foreign ? 'locked' : 'failed', error.message), lock: error };
  }
  let result: Ended & Lost;
  try {
    result = await runSteps(plan, environment, teller);
  } catch (error) {
    result = ended(
      'failed',
      `The run ended on an error of Standby itself: ${messageOf(error)}`,
      resumeHint(environment),
    );
  }
  return released(result, environment);
}

/** Gives the lock back; where it could not be, the end says so. */
async function released({ lost, ...result }: Ended & Lost, { lock }: RunEnvironment): Promise<Ended> {
  const kept = await lock.release(lost);
  return kept.length === 0
    ? result
    : { ...result, next: [...result.next, ...kept.map(({ message }) => message)] };
}

/** Nothing is to be done; but a resumed run may still hold the lock from before it was interrupted (safety 14). */
async function withoutLock(
  result: Ended,
  { lockNodes }: Plan,
  environment: RunEnvironment,
  teller: Teller,
): Promise<Ended> {
  if (environment.resumed !== true || lockNodes.length === 0) return result;
  try {
    await environment.lock.take(
      environment.signal,
      (event) => void teller.tell(event).catch(() => undefined),
    );
  } catch {
    // It is somebody else's by now, or out of reach: either way it is not held by this run.
    return result;
  }
  return released(result, environment);
}

async function runSteps(plan: Plan, environment: RunEnvironment, teller: Teller): Promise<Ended & Lost> {
  const skipped: Step[] = [];
  const happened: Step[] = [];
  const tell = (event: RunEvent) => teller.tell(event);
  const { signal } = environment;
  const runner = new StepRunner(environment, tell);
  const lacking = await runner.lacking(plan.steps);
  if (lacking) {
    const { step, message } = lacking;
    return ended('failed', `${step.title}: ${message}`, ['Nothing was changed.']);
  }
  for (const [index, step] of plan.steps.entries()) {
    try {
      const outcome = await runner.run(step, index + 1, plan.steps.length);
      if (outcome === 'skipped') skipped.push(step);
      else if (step.final) happened.length = 0;
      else happened.push(step);
    } catch (error) {
      const stopped = RunStopped.from(error, signal);
      await tellEnd(step, stopped, tell);
      const where = `Step ${index + 1} of ${plan.steps.length} (${step.title})`;
      const verb = stopped.outcome === 'aborted' ? 'was aborted' : 'failed';
      const lock = error instanceof LockError ? { lock: error } : {};
      const back = await goBack({ failed: step, happened, error, runner, environment, tell });
      return {
        ...ended(stopped.outcome, `${where} ${verb}: ${stopped.message}`, [
          ...back,
          ...(runner.lost.size > 0 ? lostHint(plan, [...runner.lost]) : resumeHint(environment)),
        ]),
        ...lock,
        lost: runner.lost,
      };
    }
  }
  const all = `All ${plan.steps.length} steps are through`;
  if (skipped.length === 0) return ended('succeeded', `${all}.`);
  return ended(
    'succeeded',
    `${all}, ${skipped.length} of them skipped.`,
    skipped.map((step) => `Skipped, look at it: ${step.title} (${step.node}).`),
  );
}

/** A resumed run would insist on the node that this one chose. */
function lostHint({ kind }: Plan, lost: readonly string[]): readonly string[] {
  const names = lost.join(', ');
  return [
    `Make a new plan (${kind}) now: another node may do it, once ${names} is proven gone. If ${names} answers again, the new plan sees how far it came.`,
  ];
}

function resumeHint({ run }: RunEnvironment): readonly string[] {
  return [
    `Continue with --resume ${run}: the plan is computed anew, and steps that have happened are not repeated.`,
  ];
}

function ended(outcome: RunOutcome, message: string, next: readonly string[] = []): Ended {
  return { outcome, message, next };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Stamps events; the journal has each one before the operator sees it. */
class Teller {
  constructor(private readonly environment: RunEnvironment) {}

  async tell(event: RunEvent): Promise<void> {
    const { clock, run, journal, operator } = this.environment;
    const stamped: StampedEvent = { ...event, time: new Date(clock.now()).toISOString(), run };
    try {
      await journal.write(stamped);
    } finally {
      operator.tell(stamped);
    }
  }
}
