import type { FailureDomain } from '../../cluster/draft';
import type { Holding, Holdings } from './holdings';
import { spread, type Survivor } from './spread';

/**
 * `kept`: no chunk can lose too many pieces. `possible`: it depends on where the chunks lie, which the file does
 * not say. `certain`: however they lie. `unknown`: how full the disks are is unknown.
 */
export type Fate = 'kept' | 'possible' | 'certain' | 'unknown';

/** What comes of one tier when some nodes are gone. All sizes are bytes. */
export interface TierOutcome {
  /** Absent when only one tier is used. */
  readonly tier?: number;
  readonly kind: FailureDomain;
  readonly pieces: number;
  readonly data: number;
  /** Domains before, those of which something is gone, and those that are left. */
  readonly domains: number;
  readonly hit: readonly string[];
  readonly left: number;
  /** The most pieces that one chunk may lose. */
  readonly worst: number;
  readonly loss: Fate;
  /** Writes that wait until their chunks have been rebuilt. */
  readonly blocked: Fate;
  readonly rebuild: Rebuild;
  readonly survivors: readonly Survivor[];
}

/** Whether the cluster can restore its redundancy by itself, and what that takes. */
export type Rebuild =
  | { readonly able: 'nothing-lost' | 'unknown' }
  /** Fewer domains are left than a chunk has pieces. */
  | { readonly able: 'too-few-domains'; readonly needed: number; readonly left: number }
  /** `missing` bytes find no place, even if other pieces are moved. */
  | { readonly able: 'no-room'; readonly missing: bigint }
  | {
      readonly able: 'yes';
      /** Bytes that are written anew, and bytes that are read for them. */
      readonly bytes: bigint;
      readonly read: bigint;
    };

/** What comes of the data when the nodes of `lost` are gone at once, tier by tier. */
export function whatIf(holdings: Holdings, lost: ReadonlySet<string>): readonly TierOutcome[] {
  const tiers = [...new Set(holdings.holdings.map(({ tier }) => tier))].sort((a, b) => a - b);
  return tiers.map((tier) => ({
    ...(tiers.length > 1 ? { tier } : {}),
    ...outcome(
      holdings,
      holdings.holdings.filter((one) => one.tier === tier),
      lost,
    ),
  }));
}

function outcome(
  { kind, pieces, data, writable, margin }: Holdings,
  all: readonly Holding[],
  lost: ReadonlySet<string>,
): Omit<TierOutcome, 'tier'> {
  const names = [...new Set(all.map(({ domain }) => domain))];
  const left = all.filter(({ node }) => !lost.has(node));
  const survivors = new Set(left.map(({ domain }) => domain));
  const hit = [...new Set(all.filter(({ node }) => lost.has(node)).map(({ domain }) => domain))];
  const base = { kind, pieces, data, domains: names.length, hit, left: survivors.size };
  const tolerance = pieces - data;
  if (hit.length === 0) {
    const rebuild = { able: 'nothing-lost' } as const;
    return { ...base, worst: 0, loss: 'kept', blocked: 'kept', rebuild, survivors: [] };
  }

  const known = all.flatMap((one) =>
    one.capacity === undefined || one.used === undefined
      ? []
      : [{ ...one, capacity: one.capacity, used: one.used }],
  );
  const tooFew = { able: 'too-few-domains', needed: pieces, left: survivors.size } as const;
  if (known.length < all.length) {
    // Without usage only the number of domains tells: few enough are harmless however full they are.
    const fate = (limit: number): Fate => (hit.length <= limit ? 'kept' : 'unknown');
    return {
      ...base,
      worst: Math.min(hit.length, pieces),
      loss: fate(tolerance),
      blocked: fate(pieces - writable),
      rebuild: survivors.size < pieces ? tooFew : { able: 'unknown' },
      survivors: [],
    };
  }

  const total = known.reduce((sum, { used }) => sum + used, 0n);
  const gone = known.filter(({ node }) => lost.has(node)).reduce((sum, { used }) => sum + used, 0n);
  const worst = worstChunk(known, lost, pieces, total);
  const fate = (limit: number): Fate =>
    worst <= limit
      ? 'kept'
      : // However they lie, some chunk has more than its share of what is gone (with T = ΣU / n chunks).
        gone * BigInt(pieces) > BigInt(limit) * total
        ? 'certain'
        : 'possible';
  const spreading = spread(
    known.filter(({ node }) => !lost.has(node)),
    { pieces, margin, total },
  );
  return {
    ...base,
    worst,
    loss: fate(tolerance),
    blocked: fate(pieces - writable),
    rebuild:
      gone === 0n
        ? { able: 'nothing-lost' }
        : survivors.size < pieces
          ? tooFew
          : spreading.missing > 0n
            ? { able: 'no-room', missing: spreading.missing }
            : { able: 'yes', bytes: gone, read: gone * BigInt(data) },
    survivors: spreading.survivors,
  };
}

/**
 * The most pieces that a single chunk may have among what is gone. Domains that are as full as there are chunks
 * have a piece of every chunk, and leave the less room for others; what is gone of a domain counts where it may be
 * the one that holds the piece.
 */
function worstChunk(
  known: readonly Required<Holding>[],
  lost: ReadonlySet<string>,
  pieces: number,
  total: bigint,
): number {
  const used = new Map<string, { all: bigint; gone: bigint }>();
  for (const one of known) {
    const sum = used.get(one.domain) ?? { all: 0n, gone: 0n };
    used.set(one.domain, {
      all: sum.all + one.used,
      gone: sum.gone + (lost.has(one.node) ? one.used : 0n),
    });
  }
  const domains = [...used.values()];
  const hit = domains.filter(({ gone }) => gone > 0n).length;
  const always = domains.filter(({ all, gone }) => gone === 0n && all * BigInt(pieces) >= total).length;
  return Math.max(0, Math.min(hit, pieces - always));
}
