import type { StorageDisk } from './disks';

/** One failure domain in exact numbers; everything in bytes times `scale`. */
export interface Space {
  /** Capacity without the fill margin. */
  readonly fillable: bigint;
  readonly used: bigint;
  /** What each disk can still take, added up: a disk that is too full takes nothing from the others. */
  readonly free: bigint;
}

/** Hundredths of a percent in the whole: with it, margins need no fractions. */
export const scale = 10_000n;

/** The space of some disks; undefined while the usage of one is unknown. `margin` in hundredths of a percent. */
export function spaceOf(disks: readonly StorageDisk[], margin: bigint): Space | undefined {
  let fillable = 0n;
  let used = 0n;
  let free = 0n;
  for (const disk of disks) {
    if (disk.isBroken || disk.capacity === undefined || disk.used === undefined) return undefined;
    fillable += disk.capacity;
    used += disk.used;
    const room = disk.capacity * (scale - margin);
    const filled = disk.used * scale;
    if (room > filled) free += room - filled;
  }
  return { fillable: fillable * (scale - margin), used: used * scale, free };
}

/** Both together; undefined while one is unknown. */
export function together(a: Space | undefined, b: Space | undefined): Space | undefined {
  return a && b && { fillable: a.fillable + b.fillable, used: a.used + b.used, free: a.free + b.free };
}

/**
 * By domain, how many bytes would find no place if it failed and all pieces might be moved: 0 when it can
 * be rebuilt. With T = ΣU / n, n pieces fit on distinct domains exactly when Σ min(C·(1−m), T) ≥ n·T
 * over the domains that are left.
 */
export function shortfalls(domains: readonly Space[], pieces: number): readonly bigint[] {
  const n = BigInt(pieces);
  // All in units of 1 / (scale · n) bytes, where T is the sum of what is used.
  const share = domains.reduce((sum, { used }) => sum + used, 0n);
  const taken = domains.map(({ fillable }) => (fillable * n < share ? fillable * n : share));
  const spare = taken.reduce((sum, room) => sum + room, 0n) - n * share;
  return taken.map((own) => (own > spare ? divideUp(own - spare, scale * n) : 0n));
}

/** What a domain has to keep free, as a fraction: the largest other domain's data, shared by all others. */
export interface Reserve {
  readonly largestOther: number;
  readonly isEnough: boolean;
  /** Bytes, rounded up. */
  readonly needed: bigint;
  /** Bytes, rounded down. */
  readonly free: bigint;
}

/** The reserve of each domain, in the order of the domains (at least two). */
export function reserves(domains: readonly Space[]): readonly Reserve[] {
  const others = BigInt(domains.length - 1);
  const largest = fullest(domains);
  const second = fullest(domains, largest);
  const shareOf = (
    other: number,
  ): { readonly largestOther: number; readonly used: bigint; readonly needed: bigint } => {
    const { used } = at(domains, other);
    return { largestOther: other, used, needed: divideUp(used, scale * others) };
  };
  const [most, next] = [shareOf(largest), shareOf(second)];
  return domains.map(({ free }, index) => {
    const { largestOther, used, needed } = index === largest ? next : most;
    return { largestOther, isEnough: free * others >= used, needed, free: free / scale };
  });
}

/** The first of the domains that hold most, but for one. */
function fullest(domains: readonly Space[], except?: number): number {
  let best = except === 0 ? 1 : 0;
  for (const [index, { used }] of domains.entries()) {
    if (index !== except && used > at(domains, best).used) best = index;
  }
  return best;
}

function at(domains: readonly Space[], index: number): Space {
  return domains[index] ?? { fillable: 0n, used: 0n, free: 0n };
}

function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
