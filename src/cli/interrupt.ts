import { setMaxListeners } from 'node:events';
/** Ctrl-C, a closed terminal or a `kill`, as an abort signal. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Aborted by the second Ctrl-C, and at once by a `kill` or a closed terminal. */
  readonly insisted: AbortSignal;
  /** The same as Ctrl-C, from inside. */
  stop(): void;
  /** What a shell reports for a process that the signal ended (POSIX.1-2017, 2.8.2): 128 and its number. */
  readonly exitStatus: number | undefined;
  dispose(): void;
}

const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

/** The reason of the signal after an interrupt. */
export class Interrupted extends Error {
  override readonly name = 'AbortError';
}

/**
 * The first signal aborts what runs, so that locks are released and journals closed; `insist` is called at
 * the third, for a person who cannot wait.
 */
export function onInterrupt(insist: (exitStatus: number) => void): Interrupt {
  const controller = new AbortController();
  const insisting = new AbortController();
  // Every connection listens to it, and a cluster has more nodes than the ten after which Node suspects a leak.
  setMaxListeners(0, controller.signal, insisting.signal);
  let exitStatus: number | undefined;
  let count = 0;
  const handlers = Object.entries(numbers).map(([name, number]) => {
    const handler = () => {
      exitStatus ??= 128 + number;
      if (++count >= 3) insist(exitStatus);
      controller.abort(new Interrupted('It was interrupted.'));
      if (count > 1 || name !== 'SIGINT') insisting.abort(new Interrupted('It was interrupted.'));
    };
    process.on(name as keyof typeof numbers, handler);
    return () => process.off(name, handler);
  });
  return {
    signal: controller.signal,
    insisted: insisting.signal,
    stop: () => {
      controller.abort(new Interrupted('Nobody reads the answer any more.'));
      insisting.abort(new Interrupted('Nobody reads the answer any more.'));
    },
    get exitStatus() {
      return exitStatus;
    },
    dispose: () => handlers.forEach((off) => off()),
  };
}
