import { quote } from '../../../ssh/shell';
import type { LustreTarget } from '../section';

/** Where Standby keeps what a run needs on a node until it ends: a tmpfs, gone after a reboot. */
export const runFolder = '/run/standby';

/**
 * Shell function `bounded SECONDS COMMAND…`: the command's output and status; 124 when it does not end in time. A process
 * that hangs in the kernel (state D, a dead mount) cannot be killed, so nobody waits for its end, and it holds no channel.
 */
export const boundedFunction = `lives() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  case \${stat##*) } in [ZX]*) return 1 ;; esac
}
uptime_now() { read -r up rest </proc/uptime; up=\${up%%.*}; }
bounded() {
  seconds=$1; shift
  umask 077
  if [ ! -d ${runFolder} ]; then mkdir -p ${runFolder}; fi
  out=${runFolder}/out.$$.\${calls:=0}; calls=$((calls + 1))
  # Gone at once, so that nothing is left whatever becomes of this shell; it is read by its open descriptor.
  exec 8<>"$out" || return 125
  rm -f "$out"
  "$@" >&8 2>&1 </dev/null &
  child=$!
  uptime_now; until=$((up + seconds)); pause=0.02
  while lives "$child"; do
    uptime_now
    if [ "$up" -gt "$until" ]; then
      kill -9 "$child" 2>/dev/null
      sleep 0.3
      cat /proc/self/fd/8; exec 8>&-
      if lives "$child"; then
        echo "no answer within $seconds s, and it cannot even be killed: it hangs in the kernel (pid $child): $*" >&2
      else
        echo "no answer within $seconds s, so it was ended: $*" >&2
      fi
      return 124
    fi
    sleep "$pause"
    # Most commands are over at once; a machine that is slow to start processes should not start many to wait.
    case $pause in 0.02) pause=0.08 ;; *) pause=0.2 ;; esac
  done
  status=0; wait "$child" || status=$?
  cat /proc/self/fd/8; exec 8>&-
  return "$status"
}
`;

/** Shell function `plain_of TEXT`: the kernel's table of mounts has blanks in paths as \\040; the answer is in $plain. */
export const plainFunction = `plain_of() { case $1 in *\\\\*) plain=$(printf '%b' "$1") ;; *) plain=$1 ;; esac; }
`;

/**
 * Shell function `unseen DEVICE`, for shared storage, where no mirror tells that a device is in use: a target goes on being
 * served after `umount -l`, and from another mount namespace, and a mount that hangs may come about yet.
 */
const unseenFunction = `unseen() {
  if command -v lctl >/dev/null 2>&1; then
    said=$(bounded 8 lctl get_param -n 'osd-*.*.mntdev') && code=0 || code=$?
    case $code in 12[45]) echo 'elsewhere (nobody knows where: lctl gives no answer)' ;; esac
    for each in $said; do
      if [ "$each" = "$1" ] || [ "$(readlink -f "$each" 2>/dev/null)" = "$real" ]; then echo 'elsewhere (no mount point that this login sees, but Lustre serves it)'; break; fi
    done
  fi
  for each in $(grep -lE '^mount(\\.lustre)?$' /proc/[0-9]*/comm 2>/dev/null); do
    if tr '\\0' '\\n' <"\${each%comm}cmdline" 2>/dev/null | grep -qxF -e "$1"; then echo "elsewhere (a mount of it has not ended: \${each%/comm})"; fi
  done
}
`;

/**
 * Shell function `state NAME DEVICE MOUNTPOINT RESOURCE`: what this node has of a target. Reads the kernel's table of mounts,
 * which answers also while a mount hangs; a target is known by device and mount point, not by the type of its file system.
 */
export const stateFunction = `${plainFunction}${unseenFunction}state() {
  echo "target $1"
  real=$(readlink -f "$2" 2>/dev/null) || real=$2
  if [ -e "$2" ]; then echo 'device present'; fi
  seen=
  while read -r source point rest; do
    plain_of "$point"; point=$plain
    plain_of "$source"; source=$plain
    if [ "$point" = "$3" ]; then
      printf 'mounted %s\\n' "$source"; seen=yes
      continue
    fi
    case $source in
      "$2" | "$real") printf 'elsewhere %s\\n' "$point" ;;
      /dev/*) if [ -n "$real" ] && [ "$(readlink -f "$source" 2>/dev/null)" = "$real" ]; then printf 'elsewhere %s\\n' "$point"; fi ;;
    esac
  done </proc/mounts
  if [ -z "$4" ] && [ -z "$seen" ]; then unseen "$2"; fi
  if [ -n "$4" ]; then
    said=$(bounded 8 drbdsetup status "$4" --verbose --statistics 2>&1) && code=0 || code=$?
    printf '%s\\n' "$said" | sed 's/^/| /'
    if [ -r /proc/drbd ]; then sed 's/^/proc /' /proc/drbd; fi
    echo "drbd $code"
  fi
}
`;

/** The words of a call of `state` for a target. */
export function stateCall({ name, device, mountPoint, drbd }: LustreTarget): string {
  return `state ${quote(name)} ${quote(device)} ${quote(mountPoint)} ${quote(drbd ?? '')}`;
}

/** Shell assignments for the scripts of one target. Values are quoted here and in `stateCall`. */
export function settings(target: LustreTarget): string {
  return [
    `name=${quote(target.name)}`,
    `device=${quote(target.device)}`,
    `point=${quote(target.mountPoint)}`,
    `res=${quote(target.drbd ?? '')}`,
    boundedFunction,
  ].join('\n');
}

/** Shell function `mounted_here`: whether anything is mounted at the target's mount point. */
export const mountedFunction = `${plainFunction}mounted_here() {
  while read -r source place rest; do
    plain_of "$place"
    if [ "$plain" = "$point" ]; then return 0; fi
  done </proc/mounts
  return 1
}
`;

/**
 * Shell function `holders`: the processes that hold the target's device or mount point open, by pid and name, and devices
 * that are stacked on it. One `ls` over /proc: neither fuser nor lsof is everywhere.
 */
export const holdersFunction = `holders() {
  ls -l /proc/[0-9]*/cwd /proc/[0-9]*/root /proc/[0-9]*/fd 2>/dev/null |
    DEVICE=$device POINT=$point awk '
      /^\\/proc\\/[0-9]+\\/fd:$/ { split($0, part, "/"); pid = part[3]; next }
      {
        at = index($0, " -> "); if (!at) next
        target = substr($0, at + 4); left = substr($0, 1, at - 1)
        if (match(left, /\\/proc\\/[0-9]+\\/(cwd|root)$/)) { split(substr(left, RSTART), part, "/"); who = part[3] } else who = pid
        if (target == ENVIRON["DEVICE"] || target == ENVIRON["POINT"] || index(target, ENVIRON["POINT"] "/") == 1) print who
      }' | sort -un | head -n 20 |
    while read -r p; do
      echo "held open by pid $p ($(cat "/proc/$p/comm" 2>/dev/null)): $(tr '\\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | cut -c 1-80)"
    done
  block=$(readlink -f "$device" 2>/dev/null)
  for h in "/sys/block/\${block##*/}/holders"/*; do if [ -e "$h" ]; then echo "held open by the device \${h##*/} that lies on it"; fi; done
  grep -l " \${block:-$device} " /proc/[0-9]*/mounts 2>/dev/null | head -n 200 | while IFS=/ read -r _ _ p _; do
    if [ "$(readlink "/proc/$p/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]; then
      echo "mounted in another mount namespace, that of pid $p ($(cat "/proc/$p/comm" 2>/dev/null))"; break
    fi
  done
}
`;

/**
 * Shell function `drbd VERB …`: drbdadm, bounded, with what its refusals mean (measured on 8.4.11; DRBD 9 has the same
 * numbers). Being where it should be already is no failure. Nothing here ever forces.
 */
export const drbdFunction = `drbd() {
  said=$(bounded 60 drbdadm "$@" 2>&1) && code=0 || code=$?
  if [ -n "$said" ]; then printf '%s\\n' "$said"; fi
  if [ "$code" -eq 0 ]; then return 0; fi
  case $said in
    *'(102)'* | *'(162)'*) echo 'it was so already'; return 0 ;;
    *'(-1)'*) echo 'DRBD: the other node is Primary. Look at it; never force.' >&2 ;;
    *'(-2)'*) echo 'DRBD: this copy is not up to date. Bring the other node back and let it resync; a forced promotion would serve old data.' >&2 ;;
    *'(-7)'*) echo 'DRBD: its fencing policy wants the other node outdated or fenced first. Switch that node off, so that its fence handler can say so.' >&2 ;;
    *'(-10)'*) echo 'DRBD: the other node refused. Look at its kernel log.' >&2 ;;
    *'(-12)'*) echo 'DRBD: something on this node holds the device open:' >&2; holders >&2; echo 'End it, or unmount what it uses; then retry.' >&2 ;;
    *) echo "DRBD: drbdadm $1 ended with status $code; the kernel log says more:" >&2; dmesg 2>/dev/null | grep drbd | tail -n 3 >&2 ;;
  esac
  return "$code"
}
`;

/** Shell functions `own_disk` and `peer_role`, from what `drbdsetup status` says (8.4 and 9 alike). */
export const mirrorFunctions = `status_of() { bounded 8 drbdsetup status "$res" --verbose --statistics 2>/dev/null; }
own_role() { printf '%s\\n' "$1" | sed -n '1s/.* role:\\([A-Za-z]*\\).*/\\1/p'; }
own_disk() { printf '%s\\n' "$1" | sed -n 's/^ *volume:[0-9]* .* disk:\\([A-Za-z]*\\).*/\\1/p' | head -n 1; }
peer_role() { printf '%s\\n' "$1" | sed -n '2,$s/^  [^ ].* role:\\([A-Za-z]*\\).*/\\1/p' | head -n 1; }
connection() { printf '%s\\n' "$1" | sed -n '2,$s/^  [^ ].*connection:\\([A-Za-z]*\\).*/\\1/p' | head -n 1; }
replication() { printf '%s\\n' "$1" | sed -n 's/.*replication:\\([A-Za-z]*\\).*/\\1/p' | head -n 1; }
`;
