import type { DrbdGeneration } from './observation';
import { unreadable, wholeLines } from './reader-text';

const hex = '([0-9A-F]{16})';
const line = new RegExp(`^(?:\\S+:\\s*)?${hex}:${hex}:${hex}:${hex}((?::[01]){7,})\\s*$`, 'i');

/** Reads `drbdadm get-gi RESOURCE`: four identifiers and their flags. Throws `UnreadableError`. */
export function readDrbdGi(text: string): DrbdGeneration {
  const found = wholeLines(text)
    .map((each) => line.exec(each.trim()))
    .find((match) => match !== null);
  if (!found) throw unreadable('drbdadm get-gi', 'four identifiers and seven flags', text);
  const [, current = '', bitmap = '', younger = '', older = '', flags = ''] = found;
  const flag = (at: number): boolean => flags[at * 2 + 1] === '1';
  return {
    current: current.toUpperCase(),
    bitmap: bitmap.toUpperCase(),
    history: [younger.toUpperCase(), older.toUpperCase()],
    consistent: flag(0),
    wasUpToDate: flag(1),
    wasPrimary: flag(2),
    wasConnected: flag(3),
    fullSync: flag(4),
    peerOutdated: flag(5),
    crashedPrimary: flag(6),
  };
}

/** How two copies of one resource stand to each other, from the first one's view. */
export type Generations = 'same' | 'ahead' | 'behind' | 'split-brain' | 'unrelated' | 'unknown';

/** The lowest bit says that the node was primary; it does not tell data apart. */
const bare = (id: string): bigint => BigInt(`0x${id}`) & ~1n;

/**
 * Compares two generations as DRBD does at the handshake (drbd.conf(5), “data generation tuple”): a copy is behind
 * when its data are what the other one started from; both went on from the same data in a split brain.
 */
export function compareGenerations(own: DrbdGeneration, other: DrbdGeneration): Generations {
  const [a, b] = [bare(own.current), bare(other.current)];
  // 4 is a copy that was just made and never had any data.
  if (a <= 4n || b <= 4n) return 'unknown';
  if (a === b) return 'same';
  const past = ({ bitmap, history }: DrbdGeneration) =>
    [bitmap, ...history].map(bare).filter((id) => id > 4n);
  if (past(own).includes(b)) return 'ahead';
  if (past(other).includes(a)) return 'behind';
  return past(own).some((id) => past(other).includes(id)) ? 'split-brain' : 'unrelated';
}
