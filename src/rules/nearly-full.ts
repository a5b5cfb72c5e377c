import type { Finding } from '../cluster/finding';
import { once } from '../cluster/once';
import { formatPercent } from '../cluster/percent';
import { formatSize } from '../cluster/size';
import { storage, type StorageDisk, type StorageNode } from './disks';
import { finding } from './finding';
import { fillMargin } from './margin';
import type { Rule } from './rule';

/** Hundredths of a percent. */
const warnAbove = 8_000n;
const failAbove = 9_500n;

/** `nearly-full`: a disk that soon takes, or already takes, no more data. */
export const nearlyFull: Rule = (draft, observed) => {
  const room = 10_000n - (fillMargin(draft) ?? 0n);
  const limit = room < failAbove ? room : failAbove;
  // A disk list that several nodes share by an alias is one text, and gets one finding.
  const byPlace = new Map<string, Finding>();
  const lowest = warnAbove < limit ? warnAbove : limit;
  for (const storageNode of storage(draft, observed)) {
    const { node, disks } = storageNode;
    if (fullest(storageNode) < lowest) continue;
    for (const disk of disks) {
      const found = judge(disk, limit, node.name?.value);
      if (found) byPlace.set(`${JSON.stringify(found.range)} ${disk.path}`, found);
    }
  }
  return [...byPlace.values()];
};

/** How full the fullest disk of a node is, in hundredths of a percent, rounded down. */
const fullest = once(({ disks }: StorageNode) =>
  disks.reduce((most, { capacity, used }) => {
    const share = capacity && used !== undefined ? (used * 10_000n) / capacity : 0n;
    return share > most ? share : most;
  }, 0n),
);

function judge(disk: StorageDisk, limit: bigint, node: string | undefined): Finding | undefined {
  const { capacity, used } = disk;
  if (!capacity || used === undefined) return undefined;
  const isOver = (bound: bigint): boolean => used * 10_000n > capacity * bound;
  const severity = isOver(limit) ? 'error' : warnAbove < limit && isOver(warnAbove) ? 'warning' : undefined;
  if (!severity) return undefined;
  const share = formatPercent((used * 10_000n) / capacity);
  const bound = severity === 'error' ? limit : warnAbove;
  const where = `${disk.path ?? 'This disk'}${node ? ` of ${node}` : ''}`;
  const excess = used - (capacity * bound) / 10_000n;
  return finding(
    'nearly-full',
    severity,
    disk.usedRange ?? disk.range,
    `${where} is ${share} full (${formatSize(used)} of ${formatSize(capacity)}), above ${formatPercent(bound)}. Move or delete ${formatSize(excess)}, or add disks.`,
  );
}
