import { StringDecoder } from 'node:string_decoder';
import type { Conversation, ConverseOptions } from './connection';
import { SshError, type SshFailure } from './error';
import { found } from './found';
import { readAnswer } from './loop';
import { onAbort } from './on-abort';
import { inTurnAfter } from './turns';

/** Characters that a login may print before the greeting: a message of the day, not a flood. */
const NOISE = 64 * 1024;
/** Characters of a line that holds an answer. */
const LINE = 16 * 1024;
/** Characters kept of what a login prints, for messages. */
const KEPT = 200;

/** What carries a loop: a channel of ssh2, or the stdin of an ssh process. */
export interface LoopPipe {
  /** Sends the next question. */
  write(text: string): void;
  /** Ends the loop and frees what carries it; called once at most. */
  close(): void;
}

interface Waiting {
  readonly n: number;
  readonly resolve: (answer: string) => void;
  readonly reject: (error: SshError) => void;
}

/**
 * The near end of a loop (`loopLine`). What carries it hands on what the loop prints (`hear`, `complain`) and
 * tells when it is over (`end`). Answers bear the number of their question, so that a late one is never taken for
 * the next; what a start-up file prints before the greeting, or beside an answer, is passed over.
 */
export class LoopTalk implements Conversation {
  first = '';
  private readonly decoder = new StringDecoder('utf8');
  private text = '';
  private asked = 0;
  private isGreeted = false;
  private waiting: Waiting | undefined;
  private over: SshError | undefined;
  private noise = 0;
  private printed = '';
  private complaint = '';

  constructor(
    private readonly node: string,
    private readonly pipe: LoopPipe,
  ) {}

  get isOpen(): boolean {
    return this.over === undefined;
  }

  /** Waits for the greeting, which is the answer to question 0. */
  async greeting(signal: AbortSignal): Promise<void> {
    this.first = await this.answer(0, signal);
  }

  ask({ timeoutMs, signal: outer }: ConverseOptions): Promise<string> {
    if (this.over) return Promise.reject(this.over);
    if (this.waiting) return Promise.reject(new Error(`${this.node}: one question at a time.`));
    const cancelled = () => this.error('aborted', 'the question was cancelled.');
    if (outer?.aborted) return Promise.reject(cancelled());
    // No withLimit: a signal and a race for each heartbeat of a thousand nodes were a tenth of the work.
    return new Promise((resolve, reject) => {
      const inTime = inTurnAfter(timeoutMs, () => this.finish(() => this.late(timeoutMs)));
      const unheard = outer && onAbort(outer, () => this.finish(cancelled));
      this.wait(++this.asked, resolve, reject, () => {
        inTime();
        unheard?.();
      });
      this.pipe.write(`${this.asked}\n`);
    });
  }

  close(): void {
    this.finish(() => this.error('closed', 'the conversation was ended by Standby.'));
  }

  /** Output of the loop, in pieces of any size. */
  hear(data: Buffer): void {
    // It may print on until it has heard of the end.
    if (!this.isOpen) return;
    this.text += this.decoder.write(data);
    for (let end; this.isOpen && (end = this.text.indexOf('\n')) >= 0;) {
      const line = this.text.slice(0, end);
      this.text = this.text.slice(end + 1);
      this.line(line);
    }
    if (this.text.length > LINE) this.flood();
  }

  /** Error output of the loop or of its login. */
  complain(data: Buffer): void {
    if (this.complaint.length < KEPT) this.complaint += data.toString('utf8').slice(0, KEPT);
  }

  /** It is over; `error` where what carried it broke, else the loop itself ended. */
  end(error?: SshError): void {
    const what = this.isGreeted
      ? 'the heartbeat’s shell ended; the next heartbeat starts another.'
      : `the login ended without an answer.${this.said()} It needs a POSIX sh, and no ForceCommand that runs something else.`;
    this.finish(() => error ?? this.error(this.isGreeted ? 'closed' : 'protocol', what));
  }

  /** Why an answer took too long. */
  late(timeoutMs: number): SshError {
    const within = `within ${timeoutMs / 1000} s`;
    return this.isGreeted
      ? this.error(
          'timeout',
          `no heartbeat ${within}. The machine may hang, or the network drop its packets.`,
        )
      : this.error(
          'timeout',
          `its login did not come to our question ${within}.${this.said()} The machine may hang, or a start-up file (.profile, .bashrc) may wait for somebody: it must be quick and ask nothing where there is no terminal.`,
        );
  }

  private answer(n: number, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.over) return reject(this.over);
      const giveUp = () => this.finish(() => signal.reason as SshError);
      const unheard = onAbort(signal, giveUp);
      this.wait(n, resolve, reject, unheard);
      if (signal.aborted) giveUp();
    });
  }

  private wait(n: number, resolve: Waiting['resolve'], reject: Waiting['reject'], settle: () => void): void {
    const settled = () => {
      settle();
      this.waiting = undefined;
    };
    this.waiting = {
      n,
      resolve: (answer) => (settled(), resolve(answer)),
      reject: (error) => (settled(), reject(error)),
    };
  }

  private line(line: string): void {
    const answer = readAnswer(line);
    if (answer) {
      this.isGreeted = true;
      if (answer.n === this.waiting?.n) this.waiting.resolve(answer.text);
      return;
    }
    this.noise += line.length + 1;
    if (this.printed.length < KEPT) this.printed += `${line}\n`.slice(0, KEPT);
    if (this.noise > NOISE) this.flood();
  }

  private flood(): void {
    this.finish(() =>
      this.error(
        'protocol',
        `its login printed more than ${NOISE / 1024} KB beside our answers.${this.said()} Start-up files must print nothing where there is no terminal.`,
      ),
    );
  }

  private finish(why: () => SshError): void {
    if (this.over) return;
    this.over = why();
    this.text = '';
    this.pipe.close();
    this.waiting?.reject(this.over);
  }

  /** What the login printed, which often says what is wrong. */
  private said(): string {
    const printed = this.printed + this.text;
    const parts = [
      ...(printed.trim() === '' ? [] : [`It printed ${found(printed)}.`]),
      ...(this.complaint.trim() === '' ? [] : [`Its error output: ${found(this.complaint)}.`]),
    ];
    return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
  }

  private error(reason: SshFailure, what: string): SshError {
    return new SshError(reason, this.node, `Node ${this.node}: ${what}`);
  }
}
