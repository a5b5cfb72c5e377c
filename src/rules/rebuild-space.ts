import type { ClusterDraft } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import type { Range } from '../cluster/place';
import { formatSize } from '../cluster/size';
import { inTierText, layout, type Layout, type Tier } from './domains';
import { finding } from './finding';
import { fillMargin } from './margin';
import type { Rule } from './rule';
import { reserves, shortfalls, type Space } from './space';

/**
 * `cannot-rebuild`, `reserve-too-small` and, while the disks' usage is unknown, `usage-unknown`. They ask
 * only where there are more domains than pieces; elsewhere `no-spare-domain` says it.
 */
export const rebuildSpace: Rule = (draft, observed) => {
  const pieces = draft.redundancy?.pieces?.value.pieces;
  const found = layout(draft, observed);
  if (pieces === undefined || !found || fillMargin(draft) === undefined) return [];
  const spare = found.tiers.filter((tier) => tier.count > pieces);
  if (spare.length === 0) return [];
  return [
    ...usageUnknown(draft, found),
    ...(found.isComplete ? spare : []).flatMap((tier) =>
      tier.spaces ? [...cannotRebuild(tier, tier.spaces, pieces), ...reserveTooSmall(tier, tier.spaces)] : [],
    ),
  ];
};

function usageUnknown(draft: ClusterDraft, { nodes, silent }: Layout): Finding[] {
  const key = draft.redundancy?.key;
  if (!key || silent.length === 0) return [];
  const first = silent.slice(0, 10).flatMap((index) => draft.nodes[index] ?? []);
  const names = first.slice(0, 3).map(({ name }) => name?.value ?? '(without a name)');
  const more = silent.length - names.length;
  const shown = `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    finding(
      'usage-unknown',
      'information',
      key,
      `How full the disks are is unknown for ${silent.length} of ${nodes} storage nodes (${shown}): whether the cluster can rebuild itself shows once they report. Or write used or free for each disk.`,
      { related: first.map(({ range }) => ({ range, message: 'Usage unknown here.' })) },
    ),
  ];
}

function cannotRebuild(tier: Tier, known: readonly Space[], pieces: number): Finding[] {
  const missing = shortfalls(known, pieces);
  const worst = missing.reduce((best, bytes, index) => (bytes > (missing[best] ?? 0n) ? index : best), 0);
  const most = missing[worst] ?? 0n;
  if (most === 0n) return [];
  const domain = tier.domain(worst);
  const others = missing.flatMap((bytes, index) => {
    if (index === worst || bytes === 0n) return [];
    const { label, range } = tier.domain(index);
    return [{ range, message: `Without ${label}, room for ${formatSize(bytes)} is missing.` }];
  });
  return [
    finding(
      'cannot-rebuild',
      'error',
      domain.range,
      `If ${domain.label} fails, the cluster cannot rebuild itself${inTierText(tier)}: room for ${formatSize(most)} is missing on the ${tier.count - 1} others, which have to take ${pieces} pieces of each chunk apart. Add capacity there, or delete data.`,
      { related: others },
    ),
  ];
}

function reserveTooSmall(tier: Tier, known: readonly Space[]): Finding[] {
  return reserves(known).flatMap(({ isEnough, needed, free, largestOther }, index) => {
    if (isEnough) return [];
    const domain = tier.domain(index);
    const other = tier.domain(largestOther);
    return [
      finding(
        'reserve-too-small',
        'warning',
        domain.range,
        `The ${domain.label} has ${formatSize(free)} free${inTierText(tier)}, but needs ${formatSize(needed)}: its share of the data of the ${other.label}, should that fail. Free ${formatSize(needed - free)} there, or add capacity.`,
        {
          related: isSamePlace(other.range, domain.range)
            ? []
            : [{ range: other.range, message: `The ${other.label} holds the most other data.` }],
        },
      ),
    ];
  });
}

function isSamePlace(a: Range, b: Range): boolean {
  return a.start.line === b.start.line && a.start.character === b.start.character;
}
