import type { Cluster } from '../../cluster/cluster';
import { quote } from '../../ssh/shell';
import { vstorageSection } from './section';
import { findVinfra } from './vinfra-shell';

/** Printed last by every probe, so that a cut-off answer can be told from a short one. */
export const endMark = 'standby:end';
export const noVinfraMark = 'standby:no-vinfra';
export const vinfraParts = ['overview', 'nodes', 'disks'] as const;

/** What MDS, chunk services and mounts are called in /proc/PID/comm; by role of the node. */
export const processByRole: Readonly<Record<string, string>> = {
  mds: 'mdsd',
  cs: 'csd',
  client: 'vstorage-mount',
};

/** The node's own clock: countdowns run by that of the cluster, not by ours. */
const clock = `date '+clock|%s|%z'`;
/** A cluster without a majority of its MDS lets vstorage wait for ever: whoever asks ends it himself. */
const limit = (seconds: number) => `timeout ${seconds}`;

/** `vstorage -c NAME stat`. */
export function statScript(cluster: Cluster): string {
  // Ended while it printed, its tables lack rows, which would seem to be of services that are out of the cluster.
  return `${clock}
${limit(6)} vstorage -c ${quote(vstorageSection(cluster).name)} stat
case $? in 124|137|143) echo 'vstorage stat was not through after 6 s' >&2;; *) echo ${endMark};; esac`;
}

/** `vstorage -c NAME get-config`. */
export function configScript(cluster: Cluster): string {
  return vstorageScript(cluster, 'get-config', '');
}

/** The newest events; those before are known from earlier answers. */
export function eventsScript(cluster: Cluster): string {
  return vstorageScript(cluster, 'get-event', ' | tail -n 60');
}

function vstorageScript(cluster: Cluster, command: string, then: string): string {
  return `${clock}
${limit(6)} vstorage -c ${quote(vstorageSection(cluster).name)} ${command}${then}
echo ${endMark}`;
}

/** What vinfra knows beyond that, where the node has it and may use it. */
export function vinfraScript(): string {
  return `${findVinfra}
if [ -z "$v" ]; then
echo ${noVinfraMark}
else
echo standby:overview
${limit(15)} "$v" cluster overview -f json
echo standby:nodes
${limit(15)} "$v" node list --long -f json
echo standby:disks
${limit(25)} "$v" node disk list --all --long -f json
fi
echo ${endMark}`;
}

/** The processes of vstorage on a node; built-ins of the shell only. */
export function serviceScript(): string {
  return `for d in /proc/[0-9]*; do
read -r name < "$d/comm" || continue
case $name in
${Object.values(processByRole).join('|')}) read -r line < "$d/stat" && echo "process|$name|$line";;
esac
done 2>/dev/null
echo ${endMark}`;
}
