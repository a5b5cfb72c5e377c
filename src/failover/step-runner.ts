import type { CommandOutcome, Decision, RunEvent, StepOutcome } from './events';
import type { Obstacle } from './obstacle';
import type { Question } from './operator';
import type { Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { RunStopped } from './run-stopped';
import { askChecks, checkEvent } from './step-checks';
import { StepCommand } from './step-command';
import { EVIDENCE_ROUNDS, StepProof } from './step-proof';
import { verifyStep } from './step-verification';
import { TypedNames } from './typed-names';

/** Runs one step after another: the order of questions, checks, evidence and command is safety's (6, 14, 16, 19). */
export class StepRunner {
  private readonly names: TypedNames;
  private readonly proof: StepProof;
  private command: StepCommand | undefined;

  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
  ) {
    this.names = new TypedNames(environment, tell);
    this.proof = new StepProof(environment, tell, this.names);
  }

  /** Resolves when the step has happened or is skipped; rejects with `RunStopped`, `LockError` or the signal's reason. */
  async run(step: Step, number: number, of: number): Promise<StepOutcome> {
    this.environment.signal.throwIfAborted();
    const command = new StepCommand(this.environment, this.tell, step);
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
    for (;;) {
      if (await this.isDone(step))
        return this.ended(step, 'done', 'It has already happened and is not repeated.');
      const decision = await this.decide(question);
      if (decision.act === 'abort') throw this.stopped(question);
      if (decision.act === 'skip') return this.ended(step, 'skipped', decision.reason);
      const obstacle = await this.attempt(step, command);
      if (!obstacle) return this.ended(step, 'succeeded', '');
      question = { step, ...obstacle, allowed: ['retry', ...skip, 'abort'] };
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
      this.proof.lookAhead(gone);

      const ran = step.script === '' ? undefined : await command.run(proof.provenAt);
      if (ran?.isLate && round < EVIDENCE_ROUNDS) continue;
      if (ran?.about === 'command') return ran;
      return verifyStep(step, ran?.message, this.environment, this.tell);
    }
  }

  private async isDone(step: Step): Promise<boolean> {
    if (step.doneWhen.length === 0) return false;
    const { connections, signal } = this.environment;
    const answers = await askChecks(step.doneWhen, connections, signal);
    if (!answers.every(({ holds }) => holds)) return false;
    for (const answer of answers) await this.tell(checkEvent(step.id, 'done', answer));
    return true;
  }

  private async decide(question: Question): Promise<Decision> {
    const { operator, signal } = this.environment;
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

  private async ended(step: Step, outcome: StepOutcome, message: string): Promise<StepOutcome> {
    await this.tell({ type: 'step-ended', step: step.id, outcome, message });
    return outcome;
  }
}
