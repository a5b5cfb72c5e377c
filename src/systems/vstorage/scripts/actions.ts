import type { Cluster } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { vstorageSection } from '../section';
import { findVinfra } from '../vinfra-shell';

/** What runs vinfra, or an end with a sentence: a step that was planned with it must not fall back to anything. */
const vinfra = `${findVinfra}
if [ -z "$v" ]; then
  echo 'vinfra is not here, or may not be used: its password is in VINFRA_PASSWORD, or standby-vinfra sets it' >&2
  exit 127
fi`;

/**
 * Starts something with vinfra and waits until its task is over, at most so many seconds. vinfra answers with the
 * task's id; a task that goes on longer is no mistake, the step's verification says what came of it.
 */
function task(words: readonly string[], seconds: number): string {
  return `${vinfra}
said=$(timeout 60 "$v" ${words.map(quote).join(' ')} -f json) || { printf '%s\\n' "$said" >&2; exit 1; }
id=$(printf '%s' "$said" | tr -d ' \\n' | sed -n 's/.*"task_id":"\\([0-9a-fA-F-]*\\)".*/\\1/p')
[ -n "$id" ] || { echo "vinfra named no task: $said" >&2; exit 1; }
echo "task $id"
waited=0
while [ "$waited" -lt ${seconds} ]; do
  now=$(timeout 30 "$v" task show "$id" -f json | tr -d ' \\n' | sed -n 's/.*"state":"\\([a-zA-Z_]*\\)".*/\\1/p')
  case $now in
    success) echo 'the task is through'; exit 0 ;;
    fail* | error | cancel*) echo "the task ended as $now" >&2; exit 1 ;;
  esac
  sleep 2; waited=$((waited + 2))
done
echo 'the task goes on'`;
}

/** `vinfra node maintenance precheck|start|stop NODE`; `node` is vinfra's id of it. */
export function maintenanceScript(verb: 'precheck' | 'start' | 'stop', node: string): string {
  return task(['node', 'maintenance', verb, node], 600);
}

/** `vinfra node release NODE`: its data is copied away first. */
export function releaseNodeScript(node: string): string {
  return task(['node', 'release', node], 10);
}

/** `vinfra node disk release DEVICE --node NODE`: its data is copied away first. */
export function releaseDiskScript(node: string, device: string): string {
  return task(['node', 'disk', 'release', device, '--node', node], 10);
}

/** `vinfra node disk assign --disk DEVICE:cs:tier=T --node NODE`: a chunk service with a new id. */
export function assignDiskScript(node: string, device: string, tier: number): string {
  return task(['node', 'disk', 'assign', '--disk', `${device}:cs:tier=${tier}`, '--node', node], 300);
}

const vstorage = (cluster: Cluster, command: string) =>
  `timeout 30 vstorage -c ${quote(vstorageSection(cluster).name)} ${command}`;

/** `vstorage -c NAME set-config NAME=VALUE`. */
export function setConfigScript(cluster: Cluster, name: string, value: number): string {
  return vstorage(cluster, `set-config ${quote(`${name}=${value}`)}`);
}

/** `vstorage -c NAME rm-cs ID`, one after the other. */
export function removeCsScript(cluster: Cluster, ids: readonly number[]): string {
  return ['set -e', ...ids.map((id) => vstorage(cluster, `rm-cs ${id}`))].join('\n');
}

/** `vstorage -c NAME make-cs -r PATH -t TIER` and the start of its service. */
export function makeCsScript(cluster: Cluster, path: string, tier: number): string {
  const folder = `${path.replace(/\/+$/, '')}/cs`;
  return [
    'set -e',
    vstorage(cluster, `make-cs -r ${quote(folder)} -t ${tier}`),
    'systemctl start vstorage-csd.target',
  ].join('\n');
}

/** Unmounts the cluster on a client. A mount that is in use stays, and the script fails. */
export function unmountScript(cluster: Cluster): string {
  return `name=${quote(vstorageSection(cluster).name)}
sed -n -e "s|^vstorage://$name \\([^ ]*\\) fuse.*|\\1|p" -e "s|^vstorage://$name/[^ ]* \\([^ ]*\\) fuse.*|\\1|p" /proc/mounts | while read -r path; do
  umount "$(printf '%b' "$path")" || exit 1
done`;
}

/** Stops all metadata, or all chunk services of a node. */
export function stopServicesScript(kind: 'mds' | 'cs'): string {
  return `systemctl stop vstorage-${kind === 'mds' ? 'mdsd' : 'csd'}.target`;
}
