import type { Duplex } from 'node:stream';
import type { Target } from './config';
import { SshError } from './error';
import { placeOf, socketFailure } from './explain';
import { withLimit } from './limit';
import { TurnSocket } from './turns';

/** Opens the TCP connection to a host. Rejects with unknown-host, refused, unreachable or timeout. */
export async function dial(node: string, target: Target, signal: AbortSignal): Promise<Duplex> {
  const socket = new TurnSocket();
  // Nagle's algorithm costs 40 ms and more for each exchange of small packets.
  socket.setNoDelay(true);
  const errors = {
    timeout: () =>
      new SshError(
        'timeout',
        node,
        `Node ${node}: no answer from ${placeOf(target)} within ${target.connectTimeoutMs / 1000} s. ` +
          `Check that the machine is up and that no firewall drops the packets.`,
      ),
    aborted: () => new SshError('aborted', node, `Node ${node}: connecting was given up.`),
  };
  try {
    await withLimit(
      target.connectTimeoutMs,
      signal,
      errors,
      () =>
        new Promise<void>((resolve, reject) => {
          socket.on('error', (error) => reject(socketFailure(node, target, error)));
          socket.connect({ host: target.host, port: target.port }, resolve);
        }),
    );
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/**
 * Waits for the first byte of the server, which speaks first (RFC 4253, 4.2), without consuming it. So a host
 * that accepts and says nothing does not occupy one of the few places for handshakes.
 */
export async function awaitBanner(
  node: string,
  target: Target,
  socket: Duplex,
  signal: AbortSignal,
): Promise<void> {
  const errors = {
    timeout: () =>
      new SshError(
        'timeout',
        node,
        `Node ${node}: ${placeOf(target)} accepted the connection but no SSH server answered within ` +
          `${target.connectTimeoutMs / 1000} s. The machine may hang, or something else listens on that port.`,
      ),
    aborted: () => new SshError('aborted', node, `Node ${node}: connecting was given up.`),
  };
  let clean = () => {};
  try {
    await withLimit(
      target.connectTimeoutMs,
      signal,
      errors,
      () =>
        new Promise<void>((resolve, reject) => {
          const onClose = () =>
            reject(
              new SshError(
                'closed',
                node,
                `Node ${node}: ${placeOf(target)} closed the connection before it said anything. ` +
                  `Its SSH server may be overloaded (MaxStartups) or refuse this address.`,
              ),
            );
          const onError = (error: Error) => reject(socketFailure(node, target, error));
          const onReadable = () => (socket.readableLength > 0 ? resolve() : onClose());
          clean = () => {
            socket
              .off('readable', onReadable)
              .off('end', onClose)
              .off('close', onClose)
              .off('error', onError);
          };
          socket.on('readable', onReadable).on('end', onClose).on('close', onClose).on('error', onError);
          if (socket.readableLength > 0) resolve();
        }),
    );
    clean();
  } catch (error) {
    clean();
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  }
}
