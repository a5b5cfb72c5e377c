import { consoleHash } from '../heartbeat/console-record';
import { SshError } from '../ssh/error';
import type { CommandOutcome, Decision, RunEvent, StepOutcome } from './events';
import { EVIDENCE_AGE, type Evidence } from './evidence';
import { JournalError } from './journal';
import { LockError } from './lock';
import { unapproved } from './console';
import type { Question } from './operator';
import { tail } from './plain';
import type { GoneCheck, ScriptCheck, Step } from './plan';
import type { RunEnvironment } from './run-environment';
import { askChecks, checkEvent } from './step-checks';

/** Milliseconds between two looks at a step's verification: clients wait for most of them, for the first while. */
const VERIFY_EVERY = 200;
const VERIFY_LATER_EVERY = 1_000;
const VERIFY_OFTEN_FOR = 10_000;
/** Rounds in which evidence may grow too old before the command starts; more means that the console is too slow. */
const EVIDENCE_ROUNDS = 3;
const TAIL = 64 * 1024;

/** Thrown inside a step: the whole run ends here. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  constructor(
    readonly outcome: 'failed' | 'aborted',
    message: string,
  ) {
    super(message);
  }

  /** What any error inside a step means for the run. */
  static from(error: unknown, signal: AbortSignal): RunStopped {
    if (error instanceof RunStopped) return error;
    if (signal.aborted) return new RunStopped('aborted', 'Interrupted by the operator.');
    return new RunStopped('failed', error instanceof Error ? error.message : String(error));
  }
}

/** Why a step could not be completed in one attempt. */
interface Obstacle {
  readonly about: Question['about'];
  readonly message: string;
  /** Nodes whose typed name would make the proof complete. */
  readonly nameless?: readonly GoneCheck[];
  /** The command could not begin before its proof grew old, and did not. */
  readonly isLate?: boolean;
}

/** Runs one step after another: the order of questions, checks, evidence and command is safety's (6, 14, 16, 19). */
export class StepRunner {
  /** Names typed in this run, by meaning, so that a retry does not ask again. */
  private readonly typed = new Set<string>();
  /** How the present step's command ended, as far as it was started. */
  private commandOutcome: CommandOutcome | undefined;
  /** An attempt at the present step broke off: it may go on on the node, whatever came of a later one. */
  private brokeOff = false;
  /** Epoch milliseconds of the oldest thing that was checked before the present command; undefined: nothing was. */
  private provenAt: number | undefined;

  constructor(
    private readonly environment: RunEnvironment,
    private readonly tell: (event: RunEvent) => Promise<void>,
  ) {}

  /** Resolves when the step has happened or is skipped; rejects with `RunStopped`, `LockError` or the signal's reason. */
  async run(step: Step, number: number, of: number): Promise<StepOutcome> {
    const { signal } = this.environment;
    signal.throwIfAborted();
    this.commandOutcome = undefined;
    this.brokeOff = false;
    const { id, title, node, why, script: command, danger } = step;
    await this.tell({ type: 'step-started', step: id, number, of, title, node, why, command, danger });

    // Skipping a step that only checks would waive its checks, which no skip may do (safety 6).
    const maySkip = step.optional === true || step.script !== '' || step.checks.length === 0;
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
      const obstacle = await this.attempt(step);
      if (!obstacle) return this.ended(step, 'succeeded', '');
      question = { step, ...obstacle, allowed: ['retry', ...skip, 'abort'] };
    }
  }

  /** What became of the command of the step that ran last: nothing is taken back on a guess (safety 16). */
  get lastCommand(): CommandOutcome | undefined {
    return this.brokeOff ? 'unknown' : this.commandOutcome;
  }

  /** One attempt, from the questions to the verification. Nobody is asked anything between the checks and the command. */
  private async attempt(step: Step): Promise<Obstacle | undefined> {
    const gone = step.checks.filter((check) => check.type === 'gone');
    const refusal = (await this.approveConsoles(gone)) ?? (await this.askNames(step, gone));
    if (refusal) return { about: 'check', message: refusal };

    for (let round = 1; ; round++) {
      const obstacle = await this.proof(step, gone);
      if (obstacle) return obstacle;
      this.lookAhead(gone);

      const ran = step.script === '' ? undefined : await this.command(step);
      if (ran?.isLate && round < EVIDENCE_ROUNDS) continue;
      if (ran?.about === 'command') return ran;
      return this.verify(step, ran?.message);
    }
  }

  /** The checks and the evidence; when only a name is missing to the latter, it is asked for and both begin anew. */
  private async proof(step: Step, gone: readonly GoneCheck[]): Promise<Obstacle | undefined> {
    for (;;) {
      // The lock first: a node that is slow to confirm it must not make the checks old.
      const unheld = await this.verifyLock();
      const checkedAt = this.environment.clock.now();
      const obstacle =
        unheld ?? (await this.scriptChecks(step)) ?? (await this.evidence(step, gone, checkedAt));
      const { nameless = [] } = obstacle ?? {};
      if (nameless.length === 0) return obstacle;
      for (const check of nameless) {
        if (!(await this.nameTyped(step, check.node, goneWhy(check), goneKey(check)))) return obstacle;
      }
    }
  }

  /** The second look is taken while the steps between go on: clients wait. */
  private lookAhead(gone: readonly GoneCheck[]): void {
    const { evidence, signal } = this.environment;
    for (const check of gone) if (check.first) evidence.startAhead(check, signal);
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

  private async approveConsoles(checks: readonly GoneCheck[]): Promise<string | undefined> {
    const { consoles, operator, signal } = this.environment;
    for (const { node, console: text, witnessed = false } of checks) {
      if (text.trim() === '') continue;
      const state = await consoles.approval(node, text);
      if (state === 'approved') continue;
      const agreed = await operator.approveConsole({ node, text, changed: state === 'changed' }, signal);
      signal.throwIfAborted();
      if (!agreed && witnessed) continue;
      if (!agreed) return unapproved(node, state);
      await consoles.approve(node, text);
      await this.tell({
        type: 'console-approved',
        node,
        message: `The console command of ${node} is approved from now on (SHA-256 ${consoleHash(text).slice(0, 12)}…).`,
      });
    }
    return undefined;
  }

  /** Everything that must be typed, before any check is asked, so that no human pause makes the checks old. */
  private async askNames(step: Step, gone: readonly GoneCheck[]): Promise<string | undefined> {
    const { cluster, consoles } = this.environment;
    if (step.typed && !(await this.nameTyped(step, step.typed.name, step.typed.why)))
      return wanted(step.typed.name, step.typed.why);
    if (cluster.isProtected && step.danger !== 'none') {
      const why = `The cluster ${cluster.name} is protected, and this step may interrupt it.`;
      if (!(await this.nameTyped(step, cluster.name, why))) return wanted(cluster.name, why);
    }
    for (const check of gone) {
      const { node, console: text } = check;
      const isSilent = text.trim() === '' || (await consoles.approval(node, text)) !== 'approved';
      if (isSilent || this.environment.evidence.contradicts(check)) {
        if (check.witnessed) await this.nameTyped(step, node, goneWhy(check), goneKey(check));
        continue;
      }
      if (this.environment.evidence.proven(check)) continue;
      // A wrong answer is not the end: the check itself fails then, and says why.
      await this.nameTyped(step, check.node, unprovenWhy(check), consoleKey(check));
    }
    return undefined;
  }

  private async nameTyped(
    step: Step,
    name: string,
    why: string,
    key = stepKey(step, name, why),
  ): Promise<boolean> {
    if (this.typed.has(key)) return true;
    const { operator, signal } = this.environment;
    const given = await operator.typeName({ step, name, why }, signal);
    signal.throwIfAborted();
    if (!given) return false;
    this.typed.add(key);
    await this.tell({ type: 'typed', step: step.id, name, why });
    return true;
  }

  private async scriptChecks(step: Step): Promise<Obstacle | undefined> {
    const { connections, signal } = this.environment;
    const checks = step.checks.filter((check): check is ScriptCheck => check.type === 'script');
    const answers = await askChecks(checks, connections, signal);
    for (const answer of answers) await this.tell(checkEvent(step.id, 'before', answer));
    const message = failures(
      answers.filter(({ holds }) => !holds).map(({ check, detail }) => `${check.title}: ${detail}`),
    );
    return message === undefined ? undefined : { about: 'check', message };
  }

  private async verifyLock(): Promise<Obstacle | undefined> {
    try {
      await this.environment.lock.verify(this.environment.signal);
      return undefined;
    } catch (error) {
      // Somebody else drives now: that is no question for the operator.
      if (!(error instanceof LockError) || error.reason === 'lost') throw error;
      return { about: 'lock', message: error.message };
    }
  }

  /**
   * The last thing before the command; read again while it is older than 10 s (safety 6). It takes its time: what
   * the nodes that answer said before it, at `checkedAt`, is evidence too and must not have grown older meanwhile,
   * be it by a slow node or a slow lock alone.
   */
  private async evidence(
    step: Step,
    gone: readonly GoneCheck[],
    checkedAt: number,
  ): Promise<Obstacle | undefined> {
    const { evidence, clock, signal } = this.environment;
    this.provenAt = undefined;
    if (step.checks.length === 0) return undefined;
    for (let round = 1; round <= EVIDENCE_ROUNDS; round++) {
      for (const check of gone) {
        await this.tell({
          type: 'waiting',
          step: step.id,
          for: `proof that ${check.node} is gone`,
          limitMs: 30_000,
        });
      }
      const read = await Promise.all(
        gone.map(async (check): Promise<readonly [GoneCheck, Evidence]> => {
          const typed = {
            console: this.typed.has(consoleKey(check)),
            gone: this.typed.has(goneKey(check)),
          };
          return [check, await evidence.read(check, typed, signal)];
        }),
      );
      for (const [{ title, node }, { holds, detail, reason }] of read) {
        await this.tell({
          type: 'check',
          step: step.id,
          phase: 'before',
          title,
          node,
          holds,
          detail,
          ...(reason ? { reason } : {}),
        });
      }
      const missing = failures(
        read.filter(([, { holds }]) => !holds).map(([check, { detail }]) => `${check.title}: ${detail}`),
      );
      if (missing) {
        const failed = read.filter(([, { holds }]) => !holds);
        const nameless = failed.every(([, { reason }]) => reason === 'name-missing')
          ? failed.map(([check]) => check)
          : [];
        return { about: 'check', message: missing, nameless };
      }
      if (clock.now() - checkedAt > EVIDENCE_AGE) {
        const unheld = await this.verifyLock();
        checkedAt = clock.now();
        const obstacle = unheld ?? (await this.scriptChecks(step));
        if (obstacle) return obstacle;
      }
      const oldest = Math.min(checkedAt, ...read.map(([, { readAt }]) => readAt));
      if (clock.now() - oldest <= EVIDENCE_AGE) {
        this.provenAt = oldest;
        return undefined;
      }
    }
    return {
      about: 'check',
      message:
        'What was checked was older than 10 s each time the command was about to start: a node, or a console command, takes too long to answer. Make it faster, then retry.',
    };
  }

  /** Runs the script. An obstacle about `verify` means that only the verification can say what happened. */
  private async command(step: Step): Promise<Obstacle | undefined> {
    const { connections, clock, signal } = this.environment;
    const { id, node, script, timeoutMs } = step;
    await this.tell({ type: 'command-started', step: id, node, command: script });
    signal.throwIfAborted();
    this.commandOutcome = 'unknown';
    const startedAt = clock.now();
    let output = '';
    // Output is shown as it comes; the journal gets its tail with the end, so nothing waits here.
    const onOutput = (text: string, stream: 'stdout' | 'stderr') => {
      output = (output + text).slice(-TAIL);
      void this.tell({ type: 'output', step: id, node, stream, text }).catch(() => undefined);
    };
    const report = (outcome: CommandOutcome, exitCode: number | null, message: string) => {
      this.commandOutcome = outcome;
      return this.tell({
        type: 'command-ended',
        step: id,
        node,
        outcome,
        exitCode,
        message,
        durationMs: clock.now() - startedAt,
        output: tail(output),
      });
    };
    // A connection that stalls, or has to be made anew, must not let it begin with an old proof (safety 6).
    const begin =
      this.provenAt === undefined ? {} : { beginWithinMs: this.provenAt + EVIDENCE_AGE - startedAt };
    try {
      const result = await connections.to(node).exec(script, { timeoutMs, signal, onOutput, ...begin });
      if (result.exitCode === 0) {
        await report('ended', 0, '');
        return undefined;
      }
      const how =
        result.exitCode === null
          ? `was ended by ${result.signal ?? 'a signal'}`
          : `ended with status ${result.exitCode}`;
      const message = `The command on ${node} ${how}.`;
      await report('ended', result.exitCode, message);
      return { about: 'command', message };
    } catch (error) {
      if (error instanceof JournalError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof SshError && neverStarted(error)) {
        await report('not-started', null, why);
        return {
          about: 'command',
          message: `The command was not started. ${why}`,
          isLate: error.reason === 'busy',
        };
      }
      const message = `Nobody knows yet whether the command on ${node} was completed: ${why}`;
      this.brokeOff = true;
      await report('unknown', null, message);
      if (signal.aborted) {
        throw new RunStopped(
          'aborted',
          `Interrupted while the command ran on ${node}: it may go on there. Look at ${node}, or resume, before anybody starts anew.`,
        );
      }
      return { about: 'verify', message };
    }
  }

  /** Polls until everything holds or the time is over. Each look reconnects by itself where it must. */
  private async verify(step: Step, unknown: string | undefined): Promise<Obstacle | undefined> {
    const { connections, clock, signal } = this.environment;
    const { id, verify, verifyForMs } = step;
    if (verify.length === 0) {
      if (unknown === undefined) return undefined;
      return {
        about: 'verify',
        message: `${unknown} This step has no verification that could tell: look at ${step.node} yourself.`,
      };
    }
    const until = clock.now() + verifyForMs;
    await this.tell({
      type: 'waiting',
      step: id,
      for: verify.map(({ title }) => title).join('; '),
      limitMs: verifyForMs,
    });
    for (;;) {
      const answers = await askChecks(verify, connections, signal);
      const missing = answers.filter(({ holds }) => !holds);
      const left = until - clock.now();
      if (missing.length === 0 || left <= 0) {
        for (const answer of answers) await this.tell(checkEvent(id, 'verify', answer));
        const message = failures(missing.map(({ check, detail }) => `${check.title}: ${detail}`));
        if (message === undefined) return undefined;
        return {
          about: 'verify',
          message: unknown === undefined ? message : `${unknown} Its verification does not hold: ${message}`,
        };
      }
      const often = verifyForMs - left < VERIFY_OFTEN_FOR;
      await clock.sleep(Math.min(often ? VERIFY_EVERY : VERIFY_LATER_EVERY, left), signal);
    }
  }
}

/** These say that no session existed; every other failure leaves open what the command did. */
function neverStarted({ reason, denied }: SshError): boolean {
  return denied || ['unknown-host', 'configuration', 'refused', 'busy'].includes(reason);
}

function failures(messages: readonly string[]): string | undefined {
  return messages.length === 0 ? undefined : messages.join('\n');
}

function wanted(name: string, why: string): string {
  return `${why} The name ${name} was not given: type it, or name it with --confirm ${name}.`;
}

function unprovenWhy({ node }: GoneCheck): string {
  return `The console of ${node} was never seen saying anything but off while ${node} answered, so it may be wired to another machine. Typing ${node} vouches for it.`;
}

function goneWhy({ node }: GoneCheck): string {
  return `${node} does not answer, the witnesses cannot reach it, and no console that counts says that it is off. Typing ${node} vouches that it is off and will not come back as the master.`;
}

/** A dangerous step is confirmed by itself. */
function stepKey(step: Step, name: string, why: string): string {
  return JSON.stringify(['step', step.id, name, why]);
}

/** How a console is wired does not change during a run: one answer counts for all steps. */
function consoleKey({ node, console: text }: GoneCheck): string {
  return JSON.stringify(['console', node, text]);
}

/** That a node is gone is vouched for once in a run; the witnesses are asked before each step that needs it. */
function goneKey({ node }: GoneCheck): string {
  return JSON.stringify(['gone', node]);
}
