import { Socket } from 'node:net';

const queue: (() => void)[] = [];

/** Does `work` in a turn of the event loop that it shares with no other work of this kind. */
function inTurn(work: () => void): void {
  if (queue.push(work) === 1) setImmediate(next);
}

function next(): void {
  try {
    queue[0]?.();
  } finally {
    queue.shift();
    if (queue.length > 0) setImmediate(next);
  }
}

/** Waits for a turn of the event loop of one's own; a thousand nodes that begin at once begin one after the other. */
export function ownTurn(): Promise<void> {
  return new Promise((resolve) => inTurn(resolve));
}

/**
 * A socket whose data can be made to arrive in turns. The event loop hands over what has come on all sockets
 * before it looks at anything else, and a packet of a handshake takes milliseconds: eight at once would hold up
 * the editor for all of them together, one at a time does not.
 */
export class TurnSocket extends Socket {
  /** Whether data takes its turn; what is still waiting then keeps its order. */
  takesTurns = false;
  private behind = 0;

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
    if (!this.takesTurns && this.behind === 0) return super.push(chunk, encoding);
    this.behind++;
    inTurn(() => {
      this.behind--;
      if (!this.destroyed) super.push(chunk, encoding);
    });
    return true;
  }
}
