import type { Connections } from '../ssh/connection';
import { readOwner } from './lock';
import { LOCK_STATUS, lockScript, STALE_AFTER } from './lock-scripts';

const TIMEOUT = 5_000;

/** What a look at the locks needs. */
export interface LockLook {
  readonly cluster: string;
  /** Nodes that answer. */
  readonly nodes: readonly string[];
  /** The run that goes on, whose own lock is no other's. */
  readonly run?: string;
  readonly connections: Connections;
  readonly signal: AbortSignal;
}

/**
 * The run that is under way on a cluster, as a sentence; undefined when no live lock of another one is found. Changes
 * nothing. Rejects only with the signal's reason.
 */
export async function runUnderWay({
  cluster,
  nodes,
  run = '',
  connections,
  signal,
}: LockLook): Promise<string | undefined> {
  const script = lockScript({ verb: 'look', cluster, owner: run, token: '' });
  const found = await Promise.all(
    nodes.map(async (node) => {
      try {
        const result = await connections.to(node).exec(script, { timeoutMs: TIMEOUT, signal });
        if (result.exitCode !== LOCK_STATUS.held) return undefined;
        const { age, whose } = readOwner(result);
        // A stale one is nobody's who is at work; taking it says what to do about it.
        if (age > STALE_AFTER) return undefined;
        return `The ${whose} is under way on ${cluster}: it touched its lock on ${node} ${Math.max(0, age)} s ago.`;
      } catch {
        signal.throwIfAborted();
        return undefined;
      }
    }),
  );
  return found.find((sentence) => sentence !== undefined);
}
