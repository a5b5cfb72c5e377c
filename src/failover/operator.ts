import type { Decision, StampedEvent } from './events';
import type { Step } from './plan';

/** Why the operator is asked, and what may be answered. */
export interface Question {
  readonly step: Step;
  /** start: before anything of the step ran; the others name what went wrong. */
  readonly about: 'start' | 'check' | 'command' | 'verify' | 'lock';
  readonly message: string;
  readonly allowed: readonly Decision['act'][];
}

/** A name that a person has to type, and what typing it means. */
export interface NameQuestion {
  readonly step: Step;
  readonly name: string;
  readonly why: string;
}

/** A console command that would run on this machine for the first time, or that changed. */
export interface ConsoleQuestion {
  readonly node: string;
  readonly text: string;
  /** Another text was approved earlier. */
  readonly changed: boolean;
}

/** Who watches and decides a run: a person at a terminal, or `--yes`. Every question may be aborted. */
export interface Operator {
  tell(event: StampedEvent): void;
  decide(question: Question, signal: AbortSignal): Promise<Decision>;
  /** True when exactly that name was given. */
  typeName(question: NameQuestion, signal: AbortSignal): Promise<boolean>;
  approveConsole(question: ConsoleQuestion, signal: AbortSignal): Promise<boolean>;
  /** `--yes`: nobody is asked, so what fails ends the run as failed and not as aborted. */
  readonly unattended: boolean;
}

/**
 * The operator of `--yes`: continues where nothing failed, gives only the names of `--confirm`, leaves out
 * optional steps that fail, and approves a console's first text only for a node that `--confirm` vouches for,
 * and never a changed one (safety 19).
 */
export class UnattendedOperator implements Operator {
  readonly unattended = true;
  private readonly names: ReadonlySet<string>;

  constructor(
    confirmed: Iterable<string>,
    readonly tell: (event: StampedEvent) => void,
  ) {
    this.names = new Set(confirmed);
  }

  decide({ about, step, allowed }: Question): Promise<Decision> {
    if (about === 'start') return Promise.resolve({ act: 'continue' });
    if (step.optional && allowed.includes('skip')) {
      return Promise.resolve({
        act: 'skip',
        reason: 'It failed, the step is optional, and nobody was there to ask (--yes).',
      });
    }
    return Promise.resolve({ act: 'abort' });
  }

  typeName({ name }: NameQuestion): Promise<boolean> {
    return Promise.resolve(this.names.has(name));
  }

  approveConsole({ node, changed }: ConsoleQuestion): Promise<boolean> {
    return Promise.resolve(!changed && this.names.has(node));
  }
}
