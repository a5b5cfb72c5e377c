import { setTimeout } from 'node:timers/promises';
import { beginsInTime } from '../begin';
import type { ExecOptions, ExecResult } from '../connection';
import { SshError } from '../error';
import type { Gate } from '../gate';
import { Kept } from '../kept';
import { withLimit } from '../limit';
import { ExitLine, withExitLine } from './exit-line';
import type { SystemLink } from './link';
import { endSsh } from './process';

const MAX_BYTES = 1024 * 1024;
const KEPT = 4_096;
/** Of ssh, when the node opens no further session, before anything ran (mux.c, mux_client_request_session). */
const NO_SESSION = /^mux_client_request_session: .*refused/m;

/**
 * Of ssh, when it found nobody at the socket and went on to log in by itself, which `ProxyCommand=false` ends at once
 * (ssh.c, main; a shared session that was opened never comes to that).
 */
const NOT_SHARED = /UNKNOWN port/;

/** Nothing was run, so it can be tried again. */
class NotStarted extends SshError {}
/** Nothing was run, and there may be room for it when other sessions have ended. */
class NoRoom extends SshError {}
/** A session has ended for the node only a moment after it has for us. */
const ROOM_MS = 100;
const TRIES_ALONE = 4;

/** Runs a command line on a node by the ssh of this machine, with the deadline and the errors of `runCommand`. */
export async function runBySystemSsh(
  link: SystemLink,
  sessions: Gate,
  line: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const { timeoutMs } = options;
  const startedAt = performance.now();
  let ended: Promise<'ended' | 'lost'> | undefined;
  let isConnected = false;
  const errors = {
    timeout: () =>
      isConnected
        ? new SshError(
            'timeout',
            link.node,
            `Node ${link.node}: no result within ${timeoutMs / 1000} s; the command did not end. It may still be running there: look with ps before you repeat it.`,
            options.keepLate === true && ended ? { ended } : {},
          )
        : link.delay(timeoutMs),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the command was cancelled.`),
  };
  return withLimit(timeoutMs, options.signal, errors, async (signal) => {
    for (let isSecond = false, alone = 0; ;) {
      const login = link.isShared ? await link.open() : undefined;
      isConnected = true;
      const leave = await sessions.enter(signal);
      if (signal.aborted) {
        leave();
        signal.throwIfAborted();
      }
      try {
        beginsInTime(link.node, options, startedAt);
      } catch (error) {
        leave();
        throw error;
      }
      const running = start(link, line, options, signal);
      ended = running.ended;
      void ended.then(leave);
      try {
        return await running.result;
      } catch (error) {
        leave();
        if (error instanceof NoRoom && (sessions.inside > 0 || ++alone <= TRIES_ALONE)) {
          sessions.narrow(sessions.inside);
          await setTimeout(ROOM_MS, undefined, { signal });
          continue;
        }
        // The login was ending, which its ssh had not told yet.
        if (!(error instanceof NotStarted) || isSecond) throw error;
        isSecond = true;
        login?.giveUp();
      }
    }
  });
}

function start(link: SystemLink, line: string, options: ExecOptions, signal: AbortSignal) {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const stdout = new Kept('stdout', maxBytes, options.onOutput);
  const stderr = new Kept('stderr', maxBytes, options.onOutput);
  const exit = new ExitLine((data) => stderr.add(data));
  let complaint = '';
  const child = link.run(withExitLine(line));
  child.stdout.on('data', (data: Buffer) => stdout.add(data));
  child.stderr.on('data', (data: Buffer) => {
    if (complaint.length < KEPT) complaint += data.toString('latin1');
    exit.add(data);
  });
  child.on('error', () => {});
  // The command reads nothing from us; without this one that waits for input would never end.
  child.stdin.end();
  const end = () => endSsh(child);
  let code: number | undefined;
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      code = exit.end();
      resolve();
    });
  });
  const result = new Promise<ExecResult>((resolve, reject) => {
    const onAbort = () => {
      stdout.stop();
      stderr.stop();
      if (options.keepLate !== true || options.signal?.aborted === true) end();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (options.keepLate === true) options.signal?.addEventListener('abort', end, { once: true });
    void closed.then(() => {
      signal.removeEventListener('abort', onAbort);
      options.signal?.removeEventListener('abort', end);
      if (code === undefined) {
        reject(
          !exit.hasBegun && NO_SESSION.test(complaint)
            ? new NoRoom(
                'protocol',
                link.node,
                `Node ${link.node}: it logged us in but runs no command for us. Check MaxSessions in its sshd_config; Standby wants 9.`,
              )
            : link.isShared && !exit.hasBegun && NOT_SHARED.test(complaint)
              ? new NotStarted('closed', link.node, link.closed('the connection broke').message)
              : link.closed(
                  'the connection broke while a command ran, so it is not known whether it was done',
                ),
        );
        return;
      }
      resolve({
        exitCode: code,
        stdout: stdout.end(),
        stderr: stderr.end(),
        truncated: stdout.truncated || stderr.truncated,
      });
    });
  });
  // After the deadline nobody listens to it.
  result.catch(() => {});
  return { result, ended: closed.then(() => (code === undefined ? ('lost' as const) : ('ended' as const))) };
}
