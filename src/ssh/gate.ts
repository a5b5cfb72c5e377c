/** Lets at most `width` holders through at once; the others wait in order. */
export class Gate {
  /** Below zero while more are inside than may enter from now on. */
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(private width: number) {
    this.free = width;
  }

  /** How many are inside now. */
  get inside(): number {
    return this.width - this.free;
  }

  /** From now on lets at most `width` through at once, and one at the least; it never grows again. */
  narrow(width: number): void {
    const less = this.width - Math.max(1, Math.min(width, this.width));
    this.width -= less;
    this.free -= less;
  }

  /** Waits for a place and gives the function that returns it (calling it again does nothing). */
  async enter(signal?: AbortSignal): Promise<() => void> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = () => {
          this.waiting.splice(this.waiting.indexOf(enter), 1);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('The wait was given up.'));
        };
        if (signal?.aborted) return reject(signal.reason as Error);
        signal?.addEventListener('abort', leave, { once: true });
        this.waiting.push(enter);
      });
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.free >= 0 ? this.waiting.shift() : undefined;
      if (next) next();
      else this.free++;
    };
  }
}
