import type { CommandOutcome, Decision, RunEvent, StepOutcome } from './events';
import type { Obstacle } from './obstacle';
import type { Question } from './operator';
import type { Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped } from './run-stopped';
import { NodeWatches } from './node-watches';
import { askWatched, checkEvent, isLoss } from './step-checks';
import { StepCommand } from './step-command';
import { EVIDENCE_ROUNDS, StepProof } from './step-proof';
import { verifyStep } from './step-verification';
import { TypedNames } from './typed-names';

/** Runs one step after another: the order of questions, checks, evidence and command is safety's (6, 14, 16, 19). */
export class StepRunner {
  private readonly names: TypedNames;
  private readonly proof: StepProof;
  private readonly watches: NodeWatches;
  private command: StepCommand | undefined;
  /** Nodes that fell silent in the middle of a step and did not answer since. */
  readonly lost = new Set<string>();

  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
  ) {
    this.names = new TypedNames(environment, tell);
    this.watches = new NodeWatches(environment);
    this.proof = new StepProof(environment, tell, this.names, this.watches);
  }

  /** See `TypedNames.lacking`. */
  lacking(steps: readonly Step[]): ReturnType<TypedNames['lacking']> {
    return this.names.lacking(steps);
  }

  /** Resolves when the step has happened or is skipped; rejects with `RunStopped`, `LockError` or the signal's reason. */
  async run(step: Step, number: number, of: number): Promise<StepOutcome> {
    this.environment.signal.throwIfAborted();
    try {
      return await this.carryOut(step, number, of);
    } finally {
      this.watches.end();
    }
  }

  private async carryOut(step: Step, number: number, of: number): Promise<StepOutcome> {
    const command = new StepCommand(this.environment, this.tell, step, this.watches);
    this.command = command;
    const { id, title, node, why, script, danger } = step;
    await this.tell({
      type: 'step-started',
      step: id,
      number,
      of,
      title,
      node,
      why,
      command: script,
      danger,
    });

    // Skipping a step that only checks would waive its checks, which no skip may do (safety 6).
    const maySkip = step.optional === true || script !== '' || step.checks.length === 0;
    const skip = maySkip ? (['skip'] as const) : [];
    let question: Question = {
      step,
      about: 'start',
      message: title,
      allowed: ['continue', ...skip, 'abort'],
    };
    let isLost = false;
    for (;;) {
      // A node that was lost a moment ago is asked again once somebody says so.
      const done = isLost ? false : await this.isDone(step);
      if (done === true) return this.alreadyDone(step);
      // After an attempt, what came of that is the news.
      if (done && question.about === 'start') question = this.hindered(step, done, skip);
      const decision = await this.decide(question);
      if (decision.act === 'abort') throw this.stopped(question);
      if (decision.act === 'skip') return this.ended(step, 'skipped', decision.reason);
      if (isLost && (await this.isDone(step)) === true) return this.alreadyDone(step);
      const obstacle = await this.attempt(step, command);
      if (!obstacle) return this.happened(step, 'succeeded', '');
      isLost = obstacle.lost !== undefined;
      question = this.hindered(step, obstacle, skip);
    }
  }

  /** What became of the command of the step that ran last: nothing is taken back on a guess (safety 16). */
  get lastCommand(): CommandOutcome | undefined {
    return this.command?.outcome;
  }

  /** One attempt, from the questions to the verification. Nobody is asked anything between the checks and the command. */
  private async attempt(step: Step, command: StepCommand): Promise<Obstacle | undefined> {
    const gone = step.checks.filter((check) => check.type === 'gone');
    const refusal = await this.names.askAll(step, gone);
    if (refusal !== undefined) return { about: 'check', message: refusal };

    for (let round = 1; ; round++) {
      const proof = await this.proof.prove(step, gone);
      if (proof.obstacle) return proof.obstacle;
      // The evidence takes its time: a name may have come to be wanted meanwhile.
      if (this.names.untold(step) !== undefined) return this.attempt(step, command);
      this.proof.lookAhead(gone);

      const ran = step.script === '' ? undefined : await command.run(proof.provenAt);
      if (ran?.isLate && round < EVIDENCE_ROUNDS) continue;
      if (ran?.about === 'command' || ran?.lost !== undefined) return ran;
      return verifyStep(step, ran?.message, this.environment, this.watches, this.tell);
    }
  }

  private hindered(step: Step, { about, message, lost }: Obstacle, skip: readonly 'skip'[]): Question {
    if (lost !== undefined) this.lost.add(lost);
    return { step, about, message, allowed: ['retry', ...skip, 'abort'] };
  }

  /** Whether it has happened already; an obstacle when the node that could tell is lost. */
  private async isDone(step: Step): Promise<boolean | Obstacle> {
    if (step.doneWhen.length === 0) return false;
    const { connections, signal } = this.environment;
    const answers = await askWatched(step.doneWhen, connections, this.watches, signal);
    if (isLoss(answers)) return { about: 'check', message: `${answers.message}.`, lost: answers.node };
    if (!answers.every(({ holds }) => holds)) return false;
    for (const answer of answers) await this.tell(checkEvent(step.id, 'done', answer));
    return true;
  }

  private async decide(question: Question): Promise<Decision> {
    const { operator, signal } = this.environment;
    // A person takes time: what was silent before it may be back after it.
    this.watches.end();
    const decision = await operator.decide(question, signal);
    signal.throwIfAborted();
    await this.tell({
      type: 'decision',
      step: question.step.id,
      act: decision.act,
      ...(decision.act === 'skip' ? { reason: decision.reason } : {}),
    });
    if (!question.allowed.includes(decision.act)) throw new RangeError(`${decision.act} was not offered.`);
    return decision;
  }

  /** With `--yes` nobody aborted: the step failed. */
  private stopped({ about, message }: Question): RunStopped {
    if (about !== 'start' && this.environment.operator.unattended) return new RunStopped('failed', message);
    return new RunStopped('aborted', about === 'start' ? 'The operator aborted before it ran.' : message);
  }

  private alreadyDone(step: Step): Promise<StepOutcome> {
    const done = 'It has already happened and is not repeated.';
    // Somebody else's hand, or an earlier run: what a person should know of it is no less true.
    const untold = this.names.untold(step);
    return this.happened(step, 'done', untold === undefined ? done : `${done} ${untold}`);
  }

  private happened(step: Step, outcome: StepOutcome, message: string): Promise<StepOutcome> {
    this.lost.delete(step.node);
    return this.ended(step, outcome, message);
  }

  private async ended(step: Step, outcome: StepOutcome, message: string): Promise<StepOutcome> {
    await this.tell({ type: 'step-ended', step: step.id, outcome, message });
    return outcome;
  }
}
