import type { RunEvent, RunOutcome, StampedEvent } from './events';
import { LockError } from './lock';
import type { Plan, Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped, StepRunner } from './step-runner';

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

async function runUnderLock(plan: Plan, environment: RunEnvironment, teller: Teller): Promise<Ended> {
  if (environment.cluster.readOnly) {
    return ended('refused', `The cluster file says readOnly: nothing is changed on ${plan.cluster}.`, [
      'Remove readOnly from the cluster file, if this machine may change the cluster.',
    ]);
  }
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
  let result: Ended;
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
async function released(result: Ended, { lock }: RunEnvironment): Promise<Ended> {
  const kept = await lock.release();
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

async function runSteps(plan: Plan, environment: RunEnvironment, teller: Teller): Promise<Ended> {
  const skipped: Step[] = [];
  const happened: Step[] = [];
  const runner = new StepRunner(environment, (event) => teller.tell(event));
  for (const [index, step] of plan.steps.entries()) {
    try {
      const outcome = await runner.run(step, index + 1, plan.steps.length);
      if (outcome === 'skipped') skipped.push(step);
      else if (step.final) happened.length = 0;
      else happened.push(step);
    } catch (error) {
      const stopped = RunStopped.from(error, environment.signal);
      await tellEnd(step, stopped, teller);
      const where = `Step ${index + 1} of ${plan.steps.length} (${step.title})`;
      const verb = stopped.outcome === 'aborted' ? 'was aborted' : 'failed';
      const lock = error instanceof LockError ? { lock: error } : {};
      const back = await goBack(step, happened, error, runner, environment, teller);
      return {
        ...ended(stopped.outcome, `${where} ${verb}: ${stopped.message}`, [
          ...back,
          ...resumeHint(environment),
        ]),
        ...lock,
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

/**
 * Takes back what happened before the point of no return, the latest first, each as a step with its own checks and
 * questions; returns sentences on what was left. Nothing is taken back under another's lock, after Ctrl-C, or while
 * nobody knows whether the final step happened; of any other unknown step the checks of its own way back decide.
 */
async function goBack(
  failed: Step,
  happened: readonly Step[],
  error: unknown,
  runner: StepRunner,
  { signal }: RunEnvironment,
  teller: Teller,
): Promise<readonly string[]> {
  const command = runner.lastCommand;
  const partly = command === 'ended' || command === 'unknown' ? [failed] : [];
  const undos = [...happened, ...partly].toReversed().flatMap(({ undo }) => undo ?? []);
  if (undos.length === 0) return [];
  const left = `Not taken back: ${undos.map(({ title }) => title).join('; ')}. The next plan of this kind does it, or goes on from there.`;
  const unsure = failed.final && command === 'unknown';
  if (signal.aborted || unsure || error instanceof LockError) return [left];
  await teller
    .tell({ type: 'warning', message: `Going back: ${undos.length} steps take back what was done so far.` })
    .catch(() => undefined);
  const skipped: string[] = [];
  for (const [index, step] of undos.entries()) {
    try {
      if ((await runner.run(step, index + 1, undos.length)) === 'skipped') skipped.push(step.title);
    } catch (problem) {
      const stopped = RunStopped.from(problem, signal);
      await tellEnd(step, stopped, teller);
      const rest = [...skipped, ...undos.slice(index).map(({ title }) => title)];
      return [`Not taken back (${stopped.message}): ${rest.join('; ')}. Look at ${step.node}.`];
    }
  }
  if (skipped.length > 0) return [`Skipped on the way back, look at it: ${skipped.join('; ')}.`];
  return ['What was done before was taken back.'];
}

async function tellEnd(step: Step, { outcome, message }: RunStopped, teller: Teller): Promise<void> {
  await teller.tell({ type: 'step-ended', step: step.id, outcome, message }).catch(() => undefined);
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
