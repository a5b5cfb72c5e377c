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
  /** Bytes kept of each stream; default 1 MiB. */
  readonly maxBytes?: number;
}

/** What a TCP connection opened from a node to some address said. */
export type Reach = 'open' | 'refused' | 'unreachable' | 'forbidden';

/** One node's connection: made on first use, shared by all who need it, made again after it broke. */
export interface NodeConnection {
  /**
   * Runs a script under `sh` on the node, with `LC_ALL=C`, a PATH with the sbin folders, and `sudo -n`
   * where the cluster file says so. Rejects with `SshError` when the answer never came.
   */
  exec(script: string, options: ExecOptions): Promise<ExecResult>;
  /** Asks the node to open a TCP connection (RFC 4254, 7.2); nothing runs on it. */
  reach(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<Reach>;
  dispose(): void;
}

/** Gives each node of one cluster its connection. */
export interface Connections {
  to(nodeName: string): NodeConnection;
  dispose(): void;
}
