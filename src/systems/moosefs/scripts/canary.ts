import type { Cluster } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { moosefsSection } from '../section';

/** Writes a small file through a client's mount, syncs it, reads it back and removes it. */
export function canaryScript(cluster: Cluster): string {
  const { mountPoint } = moosefsSection(cluster);
  return `set -eu
file=${quote(mountPoint ?? '')}/.standby-canary-$$
timeout 20 sh -c 'echo "$2" >"$1" && sync "$1" && [ "$(cat "$1")" = "$2" ] && rm -f "$1"' sh "$file" "standby $$"
echo 'written, synced, read and removed'`;
}
