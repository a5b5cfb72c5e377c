import * as vscode from 'vscode';
import type { Cluster } from '../cluster/cluster';
import type { Discovery } from '../discovery/discovery';
import type { Connections } from '../ssh/connection';
import type { System } from '../systems/system';
import { progressText } from './discover-words';
import type { Log } from './log';
import { withProgress } from './progress';

/** Milliseconds for the whole of it: a person looks fingerprints up and passwords, too. */
const limitMs = 600_000;

/**
 * Asks every node of a cluster what it is, over connections that the caller opens and closes; undefined when the
 * person cancelled.
 */
export async function discoverNodes(
  system: System,
  cluster: Cluster,
  log: Log,
  opened: (signal: AbortSignal) => Promise<{ connections: Connections; close: () => void }>,
): Promise<Discovery | undefined> {
  const { discovery: discoverer, spec } = system;
  if (!discoverer) {
    throw new Error(vscode.l10n.t('Clusters of {0} cannot be asked what they consist of.', spec.title));
  }
  const all = cluster.nodes.length;
  return withProgress(vscode.l10n.t('Asking the nodes'), async (signal, report) => {
    const { discover } = await import('../discovery/discover');
    const { connections, close } = await opened(signal);
    let done = 0;
    try {
      return await discover({
        spec,
        discoverer,
        cluster,
        connections,
        timeoutMs: limitMs,
        signal,
        onNode: (node) => {
          done += 1;
          report(progressText(node, done, all), 100 / all);
          for (const problem of node.problems) log.warn(problem);
        },
      });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      close();
    }
  });
}
