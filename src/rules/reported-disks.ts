import { perNode } from '../cluster/chunks';
import { isStorage, type DiskDraft, type NodeDraft } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import { replaceWith } from '../cluster/report';
import { formatSize } from '../cluster/size';
import type { SystemSpec } from '../cluster/spec';
import { samePath } from './disks';
import { finding } from './finding';
import type { Observed } from './observed';
import type { Rule } from './rule';

/** `capacity-drift`, `undeclared-disk`: what a node reports of its disks is not what the file says. */
export const reportedDisks: Rule = ({ nodes, spec }, observed) =>
  observed ? differences(nodes, spec, observed) : [];

const differences = perNode((node, spec: SystemSpec | undefined, observed: Observed) => {
  const reported = node.name && observed.disks.get(node.name.value);
  // An empty report is one that has not arrived yet, or a node that cannot tell.
  return reported && reported.size > 0 && isStorage(spec, node) ? compare(node, reported) : [];
});

type Reported = NonNullable<ReturnType<Observed['disks']['get']>>;

function compare(node: NodeDraft, reported: Reported): Finding[] {
  const name = node.name?.value ?? '';
  const found: Finding[] = [];
  for (const disk of node.disks) {
    if (!disk.path) continue;
    const reading = reported.get(samePath(disk.path.value));
    if (!reading) {
      found.push(
        finding(
          'undeclared-disk',
          'information',
          disk.path.range,
          `${name} does not report the disk ${disk.path.value}. Check that it is mounted and in use, or delete it here.`,
        ),
      );
    } else found.push(...drift(name, disk, reading.capacity));
  }
  const declared = new Set(node.disks.flatMap(({ path }) => (path ? [samePath(path.value)] : [])));
  const extra = [...reported.keys()].filter((path) => !declared.has(samePath(path)));
  if (extra.length > 0 && node.hasAllDisks) {
    found.push(
      finding(
        'undeclared-disk',
        'information',
        node.range,
        `${name} reports ${extra.length === 1 ? 'a storage disk' : `${extra.length} storage disks`} that this file does not have: ${extra.join(', ')}. Add ${extra.length === 1 ? 'it' : 'them'} under disks.`,
      ),
    );
  }
  return found;
}

function drift(node: string, { path, capacity }: DiskDraft, reported: bigint | undefined): Finding[] {
  if (!path || !capacity || reported === undefined) return [];
  const difference = reported > capacity.value ? reported - capacity.value : capacity.value - reported;
  if (difference * 20n <= capacity.value) return [];
  return [
    finding(
      'capacity-drift',
      'warning',
      path.range,
      `${node} reports ${formatSize(reported)} for ${path.value}, but this file says ${formatSize(capacity.value)}: more than 5 % apart. Correct the capacity, or look what happened to the disk.`,
      {
        related: [{ range: capacity.range, message: `capacity: ${formatSize(capacity.value)}` }],
        fixes: reported > 0n ? [replaceWith(capacity.range, `${reported}B`)] : [],
      },
    ),
  ];
}
