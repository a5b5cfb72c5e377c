import type { Danger } from './plan';

/** How a run ended. `locked`: another run holds the cluster's lock. */
export type RunOutcome = 'succeeded' | 'failed' | 'aborted' | 'refused' | 'locked' | 'nothing-to-do';

/** How one step ended. `done`: it had already happened and was not repeated. */
export type StepOutcome = 'succeeded' | 'done' | 'skipped' | 'failed' | 'aborted';

/** What the operator decided at a prompt. A skip always has a reason. */
export type Decision =
  { readonly act: 'continue' | 'retry' | 'abort' } | { readonly act: 'skip'; readonly reason: string };

/**
 * How a step's script ended. `unknown`: the connection broke, or the deadline passed, while it ran, so
 * that only the step's verification can say what happened (safety 16).
 */
export type CommandOutcome = 'ended' | 'not-started' | 'unknown';

/** Everything that happens in a run; also the lines of `run --format json` and of the journal. */
export type RunEvent =
  | {
      readonly type: 'run-started';
      readonly kind: string;
      readonly cluster: string;
      readonly target?: string;
      readonly to?: string;
      readonly file?: string;
      readonly steps: number;
      readonly resumed: boolean;
    }
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'warning'; readonly message: string }
  | {
      readonly type: 'lock';
      readonly node: string;
      readonly state: 'taken' | 'released' | 'not-released' | 'unreachable' | 'lost';
      readonly message: string;
    }
  | {
      readonly type: 'step-started';
      readonly step: string;
      readonly number: number;
      readonly of: number;
      readonly title: string;
      readonly node: string;
      readonly why: string;
      readonly command: string;
      readonly danger: Danger;
    }
  | {
      readonly type: 'check';
      readonly step: string;
      /** done: asked whether the step has already happened; before: must hold; verify: after the script. */
      readonly phase: 'done' | 'before' | 'verify';
      readonly title: string;
      readonly node: string;
      readonly holds: boolean;
      readonly detail: string;
      /** A reason for code, of evidence: `console-contradicts`, `console-unproven` … */
      readonly reason?: string;
    }
  | { readonly type: 'waiting'; readonly step: string; readonly for: string; readonly limitMs: number }
  | {
      readonly type: 'decision';
      readonly step: string;
      readonly act: Decision['act'];
      readonly reason?: string;
    }
  | { readonly type: 'typed'; readonly step: string; readonly name: string; readonly why: string }
  | { readonly type: 'console-approved'; readonly node: string; readonly message: string }
  | {
      readonly type: 'command-started';
      readonly step: string;
      readonly node: string;
      readonly command: string;
    }
  | {
      readonly type: 'output';
      readonly step: string;
      readonly node: string;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    }
  | {
      readonly type: 'command-ended';
      readonly step: string;
      readonly node: string;
      readonly outcome: CommandOutcome;
      readonly exitCode: number | null;
      readonly durationMs: number;
      readonly message: string;
      /** The end of its output. */
      readonly output: string;
    }
  | {
      readonly type: 'step-ended';
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly message: string;
    }
  | {
      readonly type: 'run-ended';
      readonly outcome: RunOutcome;
      readonly message: string;
      /** What to do next, one sentence each. */
      readonly next: readonly string[];
    };

/** An event with its time (ISO 8601, UTC) and the id of its run. */
export type StampedEvent = RunEvent & { readonly time: string; readonly run: string };
