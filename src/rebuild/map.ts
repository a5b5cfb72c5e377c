import type { Cluster, Node } from '../cluster/cluster';
import type { Flow } from './progress';

/** How full a node is. Bytes as numbers: a picture needs no more. */
export interface Fill {
  readonly capacity: number;
  readonly used: number;
}

/** A node as the map draws it. */
export interface MapNode {
  readonly name: string;
  readonly liveness: string;
  /** It holds data; others are drawn without a fill. */
  readonly stores: boolean;
  readonly fill?: Fill;
  /** What it is seen to do for a rebuild; absent where nobody tells. */
  readonly flow?: NodeFlow;
}

export type NodeFlow = 'sends' | 'receives' | 'sends and receives';

/** A failure domain with its nodes, or with how many there are of each kind where they are too many to draw. */
export interface MapDomain {
  /** `rack r1`, or the empty text where nodes are the domains. */
  readonly label: string;
  readonly nodes: readonly MapNode[];
  readonly fill?: Fill;
  /** Nodes by liveness. */
  readonly counts: Readonly<Record<string, number>>;
  /** How many of them are seen to send and to receive copies. */
  readonly flow: { readonly sends: number; readonly receives: number };
  /** `nodes` is empty because there are more than the map draws one by one. */
  readonly isSummed: boolean;
}

/** More nodes than this are drawn as domains, not one by one. */
export const MOST_NODES_DRAWN = 120;

/**
 * The map of a cluster: nodes in their failure domains. Where a node is a domain of its own, a large cluster is split
 * by racks if the file names them, else into rows of equal size in the order of the file.
 */
export function clusterMap(
  cluster: Cluster,
  stateOf: (node: Node) => Omit<MapNode, 'name' | 'flow'>,
  flows: readonly Flow[] = [],
): readonly MapDomain[] {
  const sends = new Set(flows.flatMap(({ from }) => from));
  const receives = new Set(flows.flatMap(({ to }) => to));
  const nodes = cluster.nodes.map((node) => ({
    node,
    drawn: { name: node.name, ...stateOf(node), ...nodeFlow(sends.has(node.name), receives.has(node.name)) },
  }));
  const isLarge = nodes.length > MOST_NODES_DRAWN;
  const groups = new Map<string, MapNode[]>();
  nodes.forEach(({ node, drawn }, index) => {
    const label = labelOf(cluster, node, isLarge, index);
    const group = groups.get(label) ?? [];
    group.push(drawn);
    groups.set(label, group);
  });
  return [...groups].map(([label, members]) => domain(label, members, isLarge));
}

function nodeFlow(sends: boolean, receives: boolean): { readonly flow?: NodeFlow } {
  if (sends) return { flow: receives ? 'sends and receives' : 'sends' };
  return receives ? { flow: 'receives' } : {};
}

const ROW = 50;

function labelOf({ redundancy }: Cluster, node: Node, isLarge: boolean, index: number): string {
  const kind = redundancy?.failureDomain;
  if (kind === 'rack' || kind === 'row' || kind === 'room') return `${kind} ${node[kind] ?? '?'}`;
  if (!isLarge) return '';
  if (node.rack !== undefined) return `rack ${node.rack}`;
  const first = Math.floor(index / ROW) * ROW;
  return `nodes ${first + 1} to ${first + ROW}`;
}

function domain(label: string, nodes: readonly MapNode[], isSummed: boolean): MapDomain {
  const fills = nodes.flatMap(({ fill }) => fill ?? []);
  const counts: Record<string, number> = {};
  for (const { liveness } of nodes) counts[liveness] = (counts[liveness] ?? 0) + 1;
  return {
    label,
    nodes: isSummed ? [] : nodes,
    ...(fills.length === 0
      ? {}
      : {
          fill: {
            capacity: fills.reduce((sum, { capacity }) => sum + capacity, 0),
            used: fills.reduce((sum, { used }) => sum + used, 0),
          },
        }),
    counts,
    flow: {
      sends: nodes.filter(({ flow }) => flow?.startsWith('sends')).length,
      receives: nodes.filter(({ flow }) => flow?.endsWith('receives')).length,
    },
    isSummed,
  };
}
