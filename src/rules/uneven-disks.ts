import { storageNodes, type NodeDraft } from '../cluster/draft';
import { once } from '../cluster/once';
import { formatSize } from '../cluster/size';
import { finding } from './finding';
import type { Rule } from './rule';

/** `uneven-disks`: the storage nodes do not have the same disks. */
export const unevenDisks: Rule = (draft) => {
  const nodes = storageNodes(draft).filter((node) => node.disks.length > 0 && node.hasAllDisks);
  const first = nodes[0];
  if (!first) return [];
  const other = nodes.find((node) => signature(node) !== signature(first));
  if (!other) return [];
  return [
    finding(
      'uneven-disks',
      'information',
      other.range,
      `${other.name?.value ?? 'This node'} has ${describe(other)}, ${first.name?.value ?? 'the first node'} has ${describe(first)}. Storage nodes should have equal disks: the largest decides how much every other one has to keep free.`,
      {
        related: [
          { range: first.range, message: `${first.name?.value ?? 'The first node'} has ${describe(first)}.` },
        ],
      },
    ),
  ];
};

const signature = once((node: NodeDraft) =>
  node.disks
    .map(({ tier, capacity }) => `${tier ?? 0}:${capacity?.value ?? 0n}`)
    .sort()
    .join(' '),
);

function describe(node: NodeDraft): string {
  const counts = new Map<string, number>();
  for (const { tier, capacity } of node.disks) {
    const text = `${formatSize(capacity?.value ?? 0n)}${tier ? ` (tier ${tier})` : ''}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, times]) => `${times} × ${text}`).join(', ');
}
