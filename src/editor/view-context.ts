import type { ClusterFiles } from './cluster-files';
import type { Context } from './context';
import { contextKeys } from './ids';
import type { Sessions } from './sessions';
import { entryOf } from './sessions';

/** Keeps the context keys in line with files and sessions, so that menus offer only what is possible. */
export function followContext(context: Context, files: ClusterFiles, sessions: Sessions): () => void {
  return () => {
    const entries = sessions.all.map(entryOf);
    const planned = entries.filter((entry) => entry.hasPlans);
    context.set(contextKeys.hasClusterFile, files.all.length > 0);
    context.set(contextKeys.hasCluster, entries.length > 0);
    context.set(
      contextKeys.canConnect,
      entries.some((entry) => !entry.watched || entry.asks),
    );
    context.set(
      contextKeys.canDisconnect,
      entries.some((entry) => entry.watched),
    );
    context.set(
      contextKeys.hasConsoles,
      entries.some((entry) => entry.cluster.nodes.some((node) => node.console !== undefined)),
    );
    context.set(
      contextKeys.hasScripts,
      sessions.all.some((session) => session.system.scripts !== undefined),
    );
    context.set(contextKeys.canPlan, planned.length > 0);
    context.set(
      contextKeys.canFailOver,
      planned.some((entry) => !entry.cluster.readOnly),
    );
  };
}
