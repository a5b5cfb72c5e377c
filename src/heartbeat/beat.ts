import { found } from '../ssh/found';
import { UnreadableError, type NodeReading } from './probe';

/**
 * What every heartbeat asks, as the text of a conversation (ssh/loop.ts): shell built-ins and two reads from
 * /proc, no fork (proc(5), uptime and loadavg). Where a file is absent the answer holds a dash.
 */
export const beatScript = [
  'up=-; load=-',
  'read -r up rest 2>/dev/null </proc/uptime || up=-',
  'read -r load rest 2>/dev/null </proc/loadavg || load=-',
  'answer="$up $load"',
].join('; ');

/** The answer to `beatScript`; simulated nodes give it. Uptime in seconds. */
export function beatAnswer(uptimeSeconds: number, load: number): string {
  return `${uptimeSeconds.toFixed(2)} ${load.toFixed(2)}`;
}

const NUMBER = String.raw`(-|\d{1,15}(?:\.\d{1,9})?)`;
const ANSWER = new RegExp(`^${NUMBER} ${NUMBER}$`);

/** Reads the answer to `beatScript`. Throws `UnreadableError` when it is anything else. */
export function readBeat(text: string): NodeReading {
  const answer = ANSWER.exec(text);
  if (answer === null)
    throw new UnreadableError(
      `Expected uptime and load, found ${found(text)}. The login needs a POSIX sh; try “Open SSH Terminal”.`,
    );
  const [, uptime = '-', load = '-'] = answer;
  return {
    ...(uptime !== '-' && { uptimeSeconds: Number(uptime) }),
    ...(load !== '-' && { load: Number(load) }),
  };
}
