import type { RebuildState } from '../progress';
import type { Holdings } from './holdings';

/** Nodes that are gone now, whatever else is asked. */
export interface Away {
  readonly nodes: ReadonlySet<string>;
  /** Everything has been rebuilt since: what they held is elsewhere, too. */
  readonly isRebuilt: boolean;
  /** Something is to be rebuilt while nobody is away: a disk may have failed, and nobody knows what stood on it. */
  readonly isDegraded?: boolean;
  /** Nodes of which nobody knows whether they are there: never asked, or not let in. They count as there. */
  readonly unsure?: readonly string[];
}

/** What of a cluster's state tells who is away. */
interface Seen {
  readonly nodes: readonly {
    readonly name: string;
    readonly liveness: string;
    readonly lastHeartbeat?: number;
  }[];
  readonly at?: number;
  readonly cluster?: { readonly heartbeat: { readonly inactiveAfter: number } };
  readonly rebuild: readonly { readonly state: RebuildState }[];
  readonly observerLost: boolean;
}

/** The nodes of a cluster that do not answer. A machine that has lost its network knows of none. */
export function awayOf(state: Seen | undefined): Away {
  const nodes = state === undefined || state.observerLost ? [] : state.nodes;
  const patience = state?.cluster?.heartbeat.inactiveAfter ?? 0;
  // In maintenance a node may be off or on: its last heartbeat tells.
  const isSilent = (last = -Infinity) => (state?.at ?? Infinity) - last > patience;
  const gone = nodes.flatMap(({ name, liveness, lastHeartbeat }) =>
    liveness === 'offline' ||
    liveness === 'inactive' ||
    (liveness === 'maintenance' && isSilent(lastHeartbeat))
      ? [name]
      : [],
  );
  const unsure = (state?.nodes ?? []).flatMap(({ name, liveness }) =>
    state?.observerLost === true || liveness === 'unknown' || liveness === 'denied' ? [name] : [],
  );
  const rebuild = state?.rebuild ?? [];
  // Where nobody tells of a rebuild, nobody has said that it is over.
  const isRebuilt = rebuild.length > 0 && rebuild.every(({ state: doing }) => doing === 'stable');
  const isDegraded = gone.length === 0 && rebuild.some(({ state: doing }) => doing !== 'stable');
  return {
    nodes: new Set(gone),
    isRebuilt,
    ...(isDegraded ? { isDegraded } : {}),
    ...(unsure.length > 0 ? { unsure } : {}),
  };
}

/**
 * The cluster as a further loss meets it. What has been rebuilt counts no more; what has not is lost together with
 * the nodes that are asked about.
 */
export function besides(
  holdings: Holdings,
  { nodes, isRebuilt }: Away,
  lost: ReadonlySet<string>,
): { readonly holdings: Holdings; readonly lost: ReadonlySet<string> } {
  if (!isRebuilt) return { holdings, lost: new Set([...lost, ...nodes]) };
  const left = holdings.holdings.filter(({ node }) => !nodes.has(node));
  return { holdings: { ...holdings, holdings: left }, lost };
}
