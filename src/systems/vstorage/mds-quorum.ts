import type { ClusterDraft } from '../../cluster/draft';
import type { Finding, Severity } from '../../cluster/finding';
import { canCountRoles, nodesWithRole } from '../../rules/roles';
import type { Rule } from '../../rules/rule';

/** Whether a majority of the metadata services outlives a failure; the vendor advises five. */
export const mdsQuorum: Rule = (draft) => {
  if (!canCountRoles(draft)) return [];
  const nodes = nodesWithRole(draft, 'mds');
  const verdict = judge(nodes.length, draft.nodes.length);
  const range = nodes[0]?.roles.find(({ value }) => value === 'mds')?.range ?? draft.nodesKey;
  if (!verdict || !range) return [];
  const [severity, message] = verdict;
  return [{ code: 'mds-quorum', severity, message, range, related: related(nodes.slice(1)), fixes: [] }];
};

function judge(mds: number, nodes: number): [Severity, string] | undefined {
  if (mds === 0)
    return [
      'error',
      'No node has the role mds: without a metadata service there is no cluster. Give it to three nodes.',
    ];
  if (mds === 1)
    return ['warning', 'One MDS: when its node fails, the cluster stops. Give the role mds to three nodes.'];
  if (mds === 2) {
    return [
      'error',
      'Two MDS are worse than one: a majority of 2 is 2, so that the loss of either stops the cluster. Add a third.',
    ];
  }
  if (mds % 2 === 0) {
    const survives = mds / 2 - 1;
    return [
      'warning',
      `${mds} MDS survive the loss of ${survives}, just as ${mds - 1} would: an even number adds load and no safety. Make them ${mds - 1} or ${mds + 1}.`,
    ];
  }
  if (mds === 3 && nodes >= 7) {
    return [
      'information',
      `3 MDS survive the loss of 1. With ${nodes} nodes five are advised; they survive the loss of 2.`,
    ];
  }
  return undefined;
}

function related(nodes: ClusterDraft['nodes']): Finding['related'] {
  return nodes.flatMap((node) => {
    const role = node.roles.find(({ value }) => value === 'mds');
    return role
      ? [{ range: role.range, message: `${node.name?.value ?? 'This node'} has the role mds too.` }]
      : [];
  });
}
