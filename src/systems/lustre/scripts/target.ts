import { quote } from '../../../ssh/shell';
import type { LustreTarget } from '../section';
import {
  boundedFunction,
  drbdFunction,
  holdersFunction,
  mirrorFunctions,
  mountedFunction,
  settings,
  stateCall,
  stateFunction,
} from './common';

/** Prints what a node has of a target now; read by `readTargetState`. */
export function targetStateScript(target: LustreTarget): string {
  return `${boundedFunction}${stateFunction}
${stateCall(target)}
echo end`;
}

/** Unmounts a target in an orderly way: never with -f, which evicts every client and skips recovery. */
export function umountScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${mountedFunction}${holdersFunction}
if ! mounted_here; then echo "nothing is mounted on $point"; exit 0; fi
sync_said=$(bounded 120 umount "$point" 2>&1) && code=0 || code=$?
if [ -n "$sync_said" ]; then printf '%s\\n' "$sync_said"; fi
if [ "$code" -eq 0 ]; then echo "$point is unmounted"; exit 0; fi
if [ "$code" -eq 124 ]; then
  echo "umount $point does not end. Standby never uses umount -f (it evicts every client and skips recovery): switch this node off, let its console say so, and fail over." >&2
else
  bounded 20 holders >&2
  echo "$point is busy: end what holds it, then retry" >&2
fi
exit "$code"`;
}

/** Makes the mirror Secondary on a node that has unmounted the target. */
export function demoteScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${mountedFunction}${holdersFunction}${drbdFunction}
if mounted_here; then echo "$point is still mounted here" >&2; exit 1; fi
drbd secondary "$res" && echo "$res is Secondary here"`;
}

/**
 * Makes the mirror Primary, without any force. Right before, it looks once more: an own disk that is UpToDate, no Primary on
 * the other side. With fencing off, DRBD itself would promote a disconnected copy while the other side is Primary.
 */
export function promoteScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${mountedFunction}${holdersFunction}${drbdFunction}${mirrorFunctions}
if mounted_here; then echo "something is mounted on $point already" >&2; exit 1; fi
now=$(status_of)
disk=$(own_disk "$now"); peer=$(peer_role "$now")
if [ "$disk" != UpToDate ]; then echo "the disk of $res here is \${disk:-not attached}, not UpToDate: it is not promoted" >&2; exit 1; fi
if [ "$peer" = Primary ]; then echo "the other node is Primary: $res is not promoted here" >&2; exit 1; fi
drbd primary "$res" && echo "$res is Primary here"`;
}

/** Mounts a target. Multi-mount protection makes a clean mount take 10 s and more. */
export function mountScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${mountedFunction}
if mounted_here; then echo "$point is mounted already"; exit 0; fi
mkdir -p "$point"
echo 'mounting; multi-mount protection may take 10 s and more'
said=$(bounded 280 mount -t lustre "$device" "$point" 2>&1) && code=0 || code=$?
if [ -n "$said" ]; then printf '%s\\n' "$said"; fi
if [ "$code" -eq 0 ]; then echo "$device is mounted on $point"; exit 0; fi
case $said in
  *'rong medium type'*) echo "mount: the mirror is Secondary here; it must be Primary before it can be mounted" >&2 ;;
esac
dmesg 2>/dev/null | grep -iE 'mmp|multi-mount|ldiskfs|lustre' | tail -n 4 >&2
if dmesg 2>/dev/null | tail -n 50 | grep -qiE 'mmp.*(active|in use|updated)|multi-mount'; then
  echo "multi-mount protection refuses it: another node has it mounted, or died within the last seconds. The kernel log names the node that updated last. Never clear it (tune2fs -E clear_mmp) while that node may live." >&2
fi
exit "$code"`;
}

/** Brings the resource up after a restart of its node; never as Primary. */
export function bringUpScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${holdersFunction}${drbdFunction}${mirrorFunctions}
now=$(status_of)
if [ -n "$(own_role "$now")" ]; then echo "$res is up here already"; exit 0; fi
drbd up "$res" && echo "$res is up here"`;
}

/**
 * Waits until the mirrors have lost their partner, and says so only when that was read twice, 10 s apart: right after a
 * death "Connected" is stale for 6 to 7 s (measured).
 */
export function seeLostScript(targets: readonly LustreTarget[]): string {
  return `set -u
${boundedFunction}${mirrorFunctions}
lost() { case $(connection "$1") in Connected) return 1 ;; *) [ -n "$(own_role "$1")" ] ;; esac; }
all_lost() { for res in ${targets.map(({ drbd = '' }) => quote(drbd)).join(' ')}; do lost "$(status_of)" || return 1; done; }
uptime_now; end=$((up + 30))
until all_lost; do
  uptime_now; if [ "$up" -gt "$end" ]; then echo "$res is down here, or still has its partner" >&2; exit 1; fi
  sleep 0.5
done
echo 'the partner is lost; it is read again in 10 s'
sleep 10
if ! all_lost; then echo "$res has its partner back: that node lives" >&2; exit 1; fi
echo 'without partner, read twice'`;
}

/** Shell function `left_of STATUS`: one line about a resync that is under way, from /proc/drbd or from `drbdsetup status`. */
const resyncFunction = `left_of() {
  minor=$(printf '%s\\n' "$1" | sed -n 's/^ *volume:[0-9]* minor:\\([0-9]*\\).*/\\1/p' | head -n 1)
  finish=$(sed -n "/^ *$minor: cs:/,/^ *[0-9]*: cs:/p" /proc/drbd 2>/dev/null | sed -n 's/.*finish: \\([0-9:]*\\) speed.*/\\1/p' | head -n 1)
  done=$(printf '%s\\n' "$1" | sed -n 's/.* done:\\([0-9.]*\\).*/\\1/p' | head -n 1)
  echo "\${done:-?} % done\${finish:+, $finish left}"
}
`;

/** Waits until both copies are UpToDate, and tells how far it is; at most that many seconds. */
export function waitSyncScript(target: LustreTarget, seconds: number): string {
  return `set -u
${settings(target)}${mirrorFunctions}${resyncFunction}
end=$(($(date +%s) + ${seconds})); before=
while :; do
  now=$(status_of)
  case $(connection "$now") in
    Connected) ;;
    StandAlone | '') echo "$res stands alone: its data differ from the other side's (a split brain), or nobody told it to connect" >&2; exit 1 ;;
  esac
  if [ "$(own_disk "$now")" = UpToDate ] && printf '%s\\n' "$now" | grep -q 'peer-disk:UpToDate' && [ "$(replication "$now")" = Established ]; then
    echo "$res is UpToDate on both sides"; exit 0
  fi
  line="$(replication "$now"): $(left_of "$now")"
  if [ "$line" != "$before" ]; then echo "$line"; before=$line; fi
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "the resync goes on ($(left_of "$now")): start this plan again when it is through" >&2; exit 1
  fi
  sleep 2
done`;
}

/** The line `recovery DEVICE STATUS key=value …` of a target, out of what `lctl` prints (both forms of get_param). */
const recoveryAwk = `BEGIN { device = ENVIRON["DEVICE"] }
/^[A-Za-z_-]+\\.[^ =]+\\.recovery_status=/ {
  at = index($0, "="); head = substr($0, 1, at - 1); split(head, part, ".")
  on = (part[2] == device); $0 = substr($0, at + 1)
}
on && /^[a-z_A-Z -]+: / { at = index($0, ":"); key = substr($0, 1, at - 1); gsub(/ /, "_", key); value[key] = substr($0, at + 2); gsub(/ .*/, "", value[key]) }
END {
  if (!("status" in value)) exit
  printf "recovery %s %s", device, value["status"]
  for (key in value) if (key != "status") printf " %s=%s", key, value[key]
  print ""
}`;

/** Shell function `recovery DEVICE`. */
export const recoveryFunction = `recovery() { bounded 10 lctl get_param '*.*.recovery_status' 2>/dev/null | DEVICE=$1 awk '${recoveryAwk}'; }
`;

/** Prints the recovery of a node's targets as `lctl` tells it; read by `readRecovery`. */
export function recoveryStateScript(): string {
  return `${boundedFunction}
if ! command -v lctl >/dev/null; then echo 'lctl is not installed on this node' >&2; exit 127; fi
bounded 10 lctl get_param '*.*.recovery_status' 2>/dev/null
echo end`;
}

/** Waits for the recovery of these targets and tells of it as it goes; at most that many seconds. */
export function waitRecoveryScript(devices: readonly string[], seconds: number): string {
  return `set -u
${boundedFunction}${recoveryFunction}
if ! command -v lctl >/dev/null; then echo 'lctl is not installed on this node' >&2; exit 127; fi
end=$(($(date +%s) + ${seconds})); before=
while :; do
  lines= open=no
  for device in ${devices.map(quote).join(' ')}; do
    line=$(recovery "$device")
    case $line in
      'recovery '*' COMPLETE'* | 'recovery '*' INACTIVE'*) ;;
      *) open=yes ;;
    esac
    lines="$lines\${line:-recovery $device is not told yet}
"
  done
  if [ "$lines" != "$before" ]; then printf '%s' "$lines" | sed 's/^recovery //'; before=$lines; fi
  if [ "$open" = no ]; then echo 'recovery is over'; exit 0; fi
  if [ "$(date +%s)" -ge "$end" ]; then
    echo 'recovery goes on. It ends by itself; abort-recovery would end it now and cut off the clients that have not come back.' >&2; exit 1
  fi
  sleep 2
done`;
}

/** Ends the recovery of a target: clients that have not come back are cut off and lose what they had not written. */
export function abortRecoveryScript(device: string): string {
  return `set -u
device=${quote(device)}
${boundedFunction}${recoveryFunction}
number=$(bounded 10 lctl dl | awk -v n="$device" '$4 == n { print $1; exit }')
if [ -z "$number" ]; then echo "$device is not served on this node" >&2; exit 1; fi
bounded 60 lctl --device "$number" abort_recovery && recovery "$device"`;
}
