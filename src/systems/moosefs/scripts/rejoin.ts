import type { Cluster, Node } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { moosefsSection } from '../section';
import { oursFunction, runFolder, settings } from './common';
import { filesListing, surveyScript } from './survey';
import { skewFunction, ucarpFunctions } from './ucarp';

/**
 * The survey, and of every changelog its last changes by id, time and operation (no names, no contents): what two
 * nodes have of the same id tells whether they have one history. A line that is still being written has no `(` yet.
 */
export function rejoinSurveyScript(cluster: Cluster, node: Node): string {
  return `${surveyScript(cluster, node)}
echo '@@ tails'
for f in "$data"/changelog*.mfs; do
  if [ -s "$f" ]; then
    echo "== \${f##*/}"
    tail -n 60 "$f" | sed -n 's/^\\([0-9][0-9]*\\): *\\([0-9][0-9]*\\)|\\([A-Z]*\\)(.*/\\1 \\2 \\3/p'
  fi
done
echo '@@ over'`;
}

/** Prints what a candidate has of the metadata, as a promotion would find it, and which daemons of MooseFS run. */
export function metadataStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}
if [ -n "$(masters)" ]; then echo 'process mfsmaster'; fi
if pidof mfsmetalogger >/dev/null; then echo 'process mfsmetalogger'; fi
echo '@@ images'
${filesListing}
echo '@@ end'`;
}

/**
 * Ends a mfsmaster that is not the master any more: orderly first, so that it saves what it has for whoever wants to
 * look, and by force when it hangs (safety 5).
 */
export function endMasterScript(cluster: Cluster, node: Node): string {
  return `set -u
${settings(cluster, node)}
if [ -n "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is here: this is no stale master" >&2; exit 1; fi
if [ -n "$(masters)" ]; then timeout 30 mfsmaster stop 2>&1 </dev/null | tr -d '\\000' | tail -n 2; fi
for p in $(masters); do echo "it did not end by itself: kill -9 $p"; kill -9 "$p"; done
t=0
while [ -n "$(masters)" ]; do
  t=$((t + 1)); if [ "$t" -gt 100 ]; then echo 'mfsmaster cannot be ended (its disk may hang)' >&2; exit 1; fi
  sleep 0.1
done
echo 'no mfsmaster runs here'`;
}

/**
 * Moves everything that this node has of the metadata aside, never deletes it, and starts the metalogger, which then
 * downloads all of it from the master. What an earlier attempt moved stays where it is.
 */
export function returnScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here' >&2; exit 1; fi
if [ -n "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is here" >&2; exit 1; fi
if pidof mfsmetalogger >/dev/null; then timeout 30 mfsmetalogger stop 2>&1 </dev/null | tr -d '\\000' | tail -n 1; fi
if pidof mfsmetalogger >/dev/null; then echo 'the metalogger did not stop' >&2; exit 1; fi
keep="$data/standby-saved/$(date -u +%Y%m%dT%H%M%SZ)-rejoin"
cd "$data"
for f in metadata* changelog* sessions*; do
  if [ -f "$f" ] && [ "$f" != metadata.mfs.empty ]; then
    mkdir -p "$keep"
    mv "$f" "$keep/"
    echo "moved aside: $f"
  fi
done
if [ -d "$keep" ]; then echo "kept in $keep"; fi
timeout 60 mfsmetalogger start 2>&1 </dev/null | tr -d '\\000' | tail -n 2
if ! pidof mfsmetalogger >/dev/null; then echo 'the metalogger did not start' >&2; exit 1; fi`;
}

/** Starts the metalogger again where it is: it asks the master anew for what it lacks. */
export function restartMetaloggerScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}
if [ -n "$(masters)" ]; then echo 'a mfsmaster runs here: a master needs no metalogger' >&2; exit 1; fi
timeout 60 mfsmetalogger restart 2>&1 </dev/null | tr -d '\\000' | tail -n 2
if ! pidof mfsmetalogger >/dev/null; then echo 'the metalogger did not start' >&2; exit 1; fi`;
}

/**
 * Restarts the master in place: it saves its metadata when it ends, which is the only way to make it write an image
 * before the next hourly save (MooseFS 3.0.117 has no command for it). Clients wait meanwhile.
 */
export function writeImageScript(cluster: Cluster, node: Node): string {
  return `set -eu
${settings(cluster, node)}
if [ -z "$(masters)" ]; then echo 'no mfsmaster runs here: use restart-master' >&2; exit 1; fi
(umask 077; mkdir -p ${runFolder})
if timeout 900 mfsmaster restart >"$saved.log" 2>&1 </dev/null; then rc=0; else rc=$?; fi
tr -d '\\000' <"$saved.log" | tail -n 6
if [ "$rc" != 0 ] || [ -z "$(masters)" ]; then
  echo "the restart ended with $rc: starting the master from its own files"
  timeout 540 mfsmaster -a start >"$saved.log" 2>&1 </dev/null || { tr -d '\\000' <"$saved.log" | tail -n 20; exit 1; }
  tr -d '\\000' <"$saved.log" | tail -n 6
fi
rm -f "$saved.log"`;
}

/** Prints the two hooks as they are on the node; a missing one has no line but its name. */
export function hooksScript(cluster: Cluster, node: Node, hooks: HookFiles): string {
  return `${settings(cluster, node)}
for hook in ${quote(hooks.up)} ${quote(hooks.down)}; do
  echo "hook $hook"
  if [ -r "$hook" ]; then sed 's/^/> /' "$hook"; fi
done
echo end`;
}

/** Starts ucarp where none ran: from the cluster file, with the password read by ucarp itself from a root-only file. */
export function startOwnUcarpScript(cluster: Cluster, node: Node, skew: number, hooks: HookFiles): string {
  return `set -u
${settings(cluster, node)}${oursFunction}
if [ -n "$(ours)" ]; then echo 'ucarp runs already'; exit 0; fi
${ucarpCommand(cluster, skew, hooks)} || exit 1
t=0
while [ -z "$(ours)" ]; do
  t=$((t + 1)); if [ "$t" -gt 30 ]; then echo 'ucarp did not start: its log says why' >&2; exit 1; fi
  sleep 0.1
done
echo 'ucarp runs at skew ${skew}'`;
}

/** The files that ucarp calls. */
export interface HookFiles {
  readonly up: string;
  readonly down: string;
}

/**
 * The command that starts ucarp for a cluster, with the checks before it: hooks and password file are in order, and the
 * interface and mask are those that the node's own network says. Also the body of the generated start script.
 */
export function ucarpCommand(cluster: Cluster, skew: number, hooks: HookFiles): string {
  const { virtualIp, interface: device, vhid, passwordFile } = moosefsSection(cluster);
  const { address, prefix } = virtualIp ?? { address: '', prefix: 0 };
  return `vip=${quote(address)}
prefix=${prefix}
device=${quote(device ?? '')}
password=${quote(passwordFile ?? defaultPasswordFile)}
for hook in ${quote(hooks.up)} ${quote(hooks.down)}; do
  if [ ! -x "$hook" ]; then echo "$hook is missing or not executable" >&2; exit 1; fi
done
if [ ! -s "$password" ]; then echo "$password is missing: ucarp's password belongs there, alone on one line" >&2; exit 1; fi
case $(stat -Lc '%u %a' "$password") in
  '0 600' | '0 400') ;;
  *) echo "$password must belong to root and be readable by root only (chmod 600)" >&2; exit 1 ;;
esac
# The route of the network that the address is in says which interface and mask are right, and who this node is there.
route=$(ip -o -4 route show match "$vip" scope link | awk '$0 !~ /^default/ && / src / { n = $0 } END { print n }')
found=$(echo "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')
mask=$(echo "$route" | sed -n 's|^[0-9.]*/\\([0-9]*\\) .*|\\1|p')
own=$(echo "$route" | sed -n 's/.* src \\([0-9.]*\\).*/\\1/p')
if [ "$found" != "$device" ] || [ "$mask" != "$prefix" ] || [ -z "$own" ] || [ "$own" = "$vip" ]; then
  echo "the cluster file says $vip/$prefix on $device, but the route here is: \${route:-none}" >&2
  exit 1
fi
ucarp -i "$device" -s "$own" -v ${vhid ?? 0} -o "$password" -k ${skew} -a "$vip" -x "$prefix" \\
  -u ${quote(hooks.up)} -d ${quote(hooks.down)} -B -z -n`;
}

/** Where ucarp's password is looked for when the cluster file names no \`passwordFile\`. */
export const defaultPasswordFile = '/etc/ucarp/password';

/**
 * Returns a promoted master to the common skew while it keeps the address: a second ucarp starts beside the one at skew
 * 1 and becomes master, too (it does not hear its own address: ucarp 1.5.2, carp.c, packethandler), then the first is
 * killed, which runs no vip-down. So somebody advertises all the time, and no other candidate is tempted.
 */
export function commonSkewScript(cluster: Cluster, node: Node, skew: number): string {
  return `set -u
${settings(cluster, node)}${oursFunction}${ucarpFunctions}${skewFunction}
if [ -z "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is not here" >&2; exit 1; fi
old= new=
for p in $(ours); do if [ "$(skew_of "$p")" = ${skew} ]; then new=$p; else old="$old $p"; fi; done
if [ -z "$old$new" ]; then echo 'no ucarp runs here' >&2; exit 1; fi
if [ -z "$new" ]; then
  first=\${old# }; first=\${first%% *}
  (umask 077; mkdir -p ${runFolder}; cat "/proc/$first/cmdline" >"$saved")
  wait=$(tr '\\0' '\\n' <"$saved" | awk '/^-b./ { b = substr($0, 3) } /^-r./ { r = substr($0, 3) }
    want { if (want == "b") b = $0; else r = $0; want = "" } /^-b$|^--advbase$/ { want = "b" } /^-r$|^--deadratio$/ { want = "r" }
    END { print (b ? b : 1) * (r ? r : 3) + 2 }')
  xargs -0 -a "$saved" sh -c 'exec "$@" -k ${skew} -n -B' sh </dev/null >"$saved.log" 2>&1
  rm -f "$saved"
  echo "a second ucarp at skew ${skew} starts beside the first; \${wait} s until it advertises, too"
  sleep "$wait"
fi
count=0
for p in $(ours); do if [ "$(skew_of "$p")" = ${skew} ]; then count=$((count + 1)); fi; done
if [ "$count" != 1 ]; then echo "$count ucarps at skew ${skew} run, expected one:" >&2; cat "$saved.log" >&2; exit 1; fi
for p in $old; do kill -9 "$p"; done
rm -f "$saved.log"
# Longer than another candidate would wait for an advertisement: had it none, it would take the address by now.
sleep 4
if [ -z "$(ip -o addr show to "$vip")" ]; then echo "the address $vip has left" >&2; exit 1; fi
echo 'ucarp runs at skew ${skew}, and the address never left'`;
}
