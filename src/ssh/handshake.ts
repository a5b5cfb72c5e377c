import type { Duplex } from 'node:stream';
import type { AnyAuthMethod, Client, ServerHostKeyAlgorithm } from 'ssh2';
import type { Target } from './config';
import { SshError } from './error';
import { handshakeFailure, placeOf } from './explain';
import type { HostKeys } from './host-key';
import type { Identities } from './identities';
import { loadSsh2 } from './library';
import { PausableTimer } from './limit';
import { Login } from './login';
import type { OpenQuestion } from './options';

/** What a handshake needs besides its socket. */
export interface HandshakeParts {
  readonly hostKeys: HostKeys;
  readonly identities: Identities;
  /** Told when a person is being asked; undefined when the answer is there. */
  readonly onAsking: (question: OpenQuestion | undefined) => void;
}

const HANDSHAKE_MS = 10_000;
const KEEPALIVE_MS = 5_000;
const KEEPALIVES_MISSED = 2;

/**
 * Makes an SSH connection on an open socket: agrees on keys, verifies the host key, logs in. The time limit
 * does not run while a person is asked. Rejects with SshError, and the socket is destroyed then.
 */
export async function handshake(
  node: string,
  target: Target,
  socket: Duplex,
  parts: HandshakeParts,
  signal: AbortSignal,
): Promise<Client> {
  const { Client } = await loadSsh2();
  const limitMs = Math.max(HANDSHAKE_MS, target.connectTimeoutMs);
  const client = new Client();
  let failure: SshError | undefined;
  const over = new AbortController();
  let fail: (error: SshError) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    fail = (error) => {
      failure ??= error;
      reject(failure);
      over.abort();
      socket.destroy();
    };
  });
  // It may end before anybody waits for it, and again after: the first error is the one that counts.
  ended.catch(() => undefined);
  const timer = new PausableTimer(limitMs, () =>
    fail(
      new SshError(
        'timeout',
        node,
        `Node ${node}: ${placeOf(target)} did not complete the SSH handshake within ${limitMs / 1000} s. The machine may be overloaded or hang.`,
      ),
    ),
  );
  const asking = async <T>(question: OpenQuestion, answer: Promise<T>): Promise<T> => {
    parts.onAsking(question);
    try {
      return await timer.during(answer);
    } finally {
      parts.onAsking(undefined);
    }
  };
  const asSshError = (error: unknown) =>
    error instanceof SshError
      ? error
      : handshakeFailure(node, target, error instanceof Error ? error : new Error(String(error)));
  const onAbort = () => fail(new SshError('aborted', node, `Node ${node}: connecting was given up.`));
  signal.addEventListener('abort', onAbort, { once: true });
  socket.on('error', () => {});

  try {
    if (signal.aborted) onAbort();
    const [algorithms, login] = await Promise.race([
      Promise.all([
        parts.hostKeys.algorithms(node, target),
        Login.prepare(node, target, parts.identities, asking, {
          signal: over.signal,
          fail: (error) => fail(asSshError(error)),
        }),
      ]),
      ended,
    ]);
    let loggingIn = false;

    const ready = new Promise<void>((resolve) => client.once('ready', resolve));
    client.on('error', (error: Error & { level?: string }) => {
      // A key that the agent fails to use is followed by the next one (ssh2 client.js, tryNextAgentKey).
      if (error.level === 'agent') return;
      // A number is the reason of a server's goodbye (RFC 4253, 11.1), such as too many failed logins.
      const goodbye = typeof (error as { code?: unknown }).code === 'number';
      const refused = error.level === 'client-authentication' || (loggingIn && goodbye);
      fail(refused ? login.failure() : asSshError(error));
    });
    const onClose = () =>
      fail(
        new SshError(
          'closed',
          node,
          `Node ${node}: ${placeOf(target)} closed the connection during the handshake. Its SSH server may be overloaded (MaxStartups) or restarting.`,
        ),
      );
    client.once('close', onClose);
    if (socket.destroyed) onClose();
    if (!socket.destroyed)
      client.connect({
        sock: socket,
        username: target.user,
        readyTimeout: 0,
        keepaliveInterval: KEEPALIVE_MS,
        keepaliveCountMax: KEEPALIVES_MISSED,
        algorithms: { serverHostKey: algorithms as ServerHostKeyAlgorithm[] },
        hostVerifier: (key: Buffer, verify: (valid: boolean) => void) => {
          parts.hostKeys.verify(node, target, key, asking).then(
            () => verify(true),
            (error: unknown) => {
              fail(asSshError(error));
              verify(false);
            },
          );
        },
        authHandler: (offered, partial, next) => {
          loggingIn = true;
          login.next(offered, partial === true).then(
            (method) => next(method as AnyAuthMethod),
            (error: unknown) => fail(asSshError(error)),
          );
        },
      });
    await Promise.race([ready, ended]);
    login.succeeded();
    return client;
  } catch (error) {
    client.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    timer.stop();
    signal.removeEventListener('abort', onAbort);
  }
}
