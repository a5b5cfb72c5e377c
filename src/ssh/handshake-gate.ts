import type { LoopUse } from './loop-use';

/** Handshakes at a time however busy this thread is: each costs it 7 to 9 ms, and more gain nothing. */
const ALWAYS = 8;
/** Handshakes at a time while the thread idles, because the network or the servers are what is slow. */
const AT_MOST = 64;
const IDLE_BELOW = 0.5;
const LOOK_EVERY_MS = 50;

/** The places for SSH handshakes of this process; who waits gets one in order. */
export class HandshakeGate {
  private inside = 0;
  private readonly waiting: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly use: LoopUse) {}

  /** Waits for a place and gives the function that returns it (calling it again does nothing). */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.waiting.length === 0 && this.inside < ALWAYS) this.inside++;
    else await this.turn(signal);
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.inside--;
      this.admit();
    };
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        this.watch();
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(enter);
      this.watch();
    });
  }

  private admit(): void {
    while (this.waiting.length > 0 && this.inside < ALWAYS) this.next();
    this.watch();
  }

  private next(): void {
    this.inside++;
    this.waiting.shift()?.();
  }

  /** While somebody waits: some more each time the thread is found idle. */
  private watch(): void {
    if (this.waiting.length === 0) {
      clearInterval(this.timer);
      this.timer = undefined;
    } else if (!this.timer) {
      this.use.sinceLast();
      this.timer = setInterval(() => {
        const room = Math.min(AT_MOST - this.inside, ALWAYS);
        const isIdle = this.use.sinceLast() < IDLE_BELOW;
        for (let places = room; isIdle && places > 0 && this.waiting.length > 0; places--) this.next();
        this.watch();
      }, LOOK_EVERY_MS);
    }
  }
}
