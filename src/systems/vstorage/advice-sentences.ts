import { isStorage, type ClusterDraft } from '../../cluster/draft';
import { roughDuration } from '../../cluster/duration';
import { formatSize } from '../../cluster/size';
import { storageOf } from '../../rules/disks';
import { count, inTierText, layout, type Tier } from '../../rules/domains';
import type { Observed } from '../../rules/observed';
import { scale, shortfalls, type Space } from '../../rules/space';
import { remedies, type Mode } from './advice';

/** Bits a second of the networks that a time is given for. */
const networks = [10, 25] as const;

/**
 * The document's advice with this cluster's numbers: what would have to change for each condition of a rebuild that does
 * not hold, equal disks, and what the network makes of a rebuild's time. Pure, over the same facts as the rules.
 */
export function vstorageAdvice(draft: ClusterDraft, observed?: Observed): readonly string[] {
  const { redundancy } = draft;
  const pieces = redundancy?.pieces?.value;
  const found = layout(draft, observed);
  if (!pieces || !found) return [];
  const encoding = redundancy?.encoding?.value;
  const mode: Mode = encoding
    ? { ...encoding, isEncoded: true }
    : { data: 1, parity: pieces.pieces - 1, isEncoded: false };
  return [
    ...found.tiers.flatMap((tier) => tierAdvice(tier, mode, found.kind, found.isComplete)),
    ...equalDisks(draft, observed),
  ];
}

function tierAdvice(
  tier: Tier,
  mode: Mode,
  kind: Parameters<typeof count>[1],
  isComplete: boolean,
): readonly string[] {
  const pieces = mode.data + mode.parity;
  const where = inTierText(tier);
  const spare = tier.count - pieces;
  const spaces = isComplete ? tier.spaces : undefined;
  if (spare <= 0) {
    const wanted = `For a cluster that rebuilds itself after a failure${where}: add ${count(1 - spare, kind)}`;
    const other = spaces ? lowerMode(spaces, mode, kind) : undefined;
    return [
      `${wanted}${other === undefined ? '' : `; or ${other}`}. One more than the mode needs is advised.`,
    ];
  }
  if (!spaces) return [];
  const missing = shortfalls(spaces, pieces);
  const worst = missing.reduce((best, bytes, index) => (bytes > (missing[best] ?? 0n) ? index : best), 0);
  const stored = spaces.reduce((sum, { used }) => sum + used, 0n);
  const rest = spaces.filter((_, index) => index !== worst);
  const help = (missing[worst] ?? 0n) > 0n ? remedies({ spaces: rest, stored, mode, kind }) : [];
  return [
    ...(help.length === 0
      ? []
      : [`To rebuild ${tier.domain(worst).label} after its failure${where}: ${help.join('; or ')}.`]),
    ...bandwidth(spaces, mode, where),
  ];
}

/** The mode for which one domain of the present ones could be missing. */
function lowerMode(spaces: readonly Space[], mode: Mode, kind: string): string | undefined {
  const largest = spaces.reduce(
    (best, { fillable }, index) => (fillable > (spaces[best]?.fillable ?? 0n) ? index : best),
    0,
  );
  const rest = spaces.filter((_, index) => index !== largest);
  const stored = spaces.reduce((sum, { used }) => sum + used, 0n);
  return remedies({ spaces: rest, stored, mode, kind }).find((text) => text.startsWith('lower the mode'));
}

/** What the network allows at best: each of the others receives its part, and of an encoding M pieces for each that it makes. */
function bandwidth(spaces: readonly Space[], mode: Mode, where: string): readonly string[] {
  const largest = spaces.reduce((most, { used }) => (used > most ? used : most), 0n) / scale;
  if (largest === 0n || spaces.length < 2) return [];
  const received = (Number(largest) / (spaces.length - 1)) * mode.data;
  const times = networks.map(
    (gigabits) => `${roughDuration(((received * 8) / (gigabits * 1e9)) * 1_000)} at ${gigabits} Gbit/s`,
  );
  return [
    `Rebuilding the fullest (${formatSize(largest)})${where} takes at least ${times.join(', ')} for each node: the faster the network, the shorter clients feel it.`,
  ];
}

/** What each node lacks to have what the largest has. */
function equalDisks(draft: ClusterDraft, observed: Observed | undefined): readonly string[] {
  const nodes = draft.nodes
    .filter((node) => isStorage(draft.spec, node))
    .map((node) => ({
      name: node.name?.value ?? '',
      sizes: storageOf(node, observed).disks.map(({ capacity }) => capacity),
    }));
  if (nodes.some(({ sizes }) => sizes.length === 0 || sizes.includes(undefined))) return [];
  const sums = nodes.map(({ name, sizes }) => ({
    name,
    sum: sizes.reduce<bigint>((all, one) => all + (one ?? 0n), 0n),
  }));
  const most = sums.reduce((best, { sum }) => (sum > best ? sum : best), 0n);
  const short = sums.filter(({ sum }) => sum < most);
  if (short.length === 0) return [];
  const listed = short.slice(0, 3).map(({ name, sum }) => `${name} lacks ${formatSize(most - sum)}`);
  const more = short.length - listed.length;
  return [
    `Equal disks in all nodes make a rebuild easiest: ${listed.join(', ')}${more > 0 ? ` and ${more} more lack some` : ''}.`,
  ];
}
