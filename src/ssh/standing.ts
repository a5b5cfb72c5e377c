import { StringDecoder } from 'node:string_decoder';
import type { ClientChannel } from 'ssh2';
import { OpenRefused, openChannel } from './channel';
import type { ExecOptions, ExecResult } from './connection';
import { SshError } from './error';
import { withLimit } from './limit';
import type { Link } from './link';
import { readDone, standingScript } from './loop';
import { onAbort } from './on-abort';
import type { Sessions } from './sessions';
import { inTurnAfter } from './turns';
import { commandLine } from './shell';

/** Characters kept of an output. */
const KEPT = 1024 * 1024;

interface Run {
  readonly n: number;
  readonly resolve: (result: ExecResult) => void;
  readonly reject: (error: SshError) => void;
  readonly over: (how: 'ended' | 'lost') => void;
}

/**
 * A script that is run again and again, by a shell that stays on the node: each run costs a packet there and one
 * back, where a command costs eight, a session and the login's start-up files. One run at a time; the shell is
 * started with the first, and anew after it ended.
 */
export class StandingScript {
  private shell: Shell | undefined;
  private isStarting = false;

  constructor(
    private readonly link: Link,
    private readonly sessions: Sessions,
    private readonly script: string,
    private readonly become: 'none' | 'sudo',
  ) {}

  /** A run is under way or begins, be it that nobody waits for it any more. */
  get isBusy(): boolean {
    return this.isStarting || this.shell?.run !== undefined;
  }

  /** Gives up its place as soon as no run needs it. */
  retire(): void {
    this.shell?.retire();
  }

  /** Runs the script as `exec` would with `keepLate`. Rejects with OpenRefused where the server has no room for it. */
  run({ timeoutMs, signal: outer }: ExecOptions): Promise<ExecResult> {
    if (this.shell && !outer?.aborted) return this.runAgain(this.shell, timeoutMs, outer);
    let ended: Promise<'ended' | 'lost'> | undefined;
    const errors = {
      timeout: () => (this.shell ? this.late(timeoutMs, ended) : this.link.delay(timeoutMs)),
      aborted: () => this.cancelled(),
    };
    return withLimit(timeoutMs, outer, errors, async (signal) => {
      const shell = this.shell ?? (await this.start(signal, timeoutMs));
      if (signal.aborted) {
        shell.rest();
        signal.throwIfAborted();
      }
      return new Promise<ExecResult>((resolve, reject) => {
        ended = new Promise((over) => shell.ask(resolve, reject, over));
        // Its end is waited for still, unless the caller gave up himself.
        signal.addEventListener(
          'abort',
          () => {
            if (outer?.aborted) shell.channel.close();
            reject(signal.reason as Error);
          },
          { once: true },
        );
      });
    });
  }

  /** In the shell that is there; without withLimit, whose signal and race cost more than all the rest. */
  private runAgain(shell: Shell, timeoutMs: number, outer: AbortSignal | undefined): Promise<ExecResult> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        inTime();
        unheard?.();
      };
      const fail = (error: SshError) => {
        settle();
        reject(error);
      };
      // Its end is waited for still, unless the caller gave up himself.
      const inTime = inTurnAfter(timeoutMs, () => fail(this.late(timeoutMs, ended)));
      const unheard =
        outer &&
        onAbort(outer, () => {
          shell.channel.close();
          fail(this.cancelled());
        });
      const ended = new Promise<'ended' | 'lost'>((over) =>
        shell.ask(
          (result) => {
            settle();
            resolve(result);
          },
          fail,
          over,
        ),
      );
    });
  }

  private late(timeoutMs: number, ended: Promise<'ended' | 'lost'> | undefined): SshError {
    const { node } = this.link;
    return new SshError(
      'timeout',
      node,
      `Node ${node}: no result within ${timeoutMs / 1000} s; the command did not end.`,
      ended ? { ended } : {},
    );
  }

  private cancelled(): SshError {
    const { node } = this.link;
    return new SshError('aborted', node, `Node ${node}: the command was cancelled.`);
  }

  private async start(signal: AbortSignal, limitMs: number): Promise<Shell> {
    this.isStarting = true;
    let leave = () => {};
    try {
      const client = await this.link.open();
      leave = await this.sessions.enter(signal);
      const line = commandLine(standingScript(this.script), this.become);
      return await openChannel<Shell>(
        this.link,
        client,
        (to, done) =>
          to.exec(line, (error, channel) => {
            if (error) return done(error);
            const shell = new Shell(this.link, this.sessions, channel, () => {
              leave();
              if (this.shell === shell) this.shell = undefined;
            });
            this.shell = shell;
            done(undefined, shell);
          }),
        limitMs,
      );
    } catch (error) {
      if (error instanceof OpenRefused) this.sessions.refused();
      leave();
      throw error;
    } finally {
      this.isStarting = false;
    }
  }
}

/** The shell on its channel. */
class Shell {
  run: Run | undefined;
  private asked = 0;
  private isGreeted = false;
  private out = '';
  private err = '';
  private truncated = false;
  private exit: number | null | undefined;
  /** It has run, and nobody is about to ask it again. */
  private isIdle = false;

  constructor(
    private readonly link: Link,
    private readonly sessions: Sessions,
    readonly channel: ClientChannel,
    private readonly onClose: () => void,
  ) {
    const outs = new StringDecoder('utf8');
    const errs = new StringDecoder('utf8');
    channel.on('data', (data: Buffer) => {
      this.out = this.kept(this.out + outs.write(data));
      this.look();
    });
    channel.stderr.on('data', (data: Buffer) => {
      this.err = this.kept(this.err + errs.write(data));
      this.look();
    });
    channel.on('error', () => {});
    channel.on('exit', (code: number | null) => (this.exit = code));
    channel.on('close', () => this.closed());
  }

  /** Asks for a run; what a login prints before the greeting is passed over. */
  ask(resolve: Run['resolve'], reject: Run['reject'], over: Run['over']): void {
    this.isIdle = false;
    this.run = { n: ++this.asked, resolve, reject, over };
    if (this.isGreeted) this.channel.write(`${this.asked}\n`);
    else this.look();
  }

  /** Nobody asks it for the time being. */
  rest(): void {
    this.isIdle = true;
    if (this.sessions.isShort) this.retire();
  }

  /** Ends the loop by the end of its input, so that the server has room as soon as the channel is closed. */
  retire(): void {
    if (this.isIdle) this.channel.end();
  }

  private look(): void {
    const n = this.isGreeted ? this.run?.n : 0;
    if (n === undefined) return;
    const out = readDone(this.out, n);
    const err = readDone(this.err, n);
    if (!out || !err) return;
    this.out = '';
    this.err = '';
    if (!this.isGreeted) {
      this.isGreeted = true;
      if (this.run) this.channel.write(`${this.run.n}\n`);
      return;
    }
    const { run, truncated } = this;
    this.run = undefined;
    this.truncated = false;
    run?.over('ended');
    run?.resolve({ exitCode: out.status, stdout: out.text, stderr: err.text, truncated });
    this.rest();
  }

  private closed(): void {
    const { run, exit } = this;
    this.run = undefined;
    this.onClose();
    if (!run) return;
    run.over(exit === undefined ? 'lost' : 'ended');
    // A sudo that refuses, or a login that runs something else: what it says is the answer.
    if (exit !== undefined && !this.isGreeted)
      run.resolve({ exitCode: exit, stdout: this.out, stderr: this.err, truncated: this.truncated });
    else run.reject(this.link.closed('the connection broke while a command ran'));
  }

  /** The beginning and, for the mark, the end of an output that is too long. */
  private kept(text: string): string {
    if (text.length <= 2 * KEPT) return text;
    this.truncated = true;
    return text.slice(0, KEPT) + text.slice(-100);
  }
}
