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
