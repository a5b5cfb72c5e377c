import type { ClusterDraft, FailureDomain } from '../cluster/draft';
import { once } from '../cluster/once';
import type { Range } from '../cluster/place';
import { storage, type StorageDisk, type StorageNode } from './disks';
import type { Observed } from './observed';

/** What fails as a whole: a node, a rack, a disk … */
export interface Domain {
  /** `node cs1`, `rack r2`, `disk /dev/sdb of cs1`. */
  readonly label: string;
  /** Where findings about it stand. */
  readonly range: Range;
  readonly disks: readonly StorageDisk[];
}

/** The domains that compete for the pieces of the same data. */
export interface Tier {
  /** Absent when only one tier is used: then nobody has to name it. */
  readonly tier?: number;
  readonly domains: readonly Domain[];
}

/** All failure domains of a cluster, by tier. */
export interface Layout {
  readonly kind: FailureDomain;
  readonly nodes: readonly StorageNode[];
  readonly tiers: readonly Tier[];
}

/** The failure domains by tier; undefined while they cannot be counted, which then has been reported. */
export function layout(draft: ClusterDraft, observed?: Observed): Layout | undefined {
  return observed ? layoutOf(draft, observed) : declaredLayout(draft);
}

const declaredLayout = once((draft: ClusterDraft) => layoutOf(draft));

function layoutOf(draft: ClusterDraft, observed?: Observed): Layout | undefined {
  const kind = draft.redundancy?.failureDomain?.value;
  if (!draft.canCount || !kind || !draft.spec) return undefined;
  const nodes = storage(draft, observed);
  const domains = domainsOf(nodes, kind);
  if (!domains) return undefined;
  // Without a single disk nobody knows how many domains there are; that is no finding.
  if (kind === 'disk' && domains.length === 0 && nodes.length > 0) return undefined;
  const used = new Set<number>();
  for (const { disks } of nodes) for (const { tier } of disks) if (tier !== undefined) used.add(tier);
  if (used.size <= 1) return { kind, nodes, tiers: [{ domains }] };
  const tiers = [...used].sort((a, b) => a - b).map((tier) => ({ tier, domains: inTier(domains, tier) }));
  return { kind, nodes, tiers };
}

function inTier(domains: readonly Domain[], tier: number): readonly Domain[] {
  return domains
    .map((domain) => ({ ...domain, disks: domain.disks.filter((disk) => disk.tier === tier) }))
    .filter(({ disks }) => disks.length > 0);
}

function domainsOf(nodes: readonly StorageNode[], kind: FailureDomain): readonly Domain[] | undefined {
  if (kind === 'host') {
    return nodes.map(({ node, disks }) => ({ label: `node ${nameOf(node)}`, range: node.range, disks }));
  }
  if (kind === 'disk') {
    return nodes.flatMap(({ node, disks }) =>
      disks.map((disk) => ({
        label: `disk ${disk.path ?? '(unreadable)'} of ${nameOf(node)}`,
        range: disk.range,
        disks: [disk],
      })),
    );
  }
  const groups = new Map<string, { label: string; range: Range; disks: StorageDisk[] }>();
  for (const { node, disks } of nodes) {
    const place = node[kind];
    if (!place) return undefined;
    const group = groups.get(place.value);
    if (group) group.disks.push(...disks);
    else groups.set(place.value, { label: `${kind} ${place.value}`, range: place.range, disks: [...disks] });
  }
  return [...groups.values()];
}

function nameOf(node: StorageNode['node']): string {
  return node.name?.value ?? '(without a name)';
}

/** `7 hosts`, `1 rack`. */
export function count(number: number, kind: FailureDomain): string {
  return `${number} ${kind}${number === 1 ? '' : 's'}`;
}

/** ` in tier 1`, or nothing when there is only one tier. */
export function inTierText({ tier }: Tier): string {
  return tier === undefined ? '' : ` in tier ${tier}`;
}
