import type { Reach } from '../connection';
import { SshError } from '../error';
import { reachOf } from '../forward';
import type { Gate } from '../gate';
import { withLimit } from '../limit';
import type { Login, SystemLink } from './link';
import { endSsh } from './process';

/** RFC 4254, 5.1 */
const CONNECT_FAILED = 2;
const PROHIBITED = 1;
/** The reason of a refusal comes from another process than the refusal, so it may be a little later. */
const REASON_MS = 200;

/**
 * Whether a node reaches an address by TCP, asked by the ssh of this machine. As with Standby's own SSH, what cannot be
 * told apart is `forbidden`, and silence counts as `unreachable` only when the same question about the node itself
 * is answered.
 */
export async function reachBySystemSsh(
  link: SystemLink,
  turns: Gate,
  host: string,
  port: number,
  timeoutMs: number,
  outer: AbortSignal | undefined,
): Promise<Reach> {
  if (!link.isShared || !/^[\w.:%-]+$/.test(host)) return 'forbidden';
  const errors = {
    timeout: () => link.delay(timeoutMs),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the question was cancelled.`),
  };
  const startedAt = performance.now();
  return withLimit(timeoutMs, outer, errors, async (signal) => {
    const login = await link.open();
    // One at a time, since a reason does not say to which question it belongs.
    const leave = await turns.enter(signal);
    try {
      const patience = (timeoutMs - (performance.now() - startedAt)) * 0.7;
      const answer = await ask(link, login, host, port, patience, signal);
      if (answer !== 'silence') return answer;
      const { server } = login;
      if (!server) return 'forbidden';
      const left = timeoutMs - (performance.now() - startedAt) - REASON_MS;
      const own = await ask(link, login, server.host, server.port, left, signal);
      if (own === 'silence') throw link.delay(timeoutMs);
      return own === 'open' ? 'unreachable' : 'forbidden';
    } finally {
      leave();
    }
  });
}

async function ask(
  link: SystemLink,
  login: Login,
  host: string,
  port: number,
  limitMs: number,
  signal: AbortSignal,
): Promise<Reach | 'silence'> {
  const before = login.mark();
  const child = link.forward(host, port);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    const first = await new Promise<'open' | 'failed' | 'silence'>((resolve) => {
      timer = setTimeout(resolve, limitMs, 'silence');
      onAbort = () => resolve('silence');
      signal.addEventListener('abort', onAbort, { once: true });
      let told = '';
      child.stdout.once('data', () => resolve('open'));
      child.stderr.on('data', (data: Buffer) => {
        told = (told + data.toString('latin1')).slice(-4_096);
        // mux.c, mux_client_request_stdio_fwd: comes when the node has opened the connection.
        if (/master session id: \d/.test(told)) resolve('open');
      });
      child.once('error', () => resolve('failed'));
      child.once('close', () => resolve('failed'));
    });
    signal.throwIfAborted();
    if (first !== 'failed') return first;
    if (!login.isOpen()) throw link.closed('the connection broke');
    return await refusal(login, before);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
    endSsh(child);
  }
}

/** Why the node did not open the connection, which the ssh that holds the login prints (channels.c). */
async function refusal(login: Login, before: number): Promise<Reach> {
  for (let waited = 0; waited <= REASON_MS; waited += 20) {
    const found = /open failed: ([^:\r\n]+)(?:: ([^\r\n]*))?[\r\n]/.exec(login.since(before));
    if (found) return reachOf(found[1] === 'connect failed' ? CONNECT_FAILED : PROHIBITED, found[2] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return 'forbidden';
}
