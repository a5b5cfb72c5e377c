import type { Cluster } from '../cluster/cluster';
import type { ClusterState, NodeState } from '../heartbeat/state';
import * as l10n from './l10n';
import type { Icon } from './liveness-look';
import type { SystemRow, Tone } from '../systems/system-row';
import type { NodeFilter } from './node-filter';

/** What the tree shows of one cluster. */
export interface ClusterEntry {
  /** Identity of the cluster in this window. */
  readonly key: string;
  readonly cluster: Cluster;
  /** The cluster file, as a person would name it. */
  readonly file: string;
  /** Somebody or something keeps its nodes watched now. */
  readonly watched: boolean;
  /** A host key or a secret waits for a person to connect. */
  readonly asks: boolean;
  readonly hasPlans: boolean;
  /** It belongs to this window's demo, which can do things to its nodes. */
  readonly isDemo?: boolean;
  /** Its system writes scripts for its nodes. */
  readonly hasScripts?: boolean;
  /** Names of the nodes and items that a plan may be about, where the cluster may be changed. */
  readonly targets?: ReadonlySet<string>;
  /** The saved file has errors now; what is watched is what it said before. */
  readonly isOutdated?: boolean;
  /** Its notifications are muted until then; epoch milliseconds. */
  readonly mutedUntil?: number;
  readonly state?: ClusterState;
  /** Rows that only its system can make of a state. */
  readonly rowsOf?: (state: ClusterState, now: number) => readonly SystemRow[];
  /** Epoch milliseconds, for countdowns; absent: that of the state. */
  readonly now?: number;
}

/** A cluster as the tree draws it: with what is looked up for every node, and the filter. */
export interface Drawn extends ClusterEntry {
  readonly states: ReadonlyMap<string, NodeState>;
  /** What a node is the primary of, by name. */
  readonly primaries: ReadonlyMap<string, readonly string[]>;
  /** Nodes that were last seen as primary of something that has none now. */
  readonly formerPrimaries: ReadonlySet<string>;
  readonly filter: NodeFilter | undefined;
}

/** One row of the tree. Nothing in it changes unless the row has to be drawn anew. */
export interface Row {
  /** Stable: made of names from the file only. */
  readonly id: string;
  readonly kind:
    'file' | 'cluster' | 'part' | 'group' | 'state' | 'node' | 'reason' | 'system' | 'service' | 'disk';
  readonly cluster: string;
  readonly node?: string;
  /** What plans may be about, where that is not the node. */
  readonly item?: string;
  readonly label: string;
  readonly description: string;
  readonly icon?: Icon;
  /** How a row of the system is. */
  readonly tone?: Tone;
  /** Lines for whoever points at it, where they are no business of the editor's. */
  readonly tooltip?: string;
  /** Words that the manifest's `when` clauses look for; the first one is the kind. */
  readonly context: string;
  readonly expanded: boolean;
  readonly hasChildren: boolean;
  /** Made when it is first asked for: a large cluster has thousands of rows that nobody has opened. */
  readonly children: readonly Row[];
}

/** A row without children; with them, see `withChildren`. */
export type Leaf = Omit<Row, 'hasChildren' | 'children' | 'expanded'>;

/** A row that nothing is below. */
export function leaf(row: Leaf): Row {
  return { ...row, expanded: false, hasChildren: false, children: [] };
}

/** A row with children, which `make` makes once they are looked at. */
export function withChildren(row: Leaf & { readonly expanded: boolean }, make: () => readonly Row[]): Row {
  let made: readonly Row[] | undefined;
  return {
    ...row,
    hasChildren: true,
    get children() {
      return (made ??= make());
    },
  };
}

/** An entry with its nodes' states by name. */
export function drawn(entry: ClusterEntry, filter?: NodeFilter): Drawn {
  const primaries = new Map<string, string[]>();
  for (const { what, node } of entry.state?.reading?.primary ?? [])
    primaries.set(node, [...(primaries.get(node) ?? []), what]);
  return {
    ...entry,
    states: new Map(entry.state?.nodes.map((node) => [node.name, node])),
    primaries,
    formerPrimaries: new Set(entry.state?.wasPrimary?.map(({ node }) => node)),
    filter,
  };
}

/**
 * Ids of rows that must be drawn anew; a row is listed only when no ancestor of it is. Rows below one that is not
 * `open` were never shown, and are not looked at.
 */
export function changedRows(
  before: Row | undefined,
  after: Row,
  isOpen: (id: string) => boolean = () => true,
): readonly string[] {
  // A refresh of a row re-reads its children too, so that listing them as well would draw them twice.
  if (!before || face(before) !== face(after)) return [after.id];
  if (!after.hasChildren || !isOpen(after.id)) return [];
  if (!sameRows(before.children, after.children)) return [after.id];
  const old = before.children;
  // A node that went from one state to another leaves one row and enters the other: both are read again together.
  const moved = after.children.some(
    (child, index) =>
      child.kind === 'state' && isOpen(child.id) && !sameRows(old[index]?.children ?? [], child.children),
  );
  if (moved) return [after.id];
  return after.children.flatMap((child, index) => changedRows(old[index], child, isOpen));
}

function sameRows(before: readonly Row[], after: readonly Row[]): boolean {
  return before.length === after.length && before.every((row, index) => row.id === after[index]?.id);
}

function face({ label, description, icon, context, hasChildren }: Row): string {
  return [label, description, icon?.id, icon?.color, context, hasChildren].join('\n');
}

/** What a row is and what it is called, where its place in the tree tells those who see it. */
const spokenNames: Readonly<Record<Row['kind'], (label: string) => string>> = {
  file: (label) => l10n.t('cluster file {0}', label),
  cluster: (label) => l10n.t('cluster {0}', label),
  part: (label) => label,
  group: (label) => l10n.t('role {0}', label),
  state: (label) => l10n.t('nodes {0}', label),
  node: (label) => l10n.t('node {0}', label),
  reason: (label) => l10n.t('reason {0}', label),
  system: (label) => l10n.t('system {0}', label),
  service: (label) => l10n.t('service {0}', label),
  disk: (label) => l10n.t('disk {0}', label),
};

/** What the icon of such a row says to those who see it. */
function spokenTone(tone: Tone | undefined): string | undefined {
  switch (tone) {
    case 'warning':
      return l10n.t('warning');
    case 'bad':
      return l10n.t('error');
    case 'unknown':
      return l10n.t('unknown');
    case 'good':
    case 'busy':
    case 'none':
    case undefined:
      return undefined;
  }
}

/** What a screen reader says for a row. */
export function spoken(row: Row): string {
  const parts = [
    spokenNames[row.kind](row.label),
    row.description.replaceAll(' · ', ', '),
    spokenTone(row.tone),
  ];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}
