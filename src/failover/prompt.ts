import type { Clock } from '../heartbeat/clock';

/** What a prompt is made of. */
export interface PromptOptions {
  readonly write: (text: string) => void;
  readonly clock: Clock;
  readonly onInterrupt: () => void;
}

/** Milliseconds in which keys pressed earlier still arrive, and are thrown away, before a prompt is drawn. */
const DRAIN = 60;
const INTERRUPT = '\u0003';

/** One question at a time to whoever types. Input that comes while nothing is asked is thrown away (safety 6). */
export class Prompt {
  private reader: ((data: string) => void) | undefined;

  constructor(private readonly options: PromptOptions) {}

  /** Input as it arrives from the terminal. */
  feed(data: string): void {
    if (data.includes(INTERRUPT)) this.options.onInterrupt();
    else this.reader?.(data);
  }

  /**
   * Draws `text` and resolves with the key that was pressed; a capital letter counts as the small one. Several
   * characters at once (a paste, a held key, an arrow) are no answer.
   */
  async key<K>(text: string, keys: ReadonlyMap<string, K>, signal: AbortSignal): Promise<K> {
    return this.ask(text, signal, (data) => {
      const key = data === '\n' || data === '\r\n' ? '\r' : data.toLowerCase();
      const answer = keys.get(key);
      if (answer === undefined) return undefined;
      this.options.write(`${key === '\r' ? '' : key}\n`);
      return { answer };
    });
  }

  /** Draws `text` and resolves with a typed line, which is echoed; backspace and Ctrl-U work. */
  async line(text: string, signal: AbortSignal): Promise<string> {
    let typed: string[] = [];
    return this.ask(text, signal, (data) => {
      // Arrows and function keys begin with ESC (ECMA-48, 5.4).
      if (data.startsWith('\u001b')) return undefined;
      for (const character of data) {
        if (character === '\r' || character === '\n') {
          this.options.write('\n');
          return { answer: typed.join('') };
        }
        if (character === '\u007f' || character === '\b') {
          if (typed.pop() !== undefined) this.options.write('\b \b');
        } else if (character === '\u0015') {
          this.options.write('\b \b'.repeat(typed.length));
          typed = [];
        } else if (character >= ' ' && typed.length < 200) {
          typed.push(character);
          this.options.write(character);
        }
      }
      return undefined;
    });
  }

  /** Forgets the open question; its promise ends with the signal of whoever asked. */
  dispose(): void {
    this.reader = undefined;
  }

  private async ask<T>(
    text: string,
    signal: AbortSignal,
    read: (data: string) => { answer: T } | undefined,
  ): Promise<T> {
    signal.throwIfAborted();
    this.reader = undefined;
    await this.options.clock.sleep(DRAIN, signal);
    this.options.write(text);
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.reader = undefined;
        this.options.write('\n');
        reject(signal.reason as Error);
      };
      this.reader = (data) => {
        const given = read(data);
        if (!given) return;
        this.reader = undefined;
        signal.removeEventListener('abort', stop);
        resolve(given.answer);
      };
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
