import { onAbort } from '../ssh/on-abort';
import { inTurnAfter } from '../ssh/turns';

/** Time as an argument, so that tests need not wait. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** This machine's time. Those that wake up together go on in turns: a thousand nodes may be due in one moment. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const unheard =
        signal &&
        onAbort(signal, () => {
          forget();
          reject(signal.reason as Error);
        });
      const forget = inTurnAfter(ms, () => {
        unheard?.();
        resolve();
      });
    }),
};
