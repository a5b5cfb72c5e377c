import type { Cluster, Node } from '../../cluster/cluster';
import { quote } from '../../ssh/shell';
import { escaped } from './reader-mounts';
import { lustreSection, serversOf, targetsOf, type LustreSection, type LustreTarget } from './section';

/** Printed last by every probe, so that a cut-off answer can be told from a short one. */
export const endMark = '@@ end';

/**
 * Shell function `ask PART PROGRAM …`: `@@ PART`, what the program says, and `= STATUS` on a line of its own; `= absent`
 * where it is not installed. Each has a limit on the node itself (timeout(1)), besides that of the whole probe.
 */
const askFunction = `command -v timeout >/dev/null 2>&1 || timeout() { shift 3; "$@"; }
ask() {
echo "@@ $1"
shift
if command -v "$1" >/dev/null 2>&1; then
timeout -k 1 5 "$@" 2>&1 </dev/null
printf '\\n= %s\\n' "$?"
else
echo '= absent'
fi
}`;

const endOfPart = `printf '\\n= 0\\n'`;

/** Lines of the kernel's own table of mounts: reading it touches no file system, so a dead one cannot hold it up. */
function mounts(words: readonly string[]): string {
  const found = ["-e ' lustre'", ...new Set(words.map((word) => `-e ${quote(escaped(word))}`))];
  return `echo '@@ mounts'
grep -F ${found.join(' ')} /proc/mounts
${endOfPart}`;
}

/**
 * What a server has mounted and what DRBD says there: cheap, so it is asked often. 8.4 has its figures in /proc/drbd and
 * its names in events2; 9 has both in JSON.
 */
export function storageScript(cluster: Cluster, node: Node): string | undefined {
  const targets = targetsOf(lustreSection(cluster), node.name);
  if (targets.length === 0) return undefined;
  const devices = [...new Set(targets.map(({ device }) => device))];
  return `${askFunction}
${mounts(targets.flatMap(({ device, mountPoint }) => [device, mountPoint]))}
echo '@@ devices'
for device in ${devices.map(quote).join(' ')}; do
printf '%s\\t%s\\n' "$device" "$(readlink -f -- "$device")"
done
${endOfPart}
${drbdQuestions(resourcesOf(targets))}echo '${endMark}'`;
}

/** Generations are asked where a side has lost its peer: they tell a split brain from a mere break. */
function drbdQuestions(resources: readonly string[]): string {
  if (resources.length === 0) return '';
  return `version=
{ read -r _ version _ </proc/drbd; } 2>/dev/null
case $version in
9.*)
ask drbd-json drbdsetup status --json --verbose --statistics;;
*)
ask drbd-proc cat /proc/drbd
ask drbd-events drbdsetup events2 --now --statistics
case $(cat /proc/drbd 2>/dev/null) in *cs:StandAlone*|*cs:WFConnection*)
${resources.map(generation).join('\n')};;
esac;;
esac
`;
}

const generation = (name: string): string => `ask ${quote(`drbd-gi ${name}`)} drbdadm get-gi ${quote(name)}`;

/** What changes seldom: generations, the configuration in force, the HA managers. */
export function detailScript(cluster: Cluster, node: Node): string | undefined {
  const section = lustreSection(cluster);
  const targets = targetsOf(section, node.name);
  if (targets.length === 0) return undefined;
  const resources = resourcesOf(targets);
  return [
    askFunction,
    ...(resources.length === 0 ? [] : ['ask drbd-show drbdsetup show --show-defaults']),
    ...resources.map(generation),
    heartbeat(section, node.name),
    pacemaker,
    `echo '${endMark}'`,
  ].join('\n');
}

/** Pacemaker 2 and 1.1 want different options; the older one refuses that of the newer at once. */
const pacemaker = `ask crm-new crm_mon -1 --output-as=xml
ask crm-old crm_mon -1 --as-xml`;

function resourcesOf(targets: readonly LustreTarget[]): readonly string[] {
  return [...new Set(targets.flatMap(({ drbd: name }) => (name === undefined ? [] : [name])))];
}

/** cl_status of the node itself and its partners, in the form in which `readClStatus` reads it. */
function heartbeat(section: LustreSection, node: string): string {
  const names = new Set([node, ...targetsOf(section, node).flatMap((target) => serversOf(target))]);
  const asks = ['hbstatus', ...[...names].map((name) => `nodestatus ${name}`), 'rscstatus'];
  return `echo '@@ heartbeat'
if command -v cl_status >/dev/null 2>&1; then
${asks
  .map(
    (words) => `echo ${quote(`# cl_status ${words}`)}; timeout -k 1 3 cl_status ${words} 2>&1; echo "rc=$?"`,
  )
  .join('\n')}
${endOfPart}
else
echo '= absent'
fi`;
}

/** What Lustre says on a server: health, devices, recovery, space, clients, consistency checks. */
export function lustreScript(cluster: Cluster, node: Node): string | undefined {
  if (targetsOf(lustreSection(cluster), node.name).length === 0) return undefined;
  return `${askFunction}
ask health lctl get_param health_check
ask dl lctl dl
ask recovery lctl get_param '*.*.recovery_status'
ask space lctl get_param 'osd-*.*.kbytestotal' 'osd-*.*.kbytesfree' 'osd-*.*.kbytesavail' 'osd-*.*.filestotal' 'osd-*.*.filesfree'
ask exports lctl get_param 'obdfilter.*.num_exports' 'mdt.*.num_exports'
ask lfsck lctl get_param 'mdd.*.lfsck_layout' 'mdd.*.lfsck_namespace' 'obdfilter.*.lfsck_layout'
echo '${endMark}'`;
}

/** What a client has mounted and how its imports are; never df, which hangs on a dead target. */
export function clientScript(cluster: Cluster, node: Node): string | undefined {
  if (!node.roles.includes('client')) return undefined;
  const { clientMount } = lustreSection(cluster);
  return `${askFunction}
${mounts(clientMount === undefined ? [] : [clientMount])}
ask imports lctl get_param 'osc.*.import' 'mdc.*.import'
echo '${endMark}'`;
}
