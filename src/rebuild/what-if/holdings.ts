import { isStorage, type ClusterDraft, type FailureDomain } from '../../cluster/draft';
import { storageOf } from '../../rules/disks';
import { fillMargin } from '../../rules/margin';
import type { Observed } from '../../rules/observed';

/** What one node has of one failure domain in one tier. Bytes; `used` and `capacity` absent while unknown. */
export interface Holding {
  readonly node: string;
  /** The failure domain's own name: a node, a rack, `cs1:/dev/sdb` … */
  readonly domain: string;
  readonly tier: number;
  readonly capacity?: bigint;
  readonly used?: bigint;
}

/** The redundancy of a cluster and where its data lies; what the questions of “what if” are asked of. */
export interface Holdings {
  readonly kind: FailureDomain;
  /** Pieces of a chunk, of which `data` are needed to read it. */
  readonly pieces: number;
  readonly data: number;
  /** A chunk with fewer pieces than this takes no writes. */
  readonly writable: number;
  /** The part of a disk that stays free, hundredths of a percent. */
  readonly margin: bigint;
  readonly holdings: readonly Holding[];
}

/** Undefined where the file does not say how data is spread: no redundancy, a mistake in it, a node without its rack. */
export function holdingsOf(draft: ClusterDraft, observed?: Observed): Holdings | undefined {
  const { redundancy, spec, nodes } = draft;
  const pieces = redundancy?.pieces?.value;
  const kind = redundancy?.failureDomain?.value;
  const margin = fillMargin(draft);
  if (!pieces || !kind || margin === undefined || !draft.canCount) return undefined;
  const stores = nodes.filter((node) => isStorage(spec, node));
  const nameOf = (node: (typeof stores)[number]) =>
    kind === 'host' || kind === 'disk' ? node.name?.value : node[kind]?.value;
  if (stores.some((node) => node.name === undefined || nameOf(node) === undefined)) return undefined;
  const data = pieces.pieces - pieces.tolerance;
  const all = stores.map((node) => ({ node, ...storageOf(node, observed) }));
  const used = all.flatMap(({ disks, isBroken }) => (isBroken ? [] : disks.map(({ tier }) => tier ?? 0)));
  const tiers = used.length > 0 ? [...new Set(used)] : [0];
  return {
    kind,
    pieces: pieces.pieces,
    data,
    writable: redundancy.encoding ? writableEncoding(pieces) : (redundancy.minReplicas?.value ?? 1),
    margin,
    holdings: all.flatMap(({ node, disks, isBroken }) => {
      const [name = '', domain = ''] = [node.name?.value, nameOf(node)];
      // A node that lists no disk still is a domain: what it holds, and in which tiers, is unknown.
      if (disks.length === 0 || isBroken) return tiers.map((tier) => ({ node: name, domain, tier }));
      return disks.map((disk) => ({
        node: name,
        domain: kind === 'disk' ? `${name}:${disk.path ?? '?'}` : domain,
        tier: disk.tier ?? 0,
        ...(disk.capacity === undefined || disk.isBroken ? {} : { capacity: disk.capacity }),
        ...(disk.used === undefined || disk.isBroken ? {} : { used: disk.used }),
      }));
    }),
  };
}

/**
 * Every encoding with parity takes writes with one piece gone; the vendor's pages promise no more. Its pieces
 * without parity are all needed.
 */
function writableEncoding({ pieces, tolerance }: { pieces: number; tolerance: number }): number {
  return tolerance === 0 ? pieces : pieces - 1;
}
