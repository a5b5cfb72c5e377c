import type { Output } from './output';

/** What every command is given. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C, or when nobody reads the answer any more. */
  readonly signal: AbortSignal;
  /** Aborted by a second Ctrl-C, and by whatever else means that nobody is there: a run goes its way back until then. */
  readonly insisted: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
}
