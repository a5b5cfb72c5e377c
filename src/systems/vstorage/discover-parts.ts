import { findVinfra } from './vinfra-shell';

/** What a node is asked when a vstorage cluster is discovered. Everything here only reads. */

/**
 * The clusters that a node knows, by the folders of their configuration. What is asked of vstorage is asked of the
 * first one that answers, with a limit: without a majority of its MDS it waits for ever.
 */
const clusterNames = `ls /etc/vstorage/clusters /etc/pstorage/clusters | grep -v -e : -e '^$' | sort -u`;

/** Shell text by part; see `partsScript`. */
export const vstorageParts: Readonly<Record<string, string>> = {
  clusters: clusterNames,
  disks: `grep -oE ' /[pv]storage/[^ ]+ ' /proc/mounts | while read -r path; do
echo "disk|$path"
limited df -P -B1 -- "$path" 2>&1
done`,
  stat: `${clusterNames} | head -n 3 | while read -r name; do
answer=$(limited vstorage -c "$name" stat)
case $answer in *"Cluster '"*) ;; *) continue;; esac
echo "asked|$name"
printf '%s\\n' "$answer"
echo 'asked|config'
limited vstorage -c "$name" get-config
echo 'asked|attributes'
limited vstorage -c "$name" get-attr /
break
done`,
  vinfranodes: `${findVinfra}
limit=15
[ -n "$v" ] && limited "$v" node list --long -f json`,
  // Each part has a shell of its own.
  vinfradisks: `${findVinfra}
limit=20
[ -n "$v" ] && limited "$v" node disk list --all --long -f json`,
};
