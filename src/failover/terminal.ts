import type { Clock } from '../heartbeat/clock';
import type { Decision, StampedEvent } from './events';
import { elapsed, paints, type Paints } from './layout';
import type { ConsoleQuestion, NameQuestion, Operator, Question } from './operator';
import { plain, visible } from './plain';
import { Prompt } from './prompt';
import { Renderer } from './render';
import { splitWords } from './words';

/** What a terminal is made of: a tty of the command line, or the editor's Pseudoterminal. */
export interface TerminalOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly colour: boolean;
  readonly clock: Clock;
  /** Ctrl-C: aborts the run. */
  readonly onInterrupt: () => void;
  /** Names of `--confirm`, which are not asked for again. */
  readonly confirmed?: Iterable<string>;
}

const ENTER = 'Enter';

/** A person at a terminal: draws the run's events and asks. Feed it every piece of input as it arrives. */
export class Terminal implements Operator {
  readonly unattended = false;
  private readonly renderer: Renderer;
  private readonly paint: Paints;
  private readonly prompt: Prompt;
  private readonly confirmed: ReadonlySet<string>;
  private ticking: AbortController | undefined;
  private tickShown = false;

  constructor(private readonly options: TerminalOptions) {
    this.renderer = new Renderer(options);
    this.paint = paints(options.colour);
    this.prompt = new Prompt({
      write: (text) => this.put(text),
      clock: options.clock,
      onInterrupt: options.onInterrupt,
    });
    this.confirmed = new Set(options.confirmed ?? []);
  }

  /** Input as it arrives. What comes while nothing is asked is thrown away (safety 6); Ctrl-C always counts. */
  feed(data: string): void {
    this.prompt.feed(data);
  }

  tell(event: StampedEvent): void {
    this.put(this.renderer.render(event));
    if (event.type === 'command-started' || event.type === 'waiting') this.startTicking();
    else if (event.type !== 'output') this.stopTicking();
  }

  async decide(question: Question, signal: AbortSignal): Promise<Decision> {
    this.stopTicking();
    if (question.about !== 'start') this.put(this.renderer.lines(question.message, '  ✗ ', this.paint.red));
    const may = (act: Decision['act']) => question.allowed.includes(act);
    for (;;) {
      const folded = this.renderer.isFolded();
      const keys = [
        ...(may('continue') ? [{ key: ENTER, means: 'continue' }] : []),
        ...(may('retry') ? [{ key: 'r', means: 'retry' }] : []),
        ...(may('skip') ? [{ key: 's', means: 'skip' }] : []),
        ...(may('abort') ? [{ key: 'a', means: 'abort' }] : []),
        ...(folded ? [{ key: 'v', means: 'whole command' }] : []),
      ];
      const key = await this.key(keys, signal);
      if (key === 'v') {
        this.put(this.renderer.commandText(true));
      } else if (key === 's') {
        const reason = (
          await this.prompt.line(`  Why is it skipped? (Enter alone goes back) `, signal)
        ).trim();
        if (reason !== '') return { act: 'skip', reason };
      } else {
        return { act: key === ENTER ? 'continue' : key === 'r' ? 'retry' : 'abort' };
      }
    }
  }

  async typeName({ name, why }: NameQuestion, signal: AbortSignal): Promise<boolean> {
    if (this.confirmed.has(name)) return true;
    this.stopTicking();
    this.put(`\n${this.renderer.lines(why, '  ! ', this.paint.yellow)}`);
    for (;;) {
      const typed = (
        await this.prompt.line(
          `  Type ${this.paint.bold(plain(name))} to go on (Enter alone goes back): `,
          signal,
        )
      ).trim();
      if (typed === name) return true;
      if (typed === '') return false;
      this.put(this.renderer.lines(`That is not ${name}.`, '  ✗ ', this.paint.red));
    }
  }

  async approveConsole({ node, text, changed }: ConsoleQuestion, signal: AbortSignal): Promise<boolean> {
    this.stopTicking();
    const intro = changed
      ? `The cluster file's console command of ${node} is NOT the one that you approved earlier. It would run on this machine, as you:`
      : `The cluster file's console command of ${node} would run on this machine, as you, for the first time:`;
    this.put(
      `\n${this.renderer.lines(intro, '  ! ', this.paint.yellow)}${this.renderer.lines(visible(text), '      ', this.paint.bold)}`,
    );
    this.put(
      this.renderer.lines(`Its words: ${wordsOf(text)}. No shell sees them.`, '      ', this.paint.dim),
    );
    return (
      (await this.key(
        [
          { key: 'y', means: 'approve this exact text' },
          { key: 'n', means: 'no' },
        ],
        signal,
      )) === 'y'
    );
  }

  /** Ends its timers; a prompt that is still open ends with its signal. */
  dispose(): void {
    this.stopTicking();
    this.prompt.dispose();
  }

  private key<K extends string>(
    keys: readonly { readonly key: K; readonly means: string }[],
    signal: AbortSignal,
  ): Promise<K> {
    const widths = keys.map(({ key, means }) => key.length + means.length + 4);
    const fits = widths.reduce((sum, width) => sum + width, 0) < this.options.columns();
    const text = keys.map(({ key, means }) => `${this.paint.bold(key)} ${means}`).join(fits ? ' · ' : '\n  ');
    const inputs = new Map(keys.map(({ key }) => [key === ENTER ? '\r' : key, key] as const));
    return this.prompt.key(`\n  ${text} `, inputs, signal);
  }

  private put(text: string): void {
    if (text === '') return;
    const clear = this.tickShown ? '\r\u001b[2K' : '';
    this.tickShown = false;
    this.options.write(clear + text.replace(/\r?\n/g, '\r\n'));
  }

  private startTicking(): void {
    this.stopTicking();
    const ticking = new AbortController();
    this.ticking = ticking;
    void this.tick(ticking.signal);
  }

  private stopTicking(): void {
    this.ticking?.abort();
    this.ticking = undefined;
    if (this.tickShown) this.options.write('\r\u001b[2K');
    this.tickShown = false;
  }

  /** A clock on a line of its own while something takes long; the next text wipes it away. */
  private async tick(signal: AbortSignal): Promise<void> {
    const { clock, write } = this.options;
    const startedAt = clock.now();
    try {
      for (;;) {
        await clock.sleep(1_000, signal);
        if (signal.aborted) return;
        write(
          `\r\u001b[2K${this.paint.dim(`  … ${elapsed(Math.round((clock.now() - startedAt) / 1000) * 1000)}`)}`,
        );
        this.tickShown = true;
      }
    } catch {
      // The wait is over.
    }
  }
}

function wordsOf(text: string): string {
  try {
    return splitWords(text)
      .map((word) => `[${visible(word)}]`)
      .join(' ');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
