import type { Cluster, Node } from '../../cluster/cluster';
import { quote } from '../../ssh/shell';
import { moosefsSection } from './section';

/** The processes of MooseFS and ucarp, as /proc/PID/comm spells them (at most 15 characters: proc(5)). */
export const processNames = ['mfsmaster', 'mfsmetalogger', 'mfschunkserver', 'mfsmount', 'ucarp'] as const;

/** Printed last by every probe, so that a cut-off answer can be told from a short one. */
export const endMark = 'standby:end';
export const addressMark = 'standby:addresses';
export const noMasterMark = 'standby:no-master';

/**
 * Prints `ucarp|PID|VHID|SKEW` for the process in $d. Its password stands on the same command line: only
 * values of digits that follow -v and -k leave the node (safety 21), each option that takes a value is
 * skipped together with it, and a newline inside a value cannot start a new word.
 */
const ucarpFunction = `ucarp_skew() {
tr '\\n\\0' ' \\n' < "$d/cmdline" | {
skew=0 vhid=0 want=
read -r word
while IFS= read -r word; do
if [ -n "$want" ]; then
case $want in k) skew=$word;; v) vhid=$word;; esac
want=
continue
fi
case $word in
--advs*=*) skew=\${word#*=};;
--vh*=*) vhid=\${word#*=};;
--*=*) ;;
--advs*) want=k;;
--vh*) want=v;;
--int*|--src*|--mc*|--pass*|--add*|--advb*|--up*|--down*|--deadr*|--fac*|--xp*) want=x;;
--*) ;;
-*)
rest=\${word#-}
while [ -n "$rest" ]; do
case $rest in
[ismvpoabkudrfx]*)
want=\${rest%"\${rest#?}"} rest=\${rest#?}
if [ -n "$rest" ]; then
case $want in k) skew=$rest;; v) vhid=$rest;; esac
want= rest=
fi
break;;
*) rest=\${rest#?};;
esac
done;;
esac
done
case $skew in ''|*[!0-9]*|????*) skew=unknown;; esac
case $vhid in ''|*[!0-9]*|????*) vhid=unknown;; esac
echo "ucarp|\${d#/proc/}|$vhid|$skew"
}
}`;

/**
 * Lists the node's processes of MooseFS, ucarp's skews and the addresses. Built-ins of the shell, `tr` where
 * ucarp runs, and `ip`; not `mfsmaster test`, which leaves a lock file on nodes that are no master.
 */
export function serviceScript(): string {
  return `${ucarpFunction}
for d in /proc/[0-9]*; do
read -r name < "$d/comm" || continue
case $name in
${processNames.join('|')})
read -r line < "$d/stat" && echo "process|$name|$line"
[ "$name" = ucarp ] && ucarp_skew;;
esac
done 2>/dev/null
echo ${addressMark}
ip -o addr show
echo ${endMark}`;
}

/** Asks `df` for each declared path by its number; the paths themselves are not printed back by us. */
export function diskScript(node: Node): string | undefined {
  if (node.disks.length === 0) return undefined;
  const lines = node.disks.map((disk, i) => `echo "disk|${i}"\ndf -P -B1 -- ${quote(disk.path)} 2>&1`);
  return [...lines, `echo ${endMark}`].join('\n');
}

/**
 * Asks the master on a candidate about the whole cluster, at the candidate's own address, so that two
 * masters are seen as two. Where no mfsmaster runs it says so at once instead of waiting 3 s for a refusal.
 */
export function masterScript(cluster: Cluster, node: Node): string {
  const where = `-H ${quote(node.address)} -P ${moosefsSection(cluster).masterPort}`;
  return `for d in /proc/[0-9]*; do
read -r name < "$d/comm" || continue
[ "$name" = mfsmaster ] && break
name=
done 2>/dev/null
if [ "$name" = mfsmaster ]; then
mfscli ${where} -p -s '|' -SIN -SIC -SCS -SHD -SMB || echo "mfscli exit $?" >&2
else
echo ${noMasterMark}
fi
echo ${endMark}`;
}
