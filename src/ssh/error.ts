export type SshFailure =
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'host-key-revoked'
  | 'auth-failed'
  | 'unknown-host'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  /** This machine is still busy with other connections; says nothing about the node. */
  | 'busy'
  | 'aborted'
  | 'protocol'
  | 'configuration';

/** A node could not be asked. `message` is a whole sentence for people: what, where, what to do. */
export class SshError extends Error {
  override readonly name = 'SshError';
  /**
   * Of a command that runs on after its deadline (ExecOptions.keepLate): resolves when it is over, or when its
   * connection is, so that nobody can tell.
   */
  readonly ended?: Promise<'ended' | 'lost'>;
  /** Of `busy`: the node's own SSH server has answered before, so the machine lives. */
  readonly hasAnswered?: boolean;
  constructor(
    readonly reason: SshFailure,
    readonly node: string,
    message: string,
    options?: ErrorOptions & Pick<SshError, 'ended' | 'hasAnswered'>,
  ) {
    super(message, options);
    if (options?.ended) this.ended = options.ended;
    if (options?.hasAnswered !== undefined) this.hasAnswered = options.hasAnswered;
  }

  /** Says nothing about whether the machine lives: its key or our login was refused. */
  get denied(): boolean {
    return this.reason.startsWith('host-key') || this.reason === 'auth-failed';
  }
}
