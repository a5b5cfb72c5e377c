import type { ClusterDraft, NodeDraft } from '../../../cluster/draft';
import { scalarAt } from '../../../cluster/read';
import type { Located } from '../../../cluster/place';
import { finding } from '../../../rules/finding';
import { canCountRoles, nodesWithRole } from '../../../rules/roles';
import type { Rule } from '../../../rules/rule';

/** The nodes with the role master, in the order of the file. */
export function candidates(draft: ClusterDraft): readonly NodeDraft[] {
  return nodesWithRole(draft, 'master');
}

/** The value of `virtualIp`. */
export function virtualIp(draft: ClusterDraft): Located<string> | undefined {
  return scalarAt(draft.section, 'virtualIp', 'string');
}

/** `no-primary`: no node may be the master. */
export const noPrimary: Rule = (draft) => {
  if (!draft.nodesKey || !canCountRoles(draft) || candidates(draft).length > 0) return [];
  const message =
    'No node has the role master: without a master there is no cluster. Give the role to the nodes that may be it, best to three.';
  return [finding('no-primary', 'error', draft.nodesKey, message)];
};

/** `single-candidate`, `two-candidates`: too few nodes can take the virtual address over. */
export const fewCandidates: Rule = (draft) => {
  const address = virtualIp(draft);
  const nodes = candidates(draft);
  if (!address || !canCountRoles(draft)) return [];
  const related = nodes.map((node) => ({
    range: node.range,
    message: `${node.name?.value ?? 'This node'} is a candidate.`,
  }));
  if (nodes.length === 1) {
    return [
      finding(
        'single-candidate',
        'error',
        address.range,
        `The virtual address ${address.value} has 1 candidate, ${nodes[0]?.name?.value ?? 'a node without a name'}: when it fails, nothing can take over. Give the role master to 2 more nodes, or delete virtualIp.`,
        { related },
      ),
    ];
  }
  if (nodes.length !== 2) return [];
  return [
    finding(
      'two-candidates',
      'information',
      address.range,
      `The virtual address ${address.value} has 2 candidates: when one fails and the other cannot restore the metadata, nobody is left. Give the role master to a third node.`,
      { related },
    ),
  ];
};
