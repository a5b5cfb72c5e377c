import type { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { OpenRefused, openChannel } from './channel';
import type { Reach } from './connection';
import { SshError } from './error';
import { withLimit } from './limit';
import type { Link } from './link';

/** RFC 4254, 5.1: the connection to the other address failed. The other codes are about the SSH server itself. */
const CONNECT_FAILED = 2;

/**
 * What a refusal to forward says about the address. The protocol has one code for every failed connect; OpenSSH
 * puts strerror(3) into the description (channels.c, channel_post_connecting), others nothing. What cannot be
 * told apart counts as `forbidden`, never as `unreachable`: a witness must not call a host down by guessing.
 */
export function reachOf(code: number, description: string): Exclude<Reach, 'open'> {
  if (code !== CONNECT_FAILED) return 'forbidden';
  if (/connection refused/i.test(description)) return 'refused';
  if (/no route to host|(network|host) is (unreachable|down)|timed out/i.test(description))
    return 'unreachable';
  return 'forbidden';
}

/** Opens a TCP connection from the far end of a link. Rejects with SshError of the link's node. */
export async function openTcp(link: Link, host: string, port: number, timeoutMs: number): Promise<Duplex> {
  const errors = {
    timeout: () => link.delay(timeoutMs),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: connecting was given up.`),
  };
  return withLimit(timeoutMs, undefined, errors, async (signal) => {
    const client = await link.open();
    try {
      const channel = await openChannel<ClientChannel>(
        link,
        client,
        (to, done) => to.forwardOut('127.0.0.1', 0, host, port, done),
        undefined,
      );
      if (signal.aborted) channel.destroy();
      return channel;
    } catch (error) {
      throw error instanceof OpenRefused ? forwardFailure(link, host, port, error) : error;
    }
  });
}

function forwardFailure(link: Link, host: string, port: number, error: OpenRefused): SshError {
  const from = `from ${link.place} to ${host} port ${port}`;
  switch (reachOf(error.code, error.description)) {
    case 'refused':
      return new SshError(
        'unreachable',
        link.node,
        `The connection ${from} was refused: check the port and that sshd runs there.`,
      );
    case 'unreachable':
      return new SshError('unreachable', link.node, `There is no way ${from} (${error.description}).`);
    case 'forbidden':
      return error.code === CONNECT_FAILED
        ? new SshError(
            'unreachable',
            link.node,
            `The connection ${from} failed (${error.description || 'no reason given'}).`,
          )
        : new SshError(
            'configuration',
            link.node,
            `${link.place} does not forward connections (${error.description}). Set AllowTcpForwarding yes in its sshd_config, or name another jump host.`,
          );
  }
}

/**
 * Whether the link's node reaches an address by TCP. Silence counts as `unreachable` only when the node itself
 * still answers at the end; else rejects with SshError.
 */
export async function reach(
  link: Link,
  host: string,
  port: number,
  timeoutMs: number,
  outer: AbortSignal | undefined,
): Promise<Reach> {
  const errors = {
    timeout: () => link.delay(timeoutMs),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the question was cancelled.`),
  };
  const startedAt = performance.now();
  return withLimit(timeoutMs, outer, errors, async (signal) => {
    const client = await link.open();
    // The last part of the time is for asking whether the node is still there.
    const patience = (timeoutMs - (performance.now() - startedAt)) * 0.7;
    const open = openChannel<ClientChannel>(
      link,
      client,
      (to, done) => to.forwardOut('127.0.0.1', 0, host, port, done),
      undefined,
    ).then(
      (channel): Reach => {
        channel.on('error', () => {});
        channel.destroy();
        return 'open';
      },
      (error: unknown): Reach => {
        if (error instanceof OpenRefused) return reachOf(error.code, error.description);
        throw error;
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<'silence'>((resolve) => {
      timer = setTimeout(resolve, patience, 'silence');
      signal.addEventListener('abort', () => resolve('silence'), { once: true });
    });
    const answer = await Promise.race([open, silence]).finally(() => clearTimeout(timer));
    if (answer !== 'silence') return answer;
    open.catch(() => undefined);
    signal.throwIfAborted();
    await assertAnswers(link, timeoutMs - (performance.now() - startedAt));
    return 'unreachable';
  });
}

/** Asks for a session and takes any answer, even a no, as a sign of life. */
async function assertAnswers(link: Link, limitMs: number): Promise<void> {
  const client = await link.open();
  try {
    const channel = await openChannel<ClientChannel>(link, client, (to, done) => to.exec(':', done), limitMs);
    channel.on('error', () => {});
    channel.resume();
    channel.close();
  } catch (error) {
    if (!(error instanceof OpenRefused)) throw error;
  }
}
