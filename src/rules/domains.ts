import { concat, perChunk } from '../cluster/chunks';
import { isStorage, type ClusterDraft, type FailureDomain } from '../cluster/draft';
import { once } from '../cluster/once';
import type { Range } from '../cluster/place';
import type { SystemSpec } from '../cluster/spec';
import { storageOf, type StorageDisk } from './disks';
import { fillMargin } from './margin';
import type { Observed } from './observed';
import { spaceOf, together, type Space } from './space';

/** What fails as a whole: a node, a rack, a disk … */
export interface Domain {
  /** `node cs1`, `rack r2`, `disk /dev/sdb of cs1`. */
  readonly label: string;
  /** Where findings about it stand. */
  readonly range: Range;
}

/** The domains that compete for the pieces of the same data. */
export interface Tier {
  /** Absent when only one tier is used: then nobody has to name it. */
  readonly tier?: number;
  /** How many domains there are. */
  readonly count: number;
  /** What each holds; absent while the usage of some disk or the fill margin is unknown. */
  readonly spaces?: readonly Space[];
  /** The domain with this index. */
  readonly domain: (index: number) => Domain;
}

/** All failure domains of a cluster, by tier. */
export interface Layout {
  readonly kind: FailureDomain;
  readonly tiers: readonly Tier[];
  /** Nodes that hold data. */
  readonly nodes: number;
  /** Each of them has a list of disks without a mistake: the sums are those of the whole cluster. */
  readonly isComplete: boolean;
  /** Those whose usage is unknown, by their index in the cluster. */
  readonly silent: readonly number[];
}

/** The failure domains by tier; undefined while they cannot be counted, which then has been reported. */
export function layout(draft: ClusterDraft, observed?: Observed): Layout | undefined {
  return observed ? layoutOf(draft, observed) : declaredLayout(draft);
}

const declaredLayout = once((draft: ClusterDraft) => layoutOf(draft));

/** A domain, or what some nodes have of it. Who it is: the first node, and the disk where a disk is a domain. */
interface Share {
  readonly name?: string;
  readonly node: number;
  readonly disk?: StorageDisk;
  /** By tier (absent: it is written wrongly), and all of them. */
  readonly byTier: ReadonlyMap<number | undefined, Space | undefined>;
  readonly all: Space | undefined;
}

/** What some nodes have of which domain. */
const sharesOf = perChunk(
  (
    nodes,
    spec: SystemSpec | undefined,
    kind: FailureDomain,
    margin: bigint,
    observed: Observed | undefined,
  ) => {
    const stores = nodes.flatMap((node, index) =>
      isStorage(spec, node) ? [{ index, node, ...storageOf(node, observed) }] : [],
    );
    const isUnknown = ({ isBroken, used }: StorageDisk): boolean => !isBroken && used === undefined;
    const shares = stores.flatMap(({ index, node, disks }): Share[] => {
      if (kind === 'disk') return disks.map((disk) => ({ node: index, disk, ...sums([disk], margin) }));
      const name = kind === 'host' ? undefined : node[kind]?.value;
      return [{ node: index, ...(name === undefined ? {} : { name }), ...sums(disks, margin) }];
    });
    return {
      nodes: stores.length,
      isComplete: stores.every(({ disks, isBroken }) => disks.length > 0 && !isBroken),
      silent: stores
        .filter(({ disks, isBroken }) => !isBroken && (disks.length === 0 || disks.some(isUnknown)))
        .map(({ index }) => index),
      tiers: new Set(stores.flatMap(({ disks }) => disks.flatMap(({ tier }) => tier ?? []))),
      isPlaced: kind === 'host' || kind === 'disk' || shares.every(({ name }) => name !== undefined),
      shares: kind === 'host' || kind === 'disk' ? shares : byName(shares),
    };
  },
);

function sums(disks: readonly StorageDisk[], margin: bigint): Pick<Share, 'byTier' | 'all'> {
  const [first] = disks;
  if (first && disks.every(({ tier }) => tier === first.tier)) {
    const all = spaceOf(disks, margin);
    return { byTier: new Map([[first.tier, all]]), all };
  }
  const tiers = [...new Set(disks.map(({ tier }) => tier))];
  const inTier = (tier: number | undefined): Space | undefined =>
    spaceOf(
      disks.filter((disk) => disk.tier === tier),
      margin,
    );
  const byTier = new Map(tiers.map((tier) => [tier, inTier(tier)]));
  return { byTier, all: [...byTier.values()].reduce(together, spaceOf([], margin)) };
}

/** Shares of one name become one; the first says where it is. */
function byName(shares: readonly Share[]): readonly Share[] {
  const found = new Map<string | undefined, Share>();
  for (const share of shares) {
    const known = found.get(share.name);
    found.set(share.name, known ? joined(known, share) : share);
  }
  return [...found.values()];
}

function joined(known: Share, more: Share): Share {
  const byTier = new Map(known.byTier);
  for (const [tier, space] of more.byTier) {
    byTier.set(tier, byTier.has(tier) ? together(byTier.get(tier), space) : space);
  }
  return { ...known, byTier, all: together(known.all, more.all) };
}

function layoutOf(draft: ClusterDraft, observed?: Observed): Layout | undefined {
  const { nodes, spec } = draft;
  const kind = draft.redundancy?.failureDomain?.value;
  if (!draft.canCount || !kind || !spec) return undefined;
  const margin = fillMargin(draft);
  const parts = sharesOf(nodes, spec, kind, margin ?? 0n, observed);
  if (!parts.every(({ value }) => value.isPlaced)) return undefined;
  // Of nodes and disks there are many: who they are is worked out when somebody asks.
  const isSingle = kind === 'host' || kind === 'disk';
  const shares = isSingle
    ? concat(parts.map(({ value }) => value.shares))
    : byName(
        parts.flatMap(({ start, value }) =>
          value.shares.map((share) => ({ ...share, node: start + share.node })),
        ),
      );
  let starts: ReadonlyMap<Share, number> | undefined;
  const startOf = (share: Share): number => {
    if (!isSingle) return 0;
    starts ??= new Map(parts.flatMap(({ start, value }) => value.shares.map((one) => [one, start] as const)));
    return starts.get(share) ?? 0;
  };
  const count = parts.reduce((sum, { value }) => sum + value.nodes, 0);
  // Without a single disk nobody knows how many domains there are; that is no finding.
  if (kind === 'disk' && shares.length === 0 && count > 0) return undefined;
  const used = new Set(parts.flatMap(({ value }) => [...value.tiers]));
  const tierOf = (own: readonly Share[], spaces: readonly (Space | undefined)[]): Tier => ({
    count: own.length,
    ...(margin !== undefined && isKnown(spaces) ? { spaces } : {}),
    domain: (index) => {
      const share = own[index];
      if (!share) throw new RangeError('There is no such failure domain.');
      return domainOf(draft, kind, { ...share, node: startOf(share) + share.node });
    },
  });
  const inTier = (tier: number): Tier => {
    const own = shares.filter(({ byTier }) => byTier.has(tier));
    return {
      tier,
      ...tierOf(
        own,
        own.map(({ byTier }) => byTier.get(tier)),
      ),
    };
  };
  return {
    kind,
    tiers:
      used.size > 1
        ? [...used].sort((a, b) => a - b).map(inTier)
        : [
            tierOf(
              shares,
              shares.map(({ all: whole }) => whole),
            ),
          ],
    nodes: count,
    isComplete: parts.every(({ value }) => value.isComplete),
    silent: parts.flatMap(({ start, value }) => value.silent.map((index) => start + index)),
  };
}

function isKnown(spaces: readonly (Space | undefined)[]): spaces is readonly Space[] {
  return spaces.every((space) => space !== undefined);
}

function domainOf({ nodes }: ClusterDraft, kind: FailureDomain, share: Share): Domain {
  const node = nodes[share.node];
  if (!node) throw new RangeError('There is no such node.');
  const name = node.name?.value ?? '(without a name)';
  if (kind === 'host') return { label: `node ${name}`, range: node.range };
  if (kind !== 'disk') {
    return { label: `${kind} ${share.name ?? ''}`, range: node[kind]?.range ?? node.range };
  }
  const { path, index } = share.disk ?? {};
  const written = index === undefined ? undefined : node.disks[index];
  return { label: `disk ${path ?? '(unreadable)'} of ${name}`, range: written?.range ?? node.range };
}

/** `7 hosts`, `1 rack`. */
export function count(number: number, kind: FailureDomain): string {
  return `${number} ${kind}${number === 1 ? '' : 's'}`;
}

/** ` in tier 1`, or nothing when there is only one tier. */
export function inTierText({ tier }: { readonly tier?: number }): string {
  return tier === undefined ? '' : ` in tier ${tier}`;
}
