import { formatSize } from '../../cluster/size';
import { most } from '../../rules/facts';
import { scale, type Space } from '../../rules/space';
import { fit } from './placement';
import { vstorageSpec } from './spec';

/** A redundancy mode: M + N pieces; replicas are 1 + (replicas − 1). */
export interface Mode {
  readonly data: number;
  readonly parity: number;
  readonly isEncoded: boolean;
}

/** What is asked for: pieces on these domains. Everything in bytes times `scale`. */
export interface Shortage {
  /** Domains that are to hold everything. */
  readonly spaces: readonly Space[];
  /** Bytes of pieces that are stored, times `scale`. */
  readonly stored: bigint;
  readonly mode: Mode;
  /** `host`, `rack` … */
  readonly kind: string;
}

const mostAdded = 100;
const pieces = ({ data, parity }: Mode): number => data + parity;
const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;

/** A mode as the cluster file writes it. */
export function modeText({ data, parity, isEncoded }: Mode): string {
  return isEncoded ? `${data}+${parity}` : count(data + parity, 'replica');
}

/** The modes that the vendor lists, and replicas where those are used. */
function otherModes(mode: Mode): readonly Mode[] {
  const encodings = (vstorageSpec.redundancy?.listedEncodings ?? []).map((text): Mode => {
    const [data = 1, parity = 0] = text.split('+').map(Number);
    return { data, parity, isEncoded: true };
  });
  const replicas = [3, 2].map((number): Mode => ({ data: 1, parity: number - 1, isEncoded: false }));
  return mode.isEncoded ? encodings : replicas;
}

/** The capacity that most domains have: what a further one would bring. */
function typical(spaces: readonly Space[]): bigint {
  const sorted = spaces.map(({ fillable }) => fillable).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor(sorted.length / 2)] ?? 0n;
}

/** How many domains of the usual size make it fit; undefined when a hundred would not. */
export function domainsToAdd({ spaces, stored, mode }: Shortage): number | undefined {
  const one: Space = { fillable: typical(spaces), used: 0n, free: typical(spaces) };
  for (let added = 0; added <= mostAdded; added++) {
    const all = [...spaces, ...Array.from({ length: added }, () => one)];
    if (all.length >= pieces(mode) && fit(all, stored, { pieces: pieces(mode) }).missing === 0n) return added;
  }
  return undefined;
}

/** Bytes of user data to delete until it fits; undefined when no deletion helps: there are too few domains. */
export function dataToDelete({ spaces, stored, mode }: Shortage): bigint | undefined {
  const n = BigInt(pieces(mode));
  if (spaces.length < pieces(mode)) return undefined;
  const room = most(
    spaces.map(({ fillable }) => fillable),
    pieces(mode),
  );
  const over = stored - room * n;
  if (over <= 0n) return 0n;
  const divisor = n * scale;
  return (over * BigInt(mode.data) + divisor - 1n) / divisor;
}

/** Modes with redundancy in which the same data would fit, those that lose least first. */
export function modesThatFit({ spaces, stored, mode }: Shortage): readonly Mode[] {
  return otherModes(mode)
    .filter(({ data, parity }) => parity > 0 && (data !== mode.data || parity !== mode.parity))
    .filter((other) => {
      // The same data of users, in pieces of another mode.
      const bytes =
        (stored * BigInt(mode.data) * BigInt(pieces(other))) / (BigInt(pieces(mode)) * BigInt(other.data));
      return spaces.length >= pieces(other) && fit(spaces, bytes, { pieces: pieces(other) }).missing === 0n;
    })
    .toSorted(
      (a, b) =>
        Math.abs(a.parity - mode.parity) - Math.abs(b.parity - mode.parity) ||
        b.parity - a.parity ||
        b.data / pieces(b) - a.data / pieces(a),
    );
}

/** What would have to change so that everything finds a place, in sentences with the numbers; empty when it does. */
export function remedies(shortage: Shortage): readonly string[] {
  const { spaces, stored, mode, kind } = shortage;
  const lacks = spaces.length < pieces(mode) || fit(spaces, stored, { pieces: pieces(mode) }).missing > 0n;
  if (!lacks) return [];
  const added = domainsToAdd(shortage);
  const deleted = dataToDelete(shortage);
  const [other] = modesThatFit(shortage);
  const each = typical(spaces) / scale;
  return [
    ...(added === undefined || added === 0
      ? []
      : [`add ${count(added, kind)} with room for ${formatSize(each)}${added === 1 ? '' : ' each'}`]),
    ...(deleted === undefined || deleted === 0n ? [] : [`delete ${formatSize(deleted)} of data`]),
    ...(other
      ? [
          `lower the mode to ${modeText(other)} (it needs ${count(pieces(other), kind)} and survives the loss of ${other.parity}; data counts once it is written anew)`,
        ]
      : []),
  ];
}

/** Remedies as one sentence to be put behind a reason. */
export function remedyText(shortage: Shortage): string {
  const found = remedies(shortage);
  return found.length === 0 ? '' : ` What would help: ${found.join('; or ')}.`;
}
