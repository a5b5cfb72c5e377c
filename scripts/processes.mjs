// Child processes that end with their starter, each in a group of its own.
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

const guard = path.join(import.meta.dirname, 'guard.mjs');

/**
 * Starts a command in a process group that ends when `stop()` is called or when this process ends in any way.
 * `stdio` is for descriptors 0 to 2; `graceMs` is the time between SIGTERM and SIGKILL.
 * On Windows there are no groups: the command alone is started and ended.
 */
export function startGroup(
  command,
  args,
  { graceMs = 3000, stdio = ['ignore', 'pipe', 'pipe'], ...options } = {},
) {
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(command, args, { ...options, stdio, shell: true })
    : spawn(process.execPath, [guard, String(graceMs), command, ...args], {
        ...options,
        stdio: [...stdio, 'pipe'],
        detached: true,
      });
  const ended = new Promise((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
    child.on('error', (error) => resolve({ code: 127, error }));
  });
  let stopped;
  const stop = () => {
    stopped ??= (async () => {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      if (windows) child.kill();
      else child.stdio[3].destroy();
      await Promise.race([ended, sleep(graceMs + 3000, undefined, { ref: false })]);
    })();
    return stopped;
  };
  return { child, ended, stop };
}

/** Runs `stop` once on Ctrl-C, SIGTERM or SIGHUP and then ends this process. */
export function stopOnSignals(stop) {
  let stopping = false;
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ]) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      try {
        await stop();
      } finally {
        process.exit(128 + number);
      }
    });
  }
}
