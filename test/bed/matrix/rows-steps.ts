import assert from 'node:assert/strict';
import type { Row } from './row';
import type { Story } from './story';

/** The steps of a failover with one other candidate left, by the beginning of their ids. */
const steps = [
  'prove',
  'dry-run',
  'withdraw',
  'take-address',
  'promote',
  'rejoin-election',
  'cluster-back',
  'canary',
] as const;

/** One of the steps in which `npm test` breaks something. */
const quickStep = 'promote';

/**
 * After the chosen candidate died too: promote the other one, if it may be. Where it may not, the plan has to say
 * why; then the machine is switched on again, and what is there is used.
 */
async function recover(story: Story, died: string): Promise<void> {
  const other = died === 'm2' ? 'm3' : 'm2';
  const second = await story.run({ confirm: ['m1', died] });
  if (second.end?.outcome === 'succeeded') return;
  assert.match(second.told, /lost|lose|promoted|image|record/i, 'the refusal names no reason');
  if (/may lack writes|WRITES MAY BE LOST/.test(second.told)) {
    await story.promotes({ confirm: ['m1', died, other] });
    return;
  }
  await story.bed.powerOn(died);
  await story.bed.sh(died, 'ucarp-start');
  await story.pause(5);
  const third = await story.run({ kind: 'restart-master' });
  if (third.end?.outcome === 'succeeded') return;
  await story.promotes({ confirm: ['m1', died, other] });
}

const candidateDies = (step: string): Row => ({
  id: `candidate-dies-in-${step}`,
  fault: 'candidate',
  quick: step === quickStep,
  play: async (story) => {
    await story.bed.powerOff('m1');
    const run = story.start({ confirm: ['m1'] });
    const winner = await story.winner(run);
    await story.inStep(run, step);
    await story.bed.powerOff(winner);
    await story.finish(run);
    assert.notEqual(run.end?.outcome, undefined, 'the run did not end');
    await recover(story, winner);
  },
});

const observerLost = (step: string): Row => ({
  id: `observer-lost-in-${step}`,
  fault: 'observer',
  quick: step === quickStep,
  play: async (story) => {
    await story.bed.powerOff('m1');
    const run = story.start({ confirm: ['m1'] });
    await story.inStep(run, step);
    await story.bed.cut('ops', 'silent');
    await story.pause(12);
    await story.bed.heal('ops');
    await story.finish(run);
    // Its lock may be out of reach at the end; it says so then, and how to go on.
    if (run.end?.outcome === 'succeeded' && !run.told.includes('could not be given back')) return;
    await resume(story, run.id);
  },
});

const editorKilled = (step: string): Row => ({
  id: `editor-killed-in-${step}`,
  fault: 'editor',
  quick: step === quickStep,
  play: async (story) => {
    await story.bed.powerOff('m1');
    const run = story.start({ confirm: ['m1'] });
    await story.inStep(run, step);
    await run.kill();
    await story.finish(run);
    await resume(story, run.id);
  },
});

/** A resumed run takes the interrupted one's lock over, and finds what has happened already. */
async function resume(story: Story, id: string | undefined): Promise<void> {
  assert(id, 'the interrupted run has no id');
  await story.promotesWhenNamed({ resume: id, confirm: ['m1'] });
}

/** The same fault in each step. */
export const stepRows: readonly Row[] = [candidateDies, observerLost, editorKilled].flatMap((row) =>
  steps.map(row),
);
