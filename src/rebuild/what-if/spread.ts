import { scale } from '../../rules/space';

/** A failure domain that is left. Bytes. */
export interface Survivor {
  readonly domain: string;
  /** How many of its nodes are left. */
  readonly nodes: number;
  readonly capacity: bigint;
  readonly used: bigint;
  /** What it holds when everything has been rebuilt; as it is where that is impossible. */
  readonly after: bigint;
}

export interface Spreading {
  readonly survivors: readonly Survivor[];
  /** Bytes that find no place on distinct domains, even if other pieces are moved. */
  readonly missing: bigint;
}

interface Part {
  readonly node: string;
  readonly domain: string;
  readonly capacity: bigint;
  readonly used: bigint;
}

/**
 * Where the pieces go that were lost. With T = ΣU / n, n pieces find distinct domains exactly when
 * Σ min(C·(1−m), T) ≥ n·T over the domains that are left; the domains are then filled to one level, as far as
 * their size and T allow.
 */
export function spread(
  left: readonly Part[],
  {
    pieces,
    margin,
    total,
  }: {
    readonly pieces: number;
    /** Hundredths of a percent. */
    readonly margin: bigint;
    /** Bytes of all pieces before the loss. */
    readonly total: bigint;
  },
): Spreading {
  const names = [...new Set(left.map(({ domain }) => domain))];
  const byDomain = new Map(names.map((name) => [name, [] as Part[]]));
  for (const part of left) byDomain.get(part.domain)?.push(part);
  const domains = [...byDomain].map(([domain, parts]) => ({
    domain,
    nodes: new Set(parts.map(({ node }) => node)).size,
    capacity: sum(parts.map(({ capacity }) => capacity)),
    used: sum(parts.map(({ used }) => used)),
  }));
  // In units of 1 / (scale · n) bytes, in which T is a whole number.
  const unit = scale * BigInt(pieces);
  const share = total * scale;
  const most = domains.map(({ capacity }) => {
    const room = capacity * (scale - margin) * BigInt(pieces);
    return room < share ? room : share;
  });
  const missing = share * BigInt(pieces) - sum(most);
  if (missing > 0n) {
    return {
      survivors: domains.map((one) => ({ ...one, after: one.used })),
      missing: (missing + unit - 1n) / unit,
    };
  }
  const limits = domains.map((one, index) => ({ ...one, most: (most[index] ?? 0n) / unit }));
  return { survivors: levelled(limits, total), missing: 0n };
}

/** How fine the level is that all are filled to: parts of the capacity. */
const FINE = 1n << 40n;

/**
 * Fills to the lowest common level that holds everything. Nobody gives away what he has, unless it is more than he
 * may hold.
 */
function levelled(
  domains: readonly (Omit<Survivor, 'after'> & { readonly most: bigint })[],
  total: bigint,
): readonly Survivor[] {
  const at = ({ capacity, used, most }: (typeof domains)[number], level: bigint): bigint => {
    const filled = (capacity * level) / FINE;
    const wanted = filled > used ? filled : used;
    return wanted < most ? wanted : most;
  };
  let [low, high] = [0n, FINE];
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (sum(domains.map((one) => at(one, middle))) >= total) high = middle;
    else low = middle + 1n;
  }
  return domains.map(({ most, ...one }) => ({ ...one, after: at({ ...one, most }, high) }));
}

function sum(all: readonly bigint[]): bigint {
  return all.reduce((whole, one) => whole + one, 0n);
}
