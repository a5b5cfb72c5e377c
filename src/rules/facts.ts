import type { ClusterDraft, FailureDomain } from '../cluster/draft';
import { formatSize } from '../cluster/size';
import { count, inTierText, layout, type Tier } from './domains';
import { fillMargin } from './margin';
import type { Observed } from './observed';
import { reserves, scale, shortfalls, type Space } from './space';

/** What the redundancy of a cluster comes to, in one tier. All sizes are bytes, rounded down. */
export interface TierFacts {
  readonly tier?: number;
  readonly kind: FailureDomain;
  readonly domains: number;
  readonly pieces: number;
  /** Domains that may fail at once without loss of data. */
  readonly tolerance: number;
  /** Domains that may be gone, one after another, with the cluster still able to rebuild itself. */
  readonly rebuildsAfter: number;
  /** Absent while the capacity or the usage of some disk is unknown. */
  readonly space?: SpaceFacts;
}

export interface SpaceFacts {
  readonly capacity: bigint;
  readonly used: bigint;
  /** Data that finds a place when every chunk has its pieces on distinct domains, in bytes of users. */
  readonly usable: bigint;
  readonly usableUsed: bigint;
  /** How much more data, in bytes of users, fits before no rebuild after a failure is possible; absent without a spare domain. */
  readonly room?: bigint;
  /** By domain. `needed` is its share of the largest other domain's data. */
  readonly reserves: readonly { readonly needed: bigint; readonly free: bigint }[];
  /** The label of a domain, such as `rack r2`. */
  readonly labelOf: (index: number) => string;
}

/**
 * The facts of each tier, most of them before any node has reported. `gone` are nodes that hold data and do
 * not answer: a domain of which all nodes are gone counts no more. Undefined where domains cannot be counted.
 */
export function facts(
  draft: ClusterDraft,
  observed?: Observed,
  gone: ReadonlySet<string> = new Set(),
): readonly TierFacts[] | undefined {
  const { redundancy } = draft;
  const pieces = redundancy?.pieces?.value;
  const present = gone.size === 0 ? draft : without(draft, gone);
  const found = pieces && layout(present, observed);
  if (!found) return undefined;
  const data = redundancy.encoding?.value.data ?? 1;
  const margin = fillMargin(draft);
  return found.tiers.map((tier) => {
    const known = found.isComplete ? tier.spaces : undefined;
    const domains = tier.count;
    return {
      ...(tier.tier === undefined ? {} : { tier: tier.tier }),
      kind: found.kind,
      domains,
      pieces: pieces.pieces,
      tolerance: domains < pieces.pieces ? 0 : pieces.tolerance,
      rebuildsAfter: rebuildsAfter(domains, pieces.pieces, known),
      ...(known && margin !== undefined
        ? { space: spaceFacts(tier, known, margin, pieces.pieces, data) }
        : {}),
    };
  });
}

function without(draft: ClusterDraft, gone: ReadonlySet<string>): ClusterDraft {
  return { ...draft, nodes: draft.nodes.filter(({ name }) => !name || !gone.has(name.value)) };
}

/** How many domains, the largest first, may go with all pieces still finding a place on distinct ones. */
function rebuildsAfter(domains: number, pieces: number, known: readonly Space[] | undefined): number {
  if (!known) return Math.max(0, domains - pieces);
  const share = known.reduce((sum, { used }) => sum + used, 0n);
  const byCapacity = known.map(({ fillable }) => fillable).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const n = BigInt(pieces);
  // Σ min(C, T) ≥ n·T with T = ΣU / n, all times n: exact.
  const fits = (gone: number): boolean => {
    const taken = byCapacity.slice(gone).map((room) => (room * n < share ? room * n : share));
    return taken.reduce((sum, one) => sum + one, 0n) >= n * share;
  };
  // The more are gone, the less fits: halving finds the last number that does.
  let [low, high] = [0, Math.max(0, domains - pieces)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The most T, times `scale` and rounded down, with Σ min(C, T) ≥ n·T: as much can be stored of each piece
 * when the n pieces of a chunk stand on distinct domains.
 */
export function most(fillable: readonly bigint[], pieces: number): bigint {
  if (fillable.length < pieces) return 0n;
  const sorted = [...fillable].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  let rest = sorted.reduce((sum, one) => sum + one, 0n);
  let best = rest / BigInt(pieces);
  // The k largest take one piece of every chunk; the others share the rest.
  for (let k = 1; k < pieces; k++) {
    rest -= sorted[k - 1] ?? 0n;
    const bound = rest / BigInt(pieces - k);
    if (bound < best) best = bound;
  }
  return best;
}

function spaceFacts(
  tier: Tier,
  known: readonly Space[],
  margin: bigint,
  pieces: number,
  data: number,
): SpaceFacts {
  const fillable = known.map((space) => space.fillable);
  const used = known.reduce((sum, space) => sum + space.used, 0n);
  const [n, m] = [BigInt(pieces), BigInt(data)];
  const largest = fillable.reduce((best, one) => (one > best ? one : best), 0n);
  const others = [...fillable];
  others.splice(others.indexOf(largest), 1);
  const hasSpare = known.length > pieces;
  // What a chunk's pieces may take after the largest domain is gone, less what they take now.
  const room = most(others, pieces) * n - used;
  const canRebuild = shortfalls(known, pieces).every((bytes) => bytes === 0n);
  return {
    capacity: fillable.reduce((sum, one) => sum + one, 0n) / (scale - margin),
    used: used / scale,
    usable: (most(fillable, pieces) * m) / scale,
    usableUsed: (used * m) / (scale * n),
    ...(hasSpare ? { room: canRebuild && room > 0n ? (room * m) / (scale * n) : 0n } : {}),
    reserves: known.length < 2 ? [] : reserves(known),
    labelOf: (index) => tier.domain(index).label,
  };
}

/** The facts of a cluster as sentences. */
export function factSentences(all: readonly TierFacts[]): readonly string[] {
  return all.flatMap((one) => {
    const { kind, domains, pieces, tolerance, space } = one;
    const where = inTierText(one);
    const sentences = [
      domains < pieces
        ? `The ${pieces} pieces of a chunk need ${count(pieces, kind)}; there ${domains === 1 ? 'is' : 'are'} ${domains}${where}.`
        : `${pieces} pieces of each chunk on ${count(domains, kind)}${where}: ${tolerance} may fail at once without loss of data, ${one.rebuildsAfter} may be gone with the cluster still able to rebuild itself.`,
    ];
    if (!space) {
      return [...sentences, 'How much space that leaves shows once every disk has its capacity and usage.'];
    }
    sentences.push(
      `Capacity ${formatSize(space.capacity)}, room for ${formatSize(space.usable)} of data, of which ${formatSize(space.usableUsed)} is taken.`,
    );
    if (space.room !== undefined) {
      sentences.push(
        space.room > 0n
          ? `${formatSize(space.room)} more data fits before a rebuild after a failure becomes impossible.`
          : 'No more data fits: a rebuild after a failure has no room.',
      );
    }
    return sentences;
  });
}

/** What a node (or its domain) owes to the others, as sentences; empty where nothing is known. */
export function nodeFactSentences(
  draft: ClusterDraft,
  all: readonly TierFacts[],
  name: string,
): readonly string[] {
  const node = draft.nodes.find((one) => one.name?.value === name);
  return all.flatMap(({ kind, space, tier }) => {
    if (!node || !space) return [];
    const label =
      kind === 'host' ? `node ${name}` : kind === 'disk' ? undefined : `${kind} ${node[kind]?.value ?? ''}`;
    const own = space.reserves.find((_, index) => space.labelOf(index) === label);
    if (!own) return [];
    const where = tier === undefined ? '' : inTierText({ tier });
    const subject = kind === 'host' ? 'It' : `The ${label ?? ''}`;
    return [
      `${subject} has ${formatSize(own.free)} free${where} and owes a reserve of ${formatSize(own.needed)}: its share of the largest other domain's data.`,
    ];
  });
}
