import { perChunk, type Placeless } from '../cluster/chunks';
import { isStorage, type NodeDraft } from '../cluster/draft';
import { formatSize } from '../cluster/size';
import type { SystemSpec } from '../cluster/spec';
import { finding } from './finding';
import type { Rule } from './rule';

/** `uneven-disks`: the storage nodes do not have the same disks. */
export const unevenDisks: Rule = (draft) => {
  const parts = signatures(draft.nodes, draft.spec).flatMap(({ start, value }) =>
    value.map(({ index, signature }) => ({ node: draft.nodes[start + index], signature })),
  );
  const first = parts[0]?.node;
  const other = parts.find(({ signature }) => signature !== parts[0]?.signature)?.node;
  if (!first || !other) return [];
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

/** The first node with disks of some nodes, and the first that has others. */
const signatures = perChunk((nodes, spec: SystemSpec | undefined) => {
  const all = nodes.flatMap((node, index) =>
    isStorage(spec, node) && node.disks.length > 0 && node.hasAllDisks
      ? [{ index, signature: signatureOf(node) }]
      : [],
  );
  const other = all.find(({ signature }) => signature !== all[0]?.signature);
  return [...all.slice(0, 1), ...(other ? [other] : [])];
});

function signatureOf({ disks }: Placeless<NodeDraft>): string {
  return disks
    .map(({ tier, capacity }) => `${tier ?? 0}:${capacity?.value ?? 0n}`)
    .sort()
    .join(' ');
}

function describe(node: NodeDraft): string {
  const counts = new Map<string, number>();
  for (const { tier, capacity } of node.disks) {
    const text = `${formatSize(capacity?.value ?? 0n)}${tier ? ` (tier ${tier})` : ''}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, times]) => `${times} × ${text}`).join(', ');
}
