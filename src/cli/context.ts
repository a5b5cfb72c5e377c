import type { Output } from './output';

/** What every command is given. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C, or when nobody reads the answer any more. */
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  readonly version: string;
}
