import type { Cluster, Node } from '../../../cluster/cluster';
import {
  askFunction,
  endFunction,
  runFolder,
  scratchFunction,
  setFunctions,
  settings,
  testFunction,
} from './common';

/**
 * Restores a copy of the metalogger's files in a folder of its own and reads the version that it reached.
 * Nothing in the data path is touched; `set` remembers exactly which bytes were tried (safety 15). An image
 * that is newer than every changelog is whole by itself.
 */
export function dryRunScript(cluster: Cluster, node: Node): string {
  return restoreScript(cluster, node, true);
}

/**
 * The same while a master still feeds the metalogger: it shows that the files add up, and proves nothing for the
 * promotion. A change that was being written when its file was copied is left out.
 */
export function rehearsalScript(cluster: Cluster, node: Node): string {
  return restoreScript(cluster, node, false);
}

function restoreScript(cluster: Cluster, node: Node, isStill: boolean): string {
  const afterCopy = isStill
    ? `if [ "$(set_state "$data")" != "$(cat "$scratch/set.new")" ]; then
  echo 'the files changed while they were copied: is a master feeding this metalogger?' >&2; exit 1
fi`
    : `for f in $files; do
  case $f in changelog*) if [ -n "$(tail -c 1 "$scratch/data/$f")" ]; then sed -i '$d' "$scratch/data/$f"; fi ;; esac
done`;
  const result = isStill
    ? 'mv "$scratch/set.new" "$scratch/set"'
    : 'rm -f "$scratch/version" "$scratch/set.new"';
  return `set -eu
${settings(cluster, node)}${setFunctions}
umask 077
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here: nothing to try' >&2; exit 1; fi
rm -rf "$scratch"
mkdir "$scratch" "$scratch/data"
files=$(set_files "$data")
if [ -z "$files" ]; then echo "no metalogger files in $data" >&2; exit 1; fi
set_state "$data" >"$scratch/set.new"
for f in $files; do cp -p "$data/$f" "$scratch/data/"; done
${afterCopy}
if [ -r /etc/mfs/mfsmaster.cfg ]; then grep -v '^[[:space:]]*DATA_PATH' /etc/mfs/mfsmaster.cfg >"$scratch/cfg" || true; fi
echo "DATA_PATH = $scratch/data" >>"$scratch/cfg"
chmod 711 "$scratch"; chmod 644 "$scratch/cfg"
chown -R --reference="$data" "$scratch/data"
if timeout 540 mfsmaster -c "$scratch/cfg" -a -x restore >"$scratch/log" 2>&1 </dev/null; then rc=0; else rc=$?; fi
tr -d '\\000' <"$scratch/log" | tail -n 20
if [ "$rc" != 0 ]; then echo "the restore failed with exit code $rc" >&2; exit 1; fi
last=$(for f in $files; do case $f in changelog*) tail -n 1 "$scratch/data/$f" | cut -d: -f1 ;; esac; done | sort -n | tail -n 1)
image=$(mfsmetadump "$scratch/data/metadata.mfs" 2>/dev/null | head -n 2 | sed -n 's/^# version: \\([0-9]*\\) ;.*/\\1/p')
if [ -z "$image" ]; then echo 'the restored image cannot be read' >&2; exit 1; fi
if [ -n "$last" ] && [ "$image" -lt $((last + 1)) ]; then
  echo "reached version $image, but the last change is $last: changes are missing in between" >&2; exit 1
fi
echo "$image" >"$scratch/version"
${result}
echo "reached version $image"`;
}

/** Prints the version that the dry run reached and whether the files are still those it tried. */
export function dryRunStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${scratchFunction}${setFunctions}
if ours_only && [ -s "$scratch/version" ] && [ -s "$scratch/set" ]; then
  echo "reached $(cat "$scratch/version")"
  if [ "$(set_state "$data")" = "$(cat "$scratch/set")" ]; then echo 'files same'; else echo 'files changed'; fi
fi
echo end`;
}

/**
 * The promotion: what was tried is what is started. Everything is kept by hard links; other metadata files
 * are moved aside, never deleted; the metalogger stays off on a master (safety 15).
 */
export function promoteScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}${scratchFunction}${setFunctions}
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here already' >&2; exit 1; fi
if [ -z "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is not here" >&2; exit 1; fi
${endFunction}
followed=$(pidof mfsmetalogger || true)
if ! end_all 300 $followed; then echo 'the metalogger did not stop' >&2; exit 1; fi
files=$(set_files "$data")
if ! ours_only || [ ! -s "$scratch/set" ] || [ "$(set_state "$data")" != "$(cat "$scratch/set")" ]; then
  echo 'the files are not those of the dry run: run the dry run again' >&2; exit 1
fi
keep="$data/standby-saved/$(date -u +%Y%m%dT%H%M%SZ)"
mkdir -p "$keep/before" "$keep/aside"
if [ -n "$followed" ]; then : >"$keep/followed"; fi
cd "$data"
for f in *; do if [ -f "$f" ]; then ln "$f" "$keep/before/"; fi; done
for f in metadata* changelog* sessions*; do
  if [ -f "$f" ] && [ "$f" != metadata.mfs.empty ] && ! printf '%s\\n' "$files" | grep -qxF -e "$f"; then
    echo "moved aside: $f"
    mv "$f" "$keep/aside/"
  fi
done
echo "kept as it was: $keep"
try=1
until timeout 540 mfsmaster -a -x start >"$scratch/log" 2>&1 </dev/null; do
  if [ "$try" -ge 3 ] || ! grep -qa 'already locked' "$scratch/log"; then
    tr -d '\\000' <"$scratch/log" | tail -n 20; echo 'mfsmaster did not start' >&2; exit 1
  fi
  try=$((try + 1)); sleep 1
done
: >"$keep/started"
tr -d '\\000' <"$scratch/log" | tail -n 12`;
}

/**
 * Takes a promotion back that started no master: every file is again what it was, what came new is kept, and the
 * metalogger goes on. Without a promotion to take back it does nothing.
 */
export function unpromoteScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here: nothing is taken back' >&2; exit 1; fi
keep=$(ls -d "$data"/standby-saved/*Z 2>/dev/null | tail -n 1)
# One of an earlier failover, which went well, is older than this run's dry run.
if [ -d "$keep/before" ] && [ -s "$scratch/set" ] && [ "$keep/before" -nt "$scratch/set" ] &&
  [ ! -e "$keep/started" ] && [ ! -e "$keep/undone" ]; then
  cd "$data"
  mkdir -p "$keep/new"
  for f in metadata* changelog* sessions*; do
    if [ -f "$f" ] && ! [ "$f" -ef "$keep/before/$f" ]; then echo "kept aside: $f"; mv "$f" "$keep/new/"; fi
  done
  for f in "$keep"/before/*; do if [ -f "$f" ] && [ ! -e "\${f##*/}" ]; then ln "$f" "\${f##*/}"; fi; done
  : >"$keep/undone"
  echo "as before: $data"
  if [ -e "$keep/followed" ] && ! pidof mfsmetalogger >/dev/null; then timeout 30 mfsmetalogger start 2>&1 | tail -n 1; fi
elif ! pidof mfsmetalogger >/dev/null && ls "$data"/metadata_ml.mfs* >/dev/null 2>&1; then
  timeout 30 mfsmetalogger start 2>&1 | tail -n 1
fi
echo 'nothing of a promotion is left'`;
}

/**
 * Ends a living master in an orderly way, as its own `stop` does (SIGTERM), but looks ten times a second whether it is
 * gone instead of once: clients wait. Its complete image must be there afterwards.
 */
export function stopMasterScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}${endFunction}
pids=$(masters)
if [ -z "$pids" ]; then echo 'no mfsmaster runs here' >&2; exit 1; fi
if ! end_all 5400 $pids; then echo 'mfsmaster did not end' >&2; exit 1; fi
if [ ! -s "$data/metadata.mfs" ]; then echo "mfsmaster left no metadata.mfs in $data: its end was not orderly" >&2; exit 1; fi
echo 'mfsmaster has saved its metadata and ended'`;
}

/** Prints `image N`, the version of what an orderly stop of this node's master saved. */
export function savedImageScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}
if [ -z "$(masters)" ]; then
  mfsmetadump "$data/metadata.mfs" 2>/dev/null | head -n 2 | sed -n 's/^# version: \\([0-9]*\\) ;.*/image \\1/p'
fi
echo end`;
}

/**
 * Starts the master again where only its process died. A half-downloaded image is moved aside first:
 * `-a` takes the file with the highest version, whatever it is.
 */
export function restartMasterScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here already' >&2; exit 1; fi
if [ -z "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is not here" >&2; exit 1; fi
umask 077
mkdir -p ${runFolder}
cd "$data"
aside="$data/standby-saved/$(date -u +%Y%m%dT%H%M%SZ)-aside"
for f in metadata*.tmp; do
  if [ -f "$f" ]; then mkdir -p "$aside"; mv "$f" "$aside/"; echo "moved aside: $f"; fi
done
try=1
until timeout 540 mfsmaster -a start >"$saved.log" 2>&1 </dev/null; do
  if [ "$try" -ge 3 ] || ! grep -qa 'already locked' "$saved.log"; then
    tr -d '\\000' <"$saved.log" | tail -n 20; echo 'mfsmaster did not start' >&2; exit 1
  fi
  try=$((try + 1)); sleep 1
done
tr -d '\\000' <"$saved.log" | tail -n 12
rm -f "$saved.log"`;
}

/**
 * Prints what this node's own master answers, and the version that the dry run reached. `stopped` only when
 * both the list of processes and mfsmaster itself say so: a hidden process must not look like none.
 */
export function masterStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${scratchFunction}${askFunction}${testFunction}
if ours_only && [ -s "$scratch/version" ]; then echo "reached $(cat "$scratch/version")"; fi
if [ -n "$(masters)" ]; then
  echo running; ask -SIM
else
  case $(test_master) in *'is not running'*) echo stopped ;; esac
fi
echo end`;
}

/** Prints the chunkservers, chunk classes and metaloggers as this node's master sees them. */
export function clusterStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${askFunction}
ask -SCS -SIC -SMB`;
}

/** Prints what the master behind the virtual address answers to whoever asks there, as clients do. */
export function addressStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}
timeout 8 mfscli -H "$vip" -P "$port" -p -s '|' -SIM -SCS -SIC -SMB 2>&1 | tr -d '\\000'`;
}

/** Removes what the dry run left; the files kept by the promotion stay. */
export function tidyScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}rm -rf "$scratch"
echo 'scratch folder removed'`;
}

/** Prints `last N`, the last change that the node's metalogger has received. */
export function lastChangeScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${setFunctions}
last=$(cd "$data" && for f in $(set_files .); do case $f in changelog*) tail -n 1 "$f" | cut -d: -f1 ;; esac; done | sort -n | tail -n 1)
case $last in '' | *[!0-9]*) ;; *) echo "last $last" ;; esac
echo end`;
}
