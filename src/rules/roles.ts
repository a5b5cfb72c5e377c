import { nodesThat } from '../cluster/chunks';
import type { ClusterDraft, NodeDraft } from '../cluster/draft';

const having = nodesThat(({ roles }, role: string) => roles.some(({ value }) => value === role));

/** The nodes for which a role is written, in the order of the file. */
export function nodesWithRole({ nodes }: ClusterDraft, role: string): readonly NodeDraft[] {
  return having(nodes, role);
}

const unreadable = nodesThat(({ hasAllRoles }) => !hasAllRoles);

/** Whether all nodes and their roles could be read: who is missing, is missing in the file. */
export function canCountRoles({ canCount, nodes }: ClusterDraft): boolean {
  return canCount && unreadable(nodes).length === 0;
}
