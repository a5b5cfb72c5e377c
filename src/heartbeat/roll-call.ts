import type { Cluster, Node } from '../cluster/cluster';
import type { Connections } from '../ssh/connection';
import type { Clock } from './clock';
import { reachedAt, type Reached } from './reached';
import { chooseWitnesses, dial } from './witness';

/** A record younger than this is not renewed, in milliseconds. */
export const RECORD_KEEPS_MS = 3_600_000;
/** Connections that a roll call opens at a time. */
const AT_ONCE = 8;
/** Connections that one roll call opens at most; the next goes on. A large cluster must not be busy with it. */
export const MOST_PER_CALL = 300;
/** Nodes whose witnesses are looked up in one turn of the event loop. */
const NODES_PER_TURN = 20;

/**
 * Lets nodes reach each other while all is well, so that their word counts once one is silent (safety 3):
 * each of `active` is dialled by the witnesses it would get, and `onReached` is told of every pair that
 * worked. Never rejects.
 */
export async function rollCall(options: {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly reached: Reached;
  readonly active: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onReached: (witness: string, node: string, at: number) => void;
}): Promise<void> {
  const { connections, clock, timeoutMs, signal, onReached } = options;
  const due = pairsDue(options);
  const dialPairs = async () => {
    for await (const { witness, target } of due) {
      if (signal.aborted) return;
      try {
        const answer = await dial(connections, witness, target, timeoutMs, signal);
        if (answer === 'open' || answer === 'refused') onReached(witness, target.name, clock.now());
      } catch {
        // No record is all that follows; a witness that cannot be asked says nothing.
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, dialPairs));
}

type RollCall = Parameters<typeof rollCall>[0];

/** The pairs without a young record, up to `MOST_PER_CALL`; several may read from it. */
async function* pairsDue({
  cluster,
  clock,
  reached,
  active,
}: Pick<RollCall, 'cluster' | 'clock' | 'reached' | 'active'>): AsyncGenerator<{
  readonly witness: string;
  readonly target: Node;
}> {
  const names = new Set(active);
  let left = MOST_PER_CALL;
  let looked = 0;
  for (const target of cluster.nodes) {
    if (!names.has(target.name)) continue;
    if (++looked % NODES_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    for (const witness of chooseWitnesses({ cluster, reached, active: names }, target)) {
      const at = reachedAt(reached, witness, target.name);
      if (at !== undefined && clock.now() - at <= RECORD_KEEPS_MS) continue;
      if (left-- <= 0) return;
      yield { witness, target };
    }
  }
}
