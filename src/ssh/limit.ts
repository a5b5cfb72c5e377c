import { onAbort } from './on-abort';
import { inTurnAfter } from './turns';

/** Why a wait ended early, as the error to reject with. */
export interface LimitErrors {
  readonly timeout: () => Error;
  readonly aborted: () => Error;
}

/**
 * Runs `work` for at most `ms` milliseconds or until `outer` aborts, whichever comes first. The promise
 * settles then even if `work` never does; `work` sees the end through the signal it gets.
 */
export async function withLimit<T>(
  ms: number,
  outer: AbortSignal | undefined,
  errors: LimitErrors,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (outer?.aborted) throw errors.aborted();
  const inner = new AbortController();
  let unheard: (() => void) | undefined;
  let inTime: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    const end = (error: Error) => {
      reject(error);
      inner.abort(error);
    };
    unheard = outer && onAbort(outer, () => end(errors.aborted()));
    inTime = inTurnAfter(ms, () => end(errors.timeout()));
  });
  try {
    return await Promise.race([work(inner.signal), ended]);
  } finally {
    inTime?.();
    unheard?.();
  }
}

/** A clock that runs out after `ms` milliseconds of not being paused. */
export class PausableTimer {
  private timer: NodeJS.Timeout | undefined;
  private startedAt = 0;
  private pauses = 0;

  constructor(
    private left: number,
    private readonly onEnd: () => void,
  ) {
    this.start();
  }

  /** Stops the clock while `wait` is pending, for instance while a person thinks. */
  async during<T>(wait: Promise<T>): Promise<T> {
    if (this.pauses++ === 0) {
      clearTimeout(this.timer);
      this.left -= performance.now() - this.startedAt;
    }
    try {
      return await wait;
    } finally {
      if (--this.pauses === 0) this.start();
    }
  }

  /** Ends the clock for good. */
  stop(): void {
    this.pauses = Infinity;
    clearTimeout(this.timer);
  }

  private start(): void {
    this.startedAt = performance.now();
    this.timer = setTimeout(this.onEnd, Math.max(0, this.left));
  }
}
