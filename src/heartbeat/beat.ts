import type { ExecResult } from '../ssh/connection';
import { found } from '../ssh/found';
import { UnreadableError, type NodeReading } from './probe';

/**
 * The question of every heartbeat: shell built-ins and two reads from /proc, no fork (proc(5), uptime and
 * loadavg). Where a file is absent the answer holds a dash.
 */
export const beatScript = [
  'up=-; load=-',
  'read -r up rest 2>/dev/null </proc/uptime || up=-',
  'read -r load rest 2>/dev/null </proc/loadavg || load=-',
  'echo "standby-beat $up $load"',
].join('\n');

/** The answer to `beatScript`; simulated nodes answer with it. Uptime in seconds. */
export function beatAnswer(uptimeSeconds: number, load: number): string {
  return `standby-beat ${uptimeSeconds.toFixed(2)} ${load.toFixed(2)}\n`;
}

const NUMBER = String.raw`(-|\d{1,15}(?:\.\d{1,9})?)`;
const ANSWER = new RegExp(`^standby-beat ${NUMBER} ${NUMBER}\n$`);

/** Reads the answer to `beatScript`. Throws `UnreadableError` when it is anything else. */
export function readBeat(result: ExecResult): NodeReading {
  const answer = ANSWER.exec(result.stdout);
  if (answer === null || result.exitCode !== 0) throw new UnreadableError(unreadable(result));
  const [, uptime = '-', load = '-'] = answer;
  return {
    ...(uptime !== '-' && { uptimeSeconds: Number(uptime) }),
    ...(load !== '-' && { load: Number(load) }),
  };
}

function unreadable(result: ExecResult): string {
  const said = result.stderr.trim() === '' ? '' : ` Its error output: ${found(result.stderr)}.`;
  if (result.exitCode !== 0) {
    const end =
      result.exitCode === null ? `signal ${result.signal ?? 'unknown'}` : `status ${result.exitCode}`;
    return `The heartbeat's command ended with ${end}; found ${found(result.stdout)}.${said} Try the command by hand with “Open SSH Terminal”.`;
  }
  return (
    `Expected one line “standby-beat UPTIME LOAD”, found ${found(result.stdout)}.${said} ` +
    'The login needs a POSIX sh, and no start-up file (.bashrc, ForceCommand) may print into a session without a terminal.'
  );
}
