/** Turns many calls into few: the first one acts at once, those within `everyMs` after it become one more. */
export class Coalesced {
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(
    private readonly everyMs: number | (() => number),
    private readonly act: () => void,
  ) {}

  /** Acts now, or with the others when the time of the last act is over. */
  call(): void {
    if (this.#timer !== undefined) {
      this.#isDue = true;
      return;
    }
    const waitMs = typeof this.everyMs === 'number' ? this.everyMs : this.everyMs();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isDue) this.call();
    }, waitMs);
    this.#isDue = false;
    this.act();
  }

  /** Acts now when something waits for its turn. */
  flush(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.act();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isDue = false;
  }
}
