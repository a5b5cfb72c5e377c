import type { Cluster } from '../cluster/cluster';
import type { Connections } from '../ssh/connection';
import type { Clock } from './clock';
import { limited } from './limited';
import { reachedAt, type Reached } from './reached';
import { chooseWitnesses, dial } from './witness';

/** A record younger than this is not renewed, in milliseconds. */
export const RECORD_KEEPS_MS = 3_600_000;
/** Connections that a roll call opens at a time. */
const AT_ONCE = 8;

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
  const { cluster, connections, clock, reached, active, timeoutMs, signal, onReached } = options;
  const pairs = cluster.nodes
    .filter((node) => active.includes(node.name))
    .flatMap((target) => chooseWitnesses(options, target).map((witness) => ({ witness, target })))
    .filter(({ witness, target }) => {
      const at = reachedAt(reached, witness, target.name);
      return at === undefined || clock.now() - at > RECORD_KEEPS_MS;
    });
  await limited(pairs, AT_ONCE, async ({ witness, target }) => {
    if (signal.aborted) return;
    try {
      const answer = await dial(connections.to(witness), target, timeoutMs, signal);
      if (answer === 'open' || answer === 'refused') onReached(witness, target.name, clock.now());
    } catch {
      // No record is all that follows; a witness that cannot be asked says nothing.
    }
  });
}
