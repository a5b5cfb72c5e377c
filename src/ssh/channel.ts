import type { Client } from 'ssh2';
import { SshError } from './error';
import type { Link } from './link';

/** The least time a node gets to open a channel before its connection counts as broken, in ms. */
const OPEN_MS = 1_000;
/** So that the connection is given up before the caller's own deadline lets the next caller use it. */
const HEADROOM_MS = 100;

/** Why the server did not open a channel (RFC 4254, 5.1), with its description. */
export class OpenRefused extends Error {
  override readonly name = 'OpenRefused';
  constructor(
    readonly code: number,
    readonly description: string,
  ) {
    super(`The server opened no channel: ${description || `reason ${code}`}.`);
  }
}

type Done<T> = (...answer: [error: Error, channel?: T] | [error: undefined, channel: T]) => void;
type Start<T> = (client: Client, done: Done<T>) => void;

/**
 * Starts a channel. A half-open connection never answers such a request, so with `limitMs` one without answer
 * breaks the connection (at the least after 1 s): whoever comes next gets a new one. Rejects with OpenRefused
 * when the server says no, with SshError `closed` when the connection is gone.
 */
export function openChannel<T>(
  link: Link,
  client: Client,
  start: Start<T>,
  limitMs: number | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(
            () => {
              link.break(client, 'it answered no request for a channel');
              reject(
                new SshError(
                  'timeout',
                  link.node,
                  `Node ${link.node}: its connection no longer answers and was given up; the next use makes a new one. The machine may hang, or the network dropped the connection.`,
                ),
              );
            },
            Math.max(OPEN_MS, limitMs - HEADROOM_MS),
          );
    const settle = (act: () => void) => {
      clearTimeout(timer);
      act();
    };
    const gone = (error: unknown) => {
      // When the connection ends, ssh2 also ends open requests as if they had been refused.
      const refusal = link.isOpen(client) ? refusalOf(error) : undefined;
      settle(() => reject(refusal ?? link.closed('the connection broke')));
      // Where ssh2 finds that the socket no longer takes data, its `close` may still be to come.
      if (!refusal) link.break(client, 'a channel could not be opened on it');
    };
    try {
      start(client, (...[error, channel]) => (error ? gone(error) : settle(() => resolve(channel))));
    } catch (error) {
      gone(error);
    }
  });
}

/** ssh2 puts the reason of CHANNEL_OPEN_FAILURE on the error, and the description into its text. */
function refusalOf(error: unknown): OpenRefused | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { reason?: unknown }).reason;
  if (typeof code === 'number')
    return new OpenRefused(code, error.message.replace(/^.*?Channel open failure: ?/, ''));
  // CHANNEL_FAILURE: the channel is there, the request on it was refused.
  return error.message === 'Unable to exec' ? new OpenRefused(0, 'the command was refused') : undefined;
}

/** For people, when a refused channel was to run a command; another error is given back as it is. */
export function noCommand(link: Link, error: unknown): unknown {
  if (!(error instanceof OpenRefused)) return error;
  return new SshError(
    'protocol',
    link.node,
    `Node ${link.node}: ${link.place} logged us in but runs no command for us (${error.description}). ` +
      `Check MaxSessions (Standby wants 9) and ForceCommand in its sshd_config, and the account's login shell.`,
    { cause: error },
  );
}
