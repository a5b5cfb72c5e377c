/** How a command ended on a node. */
export interface ExecResult {
  /** null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
  /** The output was longer than the limit and the rest was dropped. */
  readonly truncated: boolean;
}

export interface ExecOptions {
  /** Milliseconds, from the call to the end of the command; covers connecting and opening the channel. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Called with each piece of output as it arrives. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
  /**
   * A command that misses its deadline keeps its channel until it ends, and the error's `ended` tells when; so
   * nobody needs to start it twice. Without this the channel is closed, which ends the waiting, not the command.
   */
  readonly keepLate?: boolean;
  /**
   * The same script will be run again and again: its shell may stay on the node, as long as the connection lives,
   * which saves most of the cost. Implies `keepLate`; output arrives with the end of the run.
   */
  readonly isStanding?: boolean;
  /**
   * Milliseconds from the call after which the command is not begun any more, however long it had to wait for a
   * connection or for its turn on it: it rejects with `busy` then.
   */
  readonly beginWithinMs?: number;
  /** Bytes kept of each stream; default 1 MiB. */
  readonly maxBytes?: number;
}

/** What a TCP connection opened from a node to some address said. */
export type Reach = 'open' | 'refused' | 'unreachable' | 'forbidden';

export interface ConverseOptions {
  /** Milliseconds, from the call to the first answer; covers connecting and opening the channel. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** A shell loop that stays on the node and answers one question after the other over its stdin. */
export interface Conversation {
  /** The answer that came with the greeting, so that the first question costs no round trip. */
  readonly first: string;
  /** False for ever once the loop or the connection ended, or an answer did not come in time. */
  readonly isOpen: boolean;
  /**
   * Asks once more and gives the new answer, one line. One question at a time. Rejects with SshError `timeout`,
   * `closed`, `aborted` or `protocol`; the conversation is over then, and its channel closed.
   */
  ask(options: Pick<ConverseOptions, 'timeoutMs' | 'signal'>): Promise<string>;
  /** Ends the loop on the node; harmless when it has ended. */
  close(): void;
}

/** One node's connection: made on first use, shared by all who need it, made again after it broke. */
export interface NodeConnection {
  /**
   * Runs a script under `sh` on the node, with `LC_ALL=C`, a PATH with the sbin folders, and `sudo -n`
   * where the cluster file says so. Rejects with `SshError` when the answer never came.
   */
  exec(script: string, options: ExecOptions): Promise<ExecResult>;
  /**
   * Starts a loop on the node that answers as long as the connection lives, and leaves nothing there. `answer`
   * is shell text for built-ins only that puts one line into $answer; it runs as the login, never by sudo.
   * Rejects with `SshError` when no answer came.
   */
  converse(answer: string, options: ConverseOptions): Promise<Conversation>;
  /** Asks the node to open a TCP connection (RFC 4254, 7.2); nothing runs on it. */
  reach(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<Reach>;
  /** Questions that a person answered with no are asked again at the next attempt. */
  askAgain?(): void;
  dispose(): void;
}

/** Gives each node of one cluster its connection. */
export interface Connections {
  to(nodeName: string): NodeConnection;
  /**
   * The port at which another node would dial this one where the cluster file names none: that of the SSH
   * configuration, unless it also gives another HostName (which is this machine's way to it). undefined: not known.
   */
  portOf?(nodeName: string): Promise<number | undefined>;
  dispose(): void;
}
