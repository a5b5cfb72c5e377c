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
  | 'aborted'
  | 'protocol'
  | 'configuration';

/** A node could not be asked. `message` is a whole sentence for people: what, where, what to do. */
export class SshError extends Error {
  override readonly name = 'SshError';
  constructor(
    readonly reason: SshFailure,
    readonly node: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Says nothing about whether the machine lives: its key or our login was refused. */
  get denied(): boolean {
    return this.reason.startsWith('host-key') || this.reason === 'auth-failed';
  }
}
