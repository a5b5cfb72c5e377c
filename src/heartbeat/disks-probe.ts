import type { Node } from '../cluster/cluster';
import { found } from '../ssh/found';
import { quote } from '../ssh/shell';
import { UnreadableError, type DiskReading, type Probe } from './probe';

/** Printed last, so that a cut-off answer can be told from a short one. */
const END = 'standby:end';
const KIBIBYTE = 1024n;

/** Asks POSIX df for each declared path by its number. undefined when the node declares no disks. */
export function disksScript(node: Node): string | undefined {
  if (node.disks.length === 0) return undefined;
  const lines = node.disks.map((disk, i) => `echo "disk|${i}"\ndf -P -k -- ${quote(disk.path)} 2>&1`);
  return [...lines, `echo "${END}"`].join('\n');
}

/** The answer to `disksScript` with the given sizes in bytes; simulated nodes give it. */
export function disksAnswer(
  disks: readonly { readonly path: string; readonly size: bigint; readonly used: bigint }[],
): string {
  const rows = disks.map(({ path, size, used }, i) => {
    const [kib, usedKib] = [size / KIBIBYTE, used / KIBIBYTE];
    const header = 'Filesystem 1024-blocks Used Available Capacity Mounted on';
    return `disk|${i}\n${header}\n/dev/sd${String.fromCharCode(98 + (i % 24))} ${kib} ${usedKib} ${kib - usedKib} ${(usedKib * 100n) / kib}% ${path}\n`;
  });
  return `${rows.join('')}${END}\n`;
}

/**
 * Reads the answer to `disksScript`. A path that df refuses is `absent`. A device that is not mounted is left out:
 * df answers for the file system that its node in /dev lies on. Throws `UnreadableError`.
 */
export function readDisks(text: string, paths: readonly string[]): readonly DiskReading[] {
  if (!text.trimEnd().endsWith(END))
    throw new UnreadableError(`df: expected “${END}” at the end, found ${found(text)}.`);
  const blocks = text.split(/^disk\|(\d+)$/m);
  const byNumber = new Map<number, string>();
  for (let i = 1; i + 1 < blocks.length; i += 2) byNumber.set(Number(blocks[i]), blocks[i + 1] ?? '');
  return paths.flatMap((written, i): DiskReading[] => {
    const path = written.length > 1 ? written.replace(/\/+$/, '') || '/' : written;
    const block = byNumber.get(i);
    if (block === undefined)
      throw new UnreadableError(`df: expected a line “disk|${i}”, found ${found(text)}.`);
    // The file system's name may hold blanks, so the numbers are found by their shape: three and a percentage.
    const row = /^(\S.*?)\s+(\d{1,20})\s+(\d{1,20})\s+-?\d+\s+(?:\d+%|-)\s+\/.*$/m.exec(block);
    if (row) {
      const [, device = '', size = '0', used = '0'] = row;
      if (path.startsWith('/dev/') && device !== path) return [];
      return [{ path, capacity: BigInt(size) * KIBIBYTE, used: BigInt(used) * KIBIBYTE }];
    }
    if (/^df: /m.test(block)) return [{ path, state: 'absent' }];
    throw new UnreadableError(`df: expected size, used and available of ${path}, found ${found(block)}.`);
  });
}

/** How full the declared disks of a node are, for any system. df can hang on a dead disk: seldom, with a deadline. */
export const disksProbe: Probe = {
  id: 'disks',
  everyBeats: 6,
  timeoutMs: 10_000,
  script: (_cluster, node) => disksScript(node),
  read: (result, _cluster, node) => ({
    disks: readDisks(
      result.stdout,
      node.disks.map(({ path }) => path),
    ),
  }),
};
