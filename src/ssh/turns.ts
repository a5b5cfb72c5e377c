import { Socket } from 'node:net';

/** Milliseconds of one turn of the event loop that this kind of work may use before others have theirs. */
export const TURN_MS = 4;

/** Shares turns of the event loop: what does not fit into one waits for the next, in order. */
export class Turns {
  private readonly queue: (() => void)[] = [];
  /** When the first work of the present turn began; undefined before it. */
  private since: number | undefined;

  constructor(
    private readonly now: () => number = () => performance.now(),
    private readonly later: (next: () => void) => void = (next) => void setImmediate(next),
  ) {}

  /** Does `work` now, or in a later turn when this one was long enough. */
  take(work: () => void): void {
    if (this.since === undefined) this.begin();
    if (this.queue.length === 0 && !this.isOver) work();
    else this.queue.push(work);
  }

  private get isOver(): boolean {
    return this.since !== undefined && this.now() - this.since >= TURN_MS;
  }

  private begin(): void {
    this.since = this.now();
    this.later(() => {
      this.since = undefined;
      if (this.queue.length > 0) {
        this.begin();
        this.next();
      }
    });
  }

  private next(): void {
    const work = this.queue.shift();
    if (work === undefined) return;
    try {
      work();
    } finally {
      // What follows from the work is done before the clock is looked at: promises first, then what they left to
      // nextTick, such as packets to be written.
      if (this.queue.length > 0)
        queueMicrotask(() =>
          process.nextTick(() => {
            if (!this.isOver) this.next();
          }),
        );
    }
  }
}

/** All connections of the process share its thread. */
const turns = new Turns();

/** Does `work` in a turn of the event loop that is shared with all else that goes by turns. */
export function inTurn(work: () => void): void {
  turns.take(work);
}

/**
 * Does `work` in a turn after `ms` milliseconds, unless the returned function is called before: a thousand questions
 * that were asked together are late together.
 */
export function inTurnAfter(ms: number, work: () => void): () => void {
  let isOff = false;
  const timer = setTimeout(
    () =>
      inTurn(() => {
        if (!isOff) work();
      }),
    ms,
  );
  return () => {
    isOff = true;
    clearTimeout(timer);
  };
}

/** Waits for room in a turn; a thousand nodes that begin at once do not hold up everything else. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve));
}

/**
 * A socket whose data arrives in turns. The event loop hands over what has come on all sockets before it looks at
 * anything else: a packet of a handshake takes milliseconds, and a thousand answers at once took more than half a
 * second.
 */
export class TurnSocket extends Socket {
  override connect(...args: unknown[]): this {
    super.connect(...(args as [never]));
    // net.js puts its own in the place of any other (Socket.prototype.connect).
    delete (this as { write?: unknown }).write;
    return this;
  }

  /**
   * ssh2 writes a packet in three pieces: with each in a TCP segment of its own, both kernels and the server work for
   * three. What is written in one turn goes out together (stream.Writable, cork).
   */
  override write(...args: unknown[]): boolean {
    if (this.writableCorked === 0) {
      this.cork();
      process.nextTick(() => this.uncork());
    }
    return super.write(...(args as Parameters<Socket['write']>));
  }

  // net.js hands over what was read by push(), as any Readable does.
  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    let takesMore = true;
    inTurn(() => {
      if (!this.destroyed) takesMore = super.push(chunk, encoding);
    });
    return takesMore;
  }
}
