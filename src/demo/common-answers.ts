import { lockRequest } from '../failover/lock-scripts';
import { answerLock } from '../failover/lock-simulated';
import { beatAnswer, beatScript } from '../heartbeat/beat';
import type { SimulatedAnswer } from './simulator';

/** What of a simulated node is the same in every system. */
interface Machine {
  readonly up: boolean;
  /** Epoch milliseconds. */
  readonly bootedAt: number;
  readonly locks: Parameters<typeof answerLock>[1];
}

/** What a node answers whatever its system is: nothing without power, heartbeats, the lock; undefined: ask the system. */
export function commonAnswer(
  host: Machine,
  script: string,
  now: number,
  load: number,
): SimulatedAnswer | undefined {
  if (!host.up) return { exitCode: 255, stdout: '', stderr: '' };
  if (script === beatScript)
    return { exitCode: 0, stdout: beatAnswer((now - host.bootedAt) / 1000, load), stderr: '' };
  const lock = lockRequest(script);
  return lock && answerLock(lock, host.locks, now);
}

/** What a shell says of a word that it does not know. */
export function notFound(script: string): SimulatedAnswer {
  const [word = ''] = script.trim().split(/\s+/);
  return {
    exitCode: 127,
    stdout: '',
    stderr: `sh: 1: ${word.slice(0, 40)}: not found (this node is simulated; try help)\n`,
  };
}
