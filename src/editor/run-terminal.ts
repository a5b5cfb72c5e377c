import { setMaxListeners } from 'node:events';
import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import type { Plan } from '../failover/plan';
import type { RunSummary } from '../failover/runner';
import type { Terminal } from '../failover/terminal';
import type { Connections } from '../ssh/connection';
import { demoNotice } from './demo-notice';
import type { Log } from './log';
import { sentence } from './log';
import type { Operations } from './operations';
import { shownName } from './words';

/** What a run needs besides its plan. */
export interface RunOptions {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly operations: Operations;
  /** The cluster file, for the journal. */
  readonly file: string;
  /** The interrupted run that goes on. */
  readonly resume?: string;
  /** The end of the extension. */
  readonly signal: AbortSignal;
}

/**
 * Runs a plan in an integrated terminal and resolves when the run is over. Closing the terminal aborts the
 * run: it ends the step that waits, gives the lock back and closes the journal before this resolves.
 */
export async function openRunTerminal(plan: Plan, options: RunOptions, log: Log): Promise<void> {
  const { Terminal } = await import('../failover/terminal');
  const pty = new RunPty(plan, options, log, Terminal);
  const terminal = vscode.window.createTerminal({
    name: `${plan.kind} ${shownName(options.cluster)}`,
    pty,
    iconPath: new vscode.ThemeIcon('run-all'),
    isTransient: true,
  });
  // A terminal that is closed before it was opened tells its pty nothing.
  const closing = vscode.window.onDidCloseTerminal((closed) => {
    if (closed === terminal) pty.close();
  });
  terminal.show();
  try {
    await pty.finished;
  } finally {
    closing.dispose();
    pty.dispose();
  }
}

/** Every question to a node listens to it: more than the ten after which Node suspects a leak. */
function manyListen(signal: AbortSignal): AbortSignal {
  setMaxListeners(0, signal);
  return signal;
}

/** The integrated terminal of one run; drawing and keys are those of the command line. */
class RunPty implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly #close = new vscode.EventEmitter<number>();
  readonly #abort = new AbortController();
  /** A second Ctrl-C, or a closed terminal: the way back is not gone either. */
  readonly #insist = new AbortController();
  readonly #terminal: Terminal;
  #columns = 80;
  #isOpen = false;
  #isOver = false;
  #finish: () => void = () => undefined;
  readonly onDidWrite = this.#write.event;
  readonly onDidClose = this.#close.event;
  readonly finished = new Promise<void>((resolve) => (this.#finish = resolve));

  constructor(
    private readonly plan: Plan,
    private readonly options: RunOptions,
    private readonly log: Log,
    terminal: typeof Terminal,
  ) {
    this.#terminal = new terminal({
      write: (text) => this.#write.fire(text),
      columns: () => this.#columns,
      colour: true,
      clock: options.operations.clock,
      onInterrupt: () => {
        if (this.#abort.signal.aborted) this.#insist.abort(new Error('Aborted by Ctrl-C.'));
        this.#abort.abort(new Error('Aborted by Ctrl-C.'));
      },
    });
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    this.#columns = size?.columns ?? this.#columns;
    this.#isOpen = true;
    void this.#run();
  }

  setDimensions(size: vscode.TerminalDimensions): void {
    this.#columns = size.columns;
  }

  handleInput(data: string): void {
    if (this.#isOver) this.#close.fire(0);
    else this.#terminal.feed(data);
  }

  /** The person closed the terminal. */
  close(): void {
    const closed = new Error('The terminal was closed.');
    this.#abort.abort(closed);
    this.#insist.abort(closed);
    // Closed before it opened: there is no run whose end could be waited for.
    if (!this.#isOpen) this.#finish();
  }

  async #run(): Promise<void> {
    const { operations, cluster, connections, file, resume } = this.options;
    const notice = demoNotice(cluster);
    if (notice !== undefined) this.#write.fire(`${notice}\r\n`);
    this.log.info(`Run ${this.plan.kind} on ${this.plan.cluster} begins in a terminal.`);
    try {
      const summary = await operations.startRun(this.plan, {
        cluster,
        connections,
        operator: this.#terminal,
        clock: operations.clock,
        history: operations.history,
        consoles: operations.consoles,
        journals: operations.journals,
        signal: manyListen(AbortSignal.any([this.#abort.signal, this.options.signal])),
        insisted: manyListen(AbortSignal.any([this.#insist.signal, this.options.signal])),
        file,
        ...(resume === undefined ? {} : { resume }),
        onProven: operations.onProven,
        onContradiction: operations.onContradiction,
      });
      this.#ended(summary);
    } catch (error) {
      const message = sentence(error, this.log);
      this.log.error(`The run on ${this.plan.cluster} did not start: ${message}`);
      this.#write.fire(`\r\n${message.replace(/\r?\n/g, '\r\n')}\r\n`);
    } finally {
      this.#isOver = true;
      this.#write.fire(`\r\n${vscode.l10n.t('The run is over. Any key closes this terminal.')}\r\n`);
      this.#finish();
    }
  }

  #ended(summary: RunSummary): void {
    const line = `Run ${summary.run} (${this.plan.kind} on ${this.plan.cluster}): ${summary.outcome}. ${summary.message}`;
    if (summary.outcome === 'succeeded') this.log.info(line);
    else this.log.warn(line);
  }

  /** After the run: what was drawn stays readable until a key closes the terminal. */
  dispose(): void {
    this.#terminal.dispose();
  }
}
