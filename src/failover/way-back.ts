import type { RunEvent } from './events';
import { LockError } from './lock';
import type { Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped } from './run-stopped';
import { StepRunner } from './step-runner';

/** A run that ended early, and what it works with. */
export interface Failure {
  readonly failed: Step;
  /** Steps before it since the last one that is final. */
  readonly happened: readonly Step[];
  readonly error: unknown;
  /** Of the run that ended. */
  readonly runner: StepRunner;
  readonly environment: RunEnvironment;
  readonly tell: (event: RunEvent) => Promise<void>;
}

/**
 * Takes back what happened before the point of no return, the latest first, each as a step with its own checks and
 * questions; returns sentences on what was left. Nothing is taken back under another's lock, after a second Ctrl-C or a
 * closed terminal, or while nobody knows whether the final step happened; of any other unknown step the checks of its own way back decide. What
 * is to be done on a node that was lost is left out.
 */
export async function goBack({
  failed,
  happened,
  error,
  runner,
  environment,
  tell,
}: Failure): Promise<readonly string[]> {
  const command = runner.lastCommand;
  const partly = command === 'ended' || command === 'unknown' ? [failed] : [];
  const all = [...happened, ...partly].toReversed().flatMap(({ undo }) => undo ?? []);
  if (all.length === 0) return [];
  const { insisted } = environment;
  const interrupted = environment.signal.aborted;
  const signal = interrupted ? insisted : environment.signal;
  // After Ctrl-C a final command was waited for, and nobody looked what came of it.
  const unsure = failed.final && (command === 'unknown' || (interrupted && command === 'ended'));
  if (!signal || signal.aborted || unsure || error instanceof LockError) {
    return [`Not taken back: ${titles(all)}. The next plan of this kind does it, or goes on from there.`];
  }
  const undos = all.filter(({ node }) => !runner.lost.has(node));
  const away = all.filter(({ node }) => runner.lost.has(node));
  const lost = [...new Set(away.map(({ node }) => node))].join(', ');
  const left = away.length === 0 ? [] : [`Left as it is on ${lost}, which is lost: ${titles(away)}.`];
  if (undos.length === 0) return left;
  await tell({
    type: 'warning',
    message: `Going back: ${undos.length} steps take back what was done so far.`,
  }).catch(() => undefined);
  const back = new StepRunner({ ...environment, signal }, tell);
  const skipped: Step[] = [];
  for (const [index, step] of undos.entries()) {
    try {
      if ((await back.run(step, index + 1, undos.length)) === 'skipped') skipped.push(step);
    } catch (problem) {
      const stopped = RunStopped.from(problem, signal);
      await tellEnd(step, stopped, tell);
      const rest = [...skipped, ...undos.slice(index)];
      return [`Not taken back (${stopped.message}): ${titles(rest)}. Look at ${step.node}.`, ...left];
    }
  }
  if (skipped.length > 0) return [`Skipped on the way back, look at it: ${titles(skipped)}.`, ...left];
  return ['What was done before was taken back.', ...left];
}

const titles = (steps: readonly Step[]) => steps.map(({ title }) => title).join('; ');

/** Tells how a step ended that stopped the run; the journal's disk may be full by then. */
export async function tellEnd(
  step: Step,
  { outcome, message }: RunStopped,
  tell: Failure['tell'],
): Promise<void> {
  await tell({ type: 'step-ended', step: step.id, outcome, message }).catch(() => undefined);
}
