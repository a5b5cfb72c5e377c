import { setMaxListeners } from 'node:events';
import type { Cluster } from '../cluster/cluster';
import type { Reached } from '../heartbeat/reached';
import { askWitnesses } from '../heartbeat/witness';
import type { Connections } from '../ssh/connection';
import { SshError } from '../ssh/error';
import { oneLine } from './plain';
import type { GoneCheck } from './plan';

const ASK_LIMIT = 3_000;

/** Something that lives at a node's address, in words. */
export interface Life {
  readonly reason: 'node-answers' | 'witness-reaches';
  readonly detail: string;
  /** The node that is meant ran a command for us; else something lives there, or nobody could ask. */
  readonly isItself?: boolean;
}

/** What one search for life found; the witnesses that could not reach the node count by safety 3. */
export interface LifeSearch {
  readonly life?: Life;
  readonly notReachedBy: readonly string[];
}

/** What a search for life needs. */
export interface LifeQuestion {
  readonly cluster: Cluster;
  readonly connections: Connections;
  readonly reached: Reached;
  readonly check: Pick<GoneCheck, 'node' | 'witnesses'>;
  readonly signal: AbortSignal;
}

/** Asks the node over SSH and, at the same time, every witness of the check. Rejects only with the signal's reason. */
export async function searchLife({
  cluster,
  connections,
  reached,
  check: { node, witnesses },
  signal,
}: LifeQuestion): Promise<LifeSearch> {
  // One listener for each connection that is asked: more than the ten after which Node suspects a leak.
  const asking = AbortSignal.any([signal]);
  setMaxListeners(0, asking);
  const [own, report] = await Promise.all([
    answers(node, connections, asking),
    askWitnesses({
      cluster,
      connections,
      reached,
      node,
      active: witnesses,
      atMost: witnesses.length,
      timeoutMs: ASK_LIMIT,
      signal: asking,
    }),
  ]);
  signal.throwIfAborted();
  const [witness] = report.reachedBy;
  const life: Life | undefined =
    own ??
    (witness === undefined
      ? undefined
      : {
          reason: 'witness-reaches',
          detail: `${witness} reaches ${node} (a refused connection means that its host is up)`,
        });
  return { ...(life && { life }), notReachedBy: report.notReachedBy };
}

/** Any answer at all over SSH is life, also a refused login: something speaks there (safety 3, 4). */
async function answers(
  node: string,
  connections: Connections,
  signal: AbortSignal,
): Promise<Life | undefined> {
  const alive = (how: string): Life => ({ reason: 'node-answers', detail: `${node} ${how}` });
  for (let attempt = 1; ; attempt++) {
    try {
      await connections.to(node).exec(':', { timeoutMs: ASK_LIMIT, signal });
      return { ...alive('answers over SSH'), isItself: true };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SshError)) return alive(`could not be asked (${oneLine(String(error))})`);
      if (error.denied) return alive('answers over SSH, though it refuses this login');
      if (error.reason === 'refused') return alive('refuses the SSH connection, so its host is up');
      // A connection that broke just now says nothing yet: the next attempt makes a fresh one.
      if (error.reason === 'closed' && attempt === 1) continue;
      if (error.reason === 'protocol' || error.reason === 'closed')
        return alive('accepts connections at its SSH port');
      // Our own fault: what was not asked has not been silent.
      if (error.reason === 'busy' || error.reason === 'configuration')
        return alive(`could not be asked (${oneLine(error.message)})`);
      return undefined;
    }
  }
}
