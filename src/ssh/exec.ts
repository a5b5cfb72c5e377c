import { setTimeout } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { noCommand, OpenRefused, openChannel } from './channel';
import { beginsInTime } from './begin';
import type { ExecOptions, ExecResult } from './connection';
import { SshError } from './error';
import { Kept } from './kept';
import { withLimit } from './limit';
import type { Link } from './link';
import { onAbort } from './on-abort';
import type { Sessions } from './sessions';

const MAX_BYTES = 1024 * 1024;
/** sshd has room for another session only a moment after it has closed the last one (session.c, session_close). */
const ROOM_MS = 100;
const TRIES_ALONE = 4;

/** In an object, since a promise of a promise would be waited for as one. */
interface Running {
  readonly result: Promise<ExecResult>;
  /** The end of the command, or of its connection, whenever that is. */
  readonly ended: Promise<'ended' | 'lost'>;
}

type Stage = 'connecting' | 'queued' | 'opening' | 'running';

/**
 * Runs a command line on a node. The deadline covers connecting, waiting for one of the `sessions` that sshd
 * allows on a connection (sshd_config(5), MaxSessions), opening the channel, and the command.
 */
export async function runCommand(
  link: Link,
  sessions: Sessions,
  line: string,
  options: ExecOptions,
): Promise<ExecResult> {
  const { timeoutMs } = options;
  const startedAt = performance.now();
  let stage: Stage = 'connecting';
  let running: Running | undefined;
  const errors = {
    timeout: () =>
      stage === 'connecting'
        ? link.delay(timeoutMs)
        : late(link, stage, timeoutMs, options.keepLate && running),
    aborted: () => new SshError('aborted', link.node, `Node ${link.node}: the command was cancelled.`),
  };
  return withLimit(timeoutMs, options.signal, errors, async (signal) => {
    for (let alone = 0; ; await setTimeout(ROOM_MS, undefined, { signal })) {
      const client = await link.open();
      stage = 'queued';
      const leave = await sessions.enter(signal);
      try {
        signal.throwIfAborted();
        beginsInTime(link.node, options, startedAt);
        stage = 'opening';
        const left = timeoutMs - (performance.now() - startedAt);
        running = await openChannel<Running>(
          link,
          client,
          (to, done) =>
            to.exec(line, (error, channel) => {
              if (error) return done(error);
              stage = 'running';
              // At once: the command's end may be in the very packet that follows.
              done(undefined, (running = collect(link, channel, options, signal)));
            }),
          left,
        );
        return await running.result;
      } catch (error) {
        // Nothing was run, and there may be room when others have ended.
        if (!(error instanceof OpenRefused) || (!sessions.refused() && ++alone > TRIES_ALONE))
          throw noCommand(link, error);
      } finally {
        if (options.keepLate && running) void running.ended.then(leave);
        else leave();
      }
    }
  });
}

function late(
  link: Link,
  stage: Exclude<Stage, 'connecting'>,
  ms: number,
  running: Running | false | undefined,
): SshError {
  const what = {
    queued: 'other commands on it are still running',
    opening: 'its connection no longer answers',
    running: 'the command did not end',
  }[stage];
  return new SshError(
    'timeout',
    link.node,
    `Node ${link.node}: no result within ${ms / 1000} s; ${what}. It may still be running there: look with ps before you repeat it.`,
    running ? { ended: running.ended } : {},
  );
}

/**
 * Reads a command's output to its end. One whose deadline passed is let go, and what it started goes on or ends on
 * the node; with `keepLate` its channel stays until then, or until the caller's own abort.
 */
function collect(link: Link, channel: ClientChannel, options: ExecOptions, signal: AbortSignal): Running {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const stdout = new Kept('stdout', maxBytes, options.onOutput);
  const stderr = new Kept('stderr', maxBytes, options.onOutput);
  let exit: { readonly code: number | null; readonly signal?: string } | undefined;
  channel.on('data', (data: Buffer) => stdout.add(data));
  channel.stderr.on('data', (data: Buffer) => stderr.add(data));
  channel.on('error', () => {});
  channel.on('exit', (code: number | null, name?: string) => {
    exit = { code, ...(name === undefined ? {} : { signal: name }) };
  });
  // The command reads nothing from us; without this one that waits for input would never end.
  channel.end();

  const close = () => channel.close();
  const result = new Promise<ExecResult>((resolve, reject) => {
    const giveUp = () => {
      stdout.stop();
      stderr.stop();
      if (!options.keepLate) close();
      reject(signal.reason as Error);
    };
    channel.on('close', () => {
      signal.removeEventListener('abort', giveUp);
      if (!exit) {
        reject(
          link.closed('the connection broke while a command ran, so it is not known whether it was done'),
        );
        return;
      }
      resolve({
        exitCode: exit.code,
        ...(exit.signal === undefined ? {} : { signal: exit.signal }),
        stdout: stdout.end(),
        stderr: stderr.end(),
        truncated: stdout.truncated || stderr.truncated,
      });
    });
    if (signal.aborted) {
      // Nobody was told that it began.
      close();
      giveUp();
    } else signal.addEventListener('abort', giveUp, { once: true });
  });
  // After the deadline nobody listens to it.
  result.catch(() => {});
  const unheard = options.keepLate && options.signal ? onAbort(options.signal, close) : undefined;
  const ended = new Promise<'ended' | 'lost'>((resolve) => {
    channel.on('close', () => {
      unheard?.();
      resolve(exit ? 'ended' : 'lost');
    });
  });
  return { result, ended };
}
