import type { RunEvent } from './events';
import type { NodeWatches } from './node-watches';
import { failures, type Obstacle } from './obstacle';
import type { Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { askWatched, checkEvent, isLoss } from './step-checks';

/** Milliseconds between two looks at a step's verification: clients wait for most of them, for the first while. */
const VERIFY_EVERY = 200;
const VERIFY_LATER_EVERY = 1_000;
const VERIFY_OFTEN_FOR = 10_000;
/** What takes hours is looked at less often the longer it has taken, and says now and then how far it is. */
const VERIFY_SELDOM_EVERY = 15_000;
const PROGRESS_EVERY = 60_000;

/**
 * Polls a step's verification until everything holds, its time is over, or a node that it needs is lost. Each look
 * reconnects by itself where it must. `unknown`: why nobody knows whether the command was completed.
 */
export async function verifyStep(
  { id, node, verify, verifyForMs }: Step,
  unknown: string | undefined,
  { connections, clock, signal }: RunEnvironment,
  watches: NodeWatches,
  tell: (event: RunEvent) => Promise<void>,
): Promise<Obstacle | undefined> {
  if (verify.length === 0) {
    if (unknown === undefined) return undefined;
    return {
      about: 'verify',
      message: `${unknown} This step has no verification that could tell: look at ${node} yourself.`,
    };
  }
  const failed = (message: string): Obstacle => ({
    about: 'verify',
    message: unknown === undefined ? message : `${unknown} Its verification does not hold: ${message}`,
  });
  const until = clock.now() + verifyForMs;
  await tell({
    type: 'waiting',
    step: id,
    for: verify.map(({ title }) => title).join('; '),
    limitMs: verifyForMs,
  });
  let toldAt = 0;
  for (;;) {
    const answers = await askWatched(verify, connections, watches, signal);
    if (isLoss(answers)) return { ...failed(`${answers.message}.`), lost: answers.node };
    const missing = answers.filter(({ holds }) => !holds);
    const left = until - clock.now();
    if (missing.length === 0 || left <= 0) {
      for (const answer of answers) await tell(checkEvent(id, 'verify', answer));
      const message = failures(missing.map(({ check, detail }) => `${check.title}: ${detail}`));
      return message === undefined ? undefined : failed(message);
    }
    const waited = verifyForMs - left;
    if (waited - toldAt >= PROGRESS_EVERY) {
      toldAt = waited;
      const what = missing.map(({ check, detail }) => `${check.title}: ${detail}`).join('; ');
      await tell({ type: 'waiting', step: id, for: what, limitMs: left });
    }
    await clock.sleep(Math.min(pause(waited), left), signal);
  }
}

/** Milliseconds until the next look, after so many. */
function pause(waited: number): number {
  if (waited < VERIFY_OFTEN_FOR) return VERIFY_EVERY;
  return Math.max(VERIFY_LATER_EVERY, Math.min(VERIFY_SELDOM_EVERY, waited / 60));
}
