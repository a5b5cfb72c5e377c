import type { ClusterDraft } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import { formatSize } from '../cluster/size';
import { inTierText, layout, type Layout, type Tier } from './domains';
import { finding } from './finding';
import { fillMargin } from './margin';
import type { Rule } from './rule';
import { reserves, shortfalls, spaces, type Space } from './space';

/**
 * `cannot-rebuild`, `reserve-too-small` and, while the disks' usage is unknown, `usage-unknown`. They ask
 * only where there are more domains than pieces; elsewhere `no-spare-domain` says it.
 */
export const rebuildSpace: Rule = (draft, observed) => {
  const pieces = draft.redundancy?.pieces?.value.pieces;
  const found = layout(draft, observed);
  const margin = fillMargin(draft);
  if (pieces === undefined || !found || margin === undefined) return [];
  const spare = found.tiers.filter(({ domains }) => domains.length > pieces);
  if (spare.length === 0) return [];
  return [
    ...usageUnknown(draft, found),
    ...(hasAllDisks(found) ? spare : []).flatMap((tier) => {
      const known = spaces(tier, margin);
      return known ? [...cannotRebuild(tier, known, pieces), ...reserveTooSmall(tier, known)] : [];
    }),
  ];
};

/** Every storage node has a list of disks without a mistake: the sums are those of the whole cluster. */
function hasAllDisks({ nodes }: Layout): boolean {
  return nodes.every(({ disks, isBroken }) => disks.length > 0 && !isBroken);
}

function usageUnknown(draft: ClusterDraft, { nodes }: Layout): Finding[] {
  const key = draft.redundancy?.key;
  const silent = nodes.filter(
    ({ disks, isBroken }) =>
      !isBroken && (disks.length === 0 || disks.some((disk) => !disk.isBroken && disk.used === undefined)),
  );
  if (!key || silent.length === 0) return [];
  const names = silent.map(({ node }) => node.name?.value ?? '(without a name)');
  const shown =
    names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return [
    finding(
      'usage-unknown',
      'information',
      key,
      `How full the disks are is unknown for ${names.length} of ${nodes.length} storage nodes (${shown}): whether the cluster can rebuild itself shows once they report. Or write used or free for each disk.`,
      {
        related: silent
          .slice(0, 10)
          .map(({ node }) => ({ range: node.range, message: 'Usage unknown here.' })),
      },
    ),
  ];
}

function cannotRebuild(tier: Tier, known: readonly Space[], pieces: number): Finding[] {
  const missing = shortfalls(known, pieces);
  const worst = missing.reduce((best, bytes, index) => (bytes > (missing[best] ?? 0n) ? index : best), 0);
  const domain = tier.domains[worst];
  const most = missing[worst] ?? 0n;
  if (!domain || most === 0n) return [];
  const others = tier.domains.flatMap(({ label, range }, index) => {
    const bytes = missing[index] ?? 0n;
    return index !== worst && bytes > 0n
      ? [{ range, message: `Without ${label}, room for ${formatSize(bytes)} is missing.` }]
      : [];
  });
  return [
    finding(
      'cannot-rebuild',
      'error',
      domain.range,
      `If ${domain.label} fails, the cluster cannot rebuild itself${inTierText(tier)}: room for ${formatSize(most)} is missing on the ${tier.domains.length - 1} others, which have to take ${pieces} pieces of each chunk apart. Add capacity there, or delete data.`,
      { related: others },
    ),
  ];
}

function reserveTooSmall(tier: Tier, known: readonly Space[]): Finding[] {
  return reserves(known).flatMap(({ isEnough, needed, free, largestOther }, index) => {
    const domain = tier.domains[index];
    const other = tier.domains[largestOther];
    if (isEnough || !domain || !other) return [];
    return [
      finding(
        'reserve-too-small',
        'warning',
        domain.range,
        `The ${domain.label} has ${formatSize(free)} free${inTierText(tier)}, but needs ${formatSize(needed)}: its share of the data of the ${other.label}, should that fail. Free ${formatSize(needed - free)} there, or add capacity.`,
        {
          related:
            other.range === domain.range
              ? []
              : [{ range: other.range, message: `The ${other.label} holds the most other data.` }],
        },
      ),
    ];
  });
}
