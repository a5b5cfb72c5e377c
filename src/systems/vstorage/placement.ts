import { findNode, type Cluster, type Redundancy } from '../../cluster/cluster';
import { scale, spaceOf, type Space } from '../../rules/space';
import type { ChunkService, VinfraDisk } from './observation';

/** A failure domain with what its chunk services hold, in one tier. */
export interface PlacedDomain {
  readonly name: string;
  /** Absent while the size of one of its services is unknown. */
  readonly space?: Space;
}

/** What a cluster has to hold its pieces on, one tier of it. */
export interface PlacedTier {
  readonly tier: number;
  readonly domains: readonly PlacedDomain[];
}

/** States in which a chunk service takes part in placing data. */
const taking = new Set(['active', 'ill', 'releasing', 'maintenance']);

/** Whether a chunk service serves, or will again without anybody's doing, after a maintenance for one. */
export const takesPart = ({ state }: ChunkService): boolean => taking.has(state);

/** Bytes of a chunk service: exact where vinfra tells, else as printed. */
export function sizeOf(
  cs: ChunkService,
  disks: readonly VinfraDisk[] | undefined,
): { readonly capacity: bigint; readonly used: bigint } | undefined {
  const exact = disks?.filter(({ serviceId }) => serviceId === cs.id);
  const [only] = exact ?? [];
  if (exact?.length === 1 && only?.capacity !== undefined && only.used !== undefined)
    return { capacity: only.capacity, used: only.used };
  if (cs.space === undefined || cs.free === undefined) return undefined;
  return { capacity: cs.space, used: cs.space - cs.free };
}

/** What fails as a whole with a chunk service; undefined when nobody can tell. */
export function domainName(cluster: Cluster, cs: ChunkService): string | undefined {
  const kind = cluster.redundancy?.failureDomain ?? 'host';
  if (kind === 'disk') return `CS ${cs.id}`;
  if (kind === 'host') return cs.node ?? cs.host;
  return cs.node === undefined ? undefined : findNode(cluster, cs.node)?.[kind];
}

/** The domains by tier of those chunk services that take part; undefined when one of them belongs to no known domain. */
export function tiersOf(
  cluster: Cluster,
  services: readonly ChunkService[],
  disks: readonly VinfraDisk[] | undefined,
  marginPercent: number,
): readonly PlacedTier[] | undefined {
  const tiers = new Map<number, Map<string, ChunkService[]>>();
  for (const cs of services) {
    const name = domainName(cluster, cs);
    if (name === undefined) return undefined;
    const domains = tiers.get(cs.tier ?? 0) ?? new Map<string, ChunkService[]>();
    tiers.set(cs.tier ?? 0, domains);
    domains.set(name, [...(domains.get(name) ?? []), cs]);
  }
  return [...tiers]
    .toSorted(([a], [b]) => a - b)
    .map(([tier, domains]) => ({
      tier,
      domains: [...domains].map(([name, own]): PlacedDomain => {
        const sizes = own.map((cs) => sizeOf(cs, disks));
        const known = sizes.filter((size) => size !== undefined);
        const space =
          known.length === own.length
            ? spaceOf(
                known.map((size) => ({ ...size, isBroken: false })),
                BigInt(marginPercent) * 100n,
              )
            : undefined;
        return { name, ...(space ? { space } : {}) };
      }),
    }));
}

/** Whether the pieces of all chunks find a place on the domains that are left, and how much does not. */
export interface Fit {
  readonly domains: number;
  readonly needed: number;
  /** Bytes of pieces that find no place; 0 when all do. */
  readonly missing: bigint;
}

/** How `bytes` of pieces (times `scale`) fit on domains, n pieces of a chunk on distinct ones. */
export function fit(spaces: readonly Space[], bytes: bigint, { pieces }: Pick<Redundancy, 'pieces'>): Fit {
  const n = BigInt(pieces);
  // n·T − Σ min(C, T) with T = bytes / n, all times n: exact, as in rules/space.ts.
  const taken = spaces.reduce((sum, { fillable }) => sum + (fillable * n < bytes ? fillable * n : bytes), 0n);
  const missing = n * bytes - taken;
  return {
    domains: spaces.length,
    needed: pieces,
    missing: missing > 0n ? (missing + scale * n - 1n) / (scale * n) : 0n,
  };
}

/** What a domain holds now and will hold, bytes. */
export interface Share {
  readonly name: string;
  readonly more: bigint;
  /** Percent of its capacity afterwards. */
  readonly percent: number;
}

/**
 * Where what is moved away goes, as far as it can be foretold: the cluster places by free space, so that each of the
 * others takes its part of the free space.
 */
export function shares(
  domains: readonly PlacedDomain[],
  moved: bigint,
  marginPercent: number,
): readonly Share[] {
  const free = domains.reduce((sum, { space }) => sum + (space?.free ?? 0n), 0n);
  return domains.flatMap(({ name, space }) => {
    if (!space || free === 0n) return [];
    const more = (moved * space.free) / free;
    const capacity = space.fillable / (scale - BigInt(marginPercent) * 100n);
    const used = space.used / scale + more;
    return [
      { name, more, percent: capacity === 0n ? 0 : Math.round(Number((used * 1000n) / capacity) / 10) },
    ];
  });
}
