import type { DiskReading } from '../../heartbeat/probe';
import { bare, bytes, unreadable } from './reader-text';
import { complete } from './reader-processes';

/**
 * Reads the output of `diskScript`: for each declared path its number and what `df -P -B1` said (POSIX df:
 * a header, then one line whose first four columns are name, size, used, available).
 * A path that df refuses is `absent`. Throws `UnreadableError`.
 */
export function readDf(stdout: string, stderr: string, paths: readonly string[]): readonly DiskReading[] {
  const blocks = complete('df', stdout, stderr).split(/^disk\|(\d+)$/m);
  const byNumber = new Map<number, string>();
  for (let i = 1; i + 1 < blocks.length; i += 2) byNumber.set(Number(blocks[i]), blocks[i + 1] ?? '');
  return paths.map((path, i): DiskReading => {
    const text = byNumber.get(i);
    if (text === undefined) throw unreadable('df', `a line “disk|${i}”`, stdout);
    // The device's name may hold blanks, so the numbers are found by their shape: three and a percentage.
    const row = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s+\/.*$/m.exec(text);
    if (row)
      return { path: bare(path), capacity: bytes('df', 'size', row[1]), used: bytes('df', 'used', row[2]) };
    if (/^df: /m.test(text)) return { path: bare(path), state: 'absent' };
    throw unreadable('df', 'a line with size, used and available', text);
  });
}
