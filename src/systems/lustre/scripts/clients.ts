import type { Cluster } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { lustreSection } from '../section';
import { boundedFunction, plainFunction, runFolder } from './common';

const clientSettings = (cluster: Cluster): string => {
  const { clientMount = '', mgsNids, filesystem } = lustreSection(cluster);
  return `point=${quote(clientMount)}
what=${quote(`${mgsNids.join(':')}:/${filesystem}`)}
mark=${quote(`${runFolder}/${cluster.name}.remount`)}
${boundedFunction}${plainFunction}client_mounted() {
  while read -r source place rest; do
    plain_of "$place"
    if [ "$plain" = "$point" ]; then printf '%b\\n' "$source"; return 0; fi
  done </proc/mounts
  return 1
}
`;
};

/** Shell function `imports`: what a client says of its connections to targets, and when they changed. */
const importsFunction = `imports() {
  bounded 15 lctl get_param 'osc.*.import' 'mdc.*.import' 2>/dev/null | sed 's/^/| /'
  bounded 15 lctl get_param 'osc.*.state' 'mdc.*.state' 2>/dev/null | sed 's/^/history /'
}
`;

/** What a client has mounted and how its imports are; read by `readClient`. */
export function clientStateScript(cluster: Cluster): string {
  return `${clientSettings(cluster)}${importsFunction}
if source=$(client_mounted); then
  echo "mounted $source"
  if command -v lctl >/dev/null; then imports; else echo 'no lctl'; fi
else
  echo 'not mounted'
fi
if [ -s "$mark" ]; then sed 's/^/remount /' "$mark"; fi
echo "now $(date +%s)"
echo end`;
}

/**
 * Begins to unmount and mount the file system on a client and comes back at once, so that all clients do it at the same time.
 * What became of it stands in a file that `clientStateScript` reads.
 */
export function remountScript(cluster: Cluster): string {
  return `set -u
${clientSettings(cluster)}
umask 077
mkdir -p ${runFolder}
if ! client_mounted >/dev/null; then echo "nothing is mounted on $point"; echo done >"$mark"; exit 0; fi
echo running >"$mark"
(
  said=$(bounded 60 umount "$point" 2>&1) || { echo "failed umount: $(printf '%s' "$said" | tr '\\n' ' ' | cut -c 1-300)" >"$mark"; exit; }
  said=$(bounded 120 mount -t lustre "$what" "$point" 2>&1) || { echo "failed mount: $(printf '%s' "$said" | tr '\\n' ' ' | cut -c 1-300)" >"$mark"; exit; }
  echo done >"$mark"
) >/dev/null 2>&1 </dev/null &
echo 'unmount and mount have begun'`;
}

/** The last resort for a client whose mount hangs: detaches it, whatever its processes have open, and mounts anew. */
export function lazyRemountScript(cluster: Cluster): string {
  return `set -u
${clientSettings(cluster)}
umask 077
mkdir -p ${runFolder}
if client_mounted >/dev/null; then bounded 30 umount -l "$point" || exit 1; fi
bounded 120 mount -t lustre "$what" "$point" || exit 1
echo done >"$mark"
echo "$point is mounted anew"`;
}

/** Forgets what an earlier remount left. */
export function forgetRemountScript(cluster: Cluster): string {
  return `rm -f ${quote(`${runFolder}/${cluster.name}.remount`)}`;
}
