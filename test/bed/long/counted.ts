import type { Bed } from '../bed';
import type { Counted } from './judged';

/** Twice a second: milliseconds since 1970 and the chunks that lack copies. Ends with the rebuild, or after four minutes. */
const counter = `
was=0
for look in $(seq 400); do
  at=$(date +%s%3N)
  left=$(mfscli -H mfsmaster -p -s '|' -SIC | awk -F'|' '/chunkclass (endangered|undergoal):/ { n += $NF } END { print n + 0 }')
  echo "$at $left"
  [ "$was" -gt 0 ] && [ "$left" -eq 0 ] && exit 0
  was=$left
  sleep 0.4
done`;

/** How a bed's master counts a rebuild from before it begins until it has ended. */
export async function countedByMaster(bed: Bed): Promise<readonly Counted[]> {
  const text = await bed.sh('m1', counter, 400_000);
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' ').map(Number) as [number, number]);
}
