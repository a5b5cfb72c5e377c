import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StampedEvent } from '../../../src/failover/events';
import type { Bed } from '../bed';

/** A `standby run … --format json` that may be watched, and ended, while it goes on. */
export class Run {
  readonly events: StampedEvent[] = [];
  /** Its exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  stderr = '';
  private readonly listeners = new Set<() => void>();
  private over = false;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        this.over = true;
        this.changed();
        resolve(code);
      });
    });
    // Whoever does not wait for the end must not be struck by an error of the start.
    this.ended.catch(() => undefined);
    if (child.stdout) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (!line.startsWith('{')) return;
        this.events.push(JSON.parse(line) as StampedEvent);
        this.changed();
      });
    }
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
  }

  /** Starts the built command line on an operator's machine; whatever happens it ends after `timeoutMs`. */
  static start(
    bed: Pick<Bed, 'commandLine'>,
    operator: string,
    args: readonly string[],
    timeoutMs = 300_000,
  ): Run {
    const { file, words, env } = bed.commandLine(operator, [...args, '--format', 'json']);
    return new Run(
      spawn(file, words, {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      }),
    );
  }

  /** Resolves with the first event that fits; undefined when the run ends without one. */
  until(fits: (event: StampedEvent) => boolean): Promise<StampedEvent | undefined> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.events.find(fits);
        if (found === undefined && !this.over) return;
        this.listeners.delete(look);
        resolve(found);
      };
      this.listeners.add(look);
      look();
    });
  }

  /** As a crash of the editor or of its machine would: no handler runs. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Ctrl-C, once. */
  interrupt(): void {
    this.child.kill('SIGINT');
  }

  get id(): string | undefined {
    return this.events[0]?.run;
  }

  /** How the run ended, or undefined when it did not get there. */
  get end(): Extract<StampedEvent, { type: 'run-ended' }> | undefined {
    return this.events.find((event) => event.type === 'run-ended');
  }

  /** What its plan found, for whoever looks for the cause. */
  get notes(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
  }

  /** What it said, for a message. */
  get told(): string {
    const { outcome = 'no end', message = '', next = [] } = this.end ?? {};
    return [`${outcome}: ${message}`, ...next, this.stderr.trim()].filter((line) => line !== '').join('\n');
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
