import { perNode } from '../cluster/chunks';
import { isStorage } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import { formatPercent } from '../cluster/percent';
import type { Range } from '../cluster/place';
import { formatSize } from '../cluster/size';
import type { SystemSpec } from '../cluster/spec';
import { storageOf, type StorageDisk } from './disks';
import { finding } from './finding';
import { fillMargin } from './margin';
import type { Observed } from './observed';
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
  for (const { path, found } of fullDisks(draft.nodes, draft.spec, limit, observed)) {
    const { line, character } = found.range.start;
    byPlace.set(`${line}:${character} ${path}`, found);
  }
  return [...byPlace.values()];
};

const fullDisks = perNode(
  (node, spec: SystemSpec | undefined, limit: bigint, observed: Observed | undefined) => {
    if (!isStorage(spec, node)) return [];
    return storageOf(node, observed).disks.flatMap((disk) => {
      const written = disk.index === undefined ? undefined : node.disks[disk.index];
      const range = written?.used?.range ?? written?.range ?? node.range;
      const found = judge(disk, limit, range, node.name?.value);
      return found ? [{ path: disk.path, found }] : [];
    });
  },
);

function judge(
  disk: StorageDisk,
  limit: bigint,
  range: Range,
  node: string | undefined,
): Finding | undefined {
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
    range,
    `${where} is ${share} full (${formatSize(used)} of ${formatSize(capacity)}), above ${formatPercent(bound)}. Move or delete ${formatSize(excess)}, or add disks.`,
  );
}
