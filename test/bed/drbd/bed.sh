#!/bin/bash
# Two user-mode-linux machines (oss1, oss2) with real DRBD and a client (lc1) in a network of their own.
#
#   bed.sh up                     start them; the target OST0000 is served by oss1
#   bed.sh down                   end them and remove everything that was made
#   bed.sh room COMMAND…          run a command of this machine inside the network, as the operator
#   bed.sh sh NODE COMMAND…       run in a machine, through its sshd
#   bed.sh poweroff NODE          loss of power
#   bed.sh poweron NODE           and back; what a machine starts by itself is in its /var/tmp/boot
#   bed.sh power NODE             what a console would say: "Chassis Power is on" or "… off"
#   bed.sh cut LINK               replication: between the two; oss1, oss2: between it and everyone but its partner
#   bed.sh join LINK              undo it
#
# BED is the folder of the bed (required), GUEST the one of guest.sh. The network has no name: beds do not see each
# other. Needs root, /dev/net/tun, iproute2, util-linux, openssh-server, e2fsprogs, and what guest.sh makes.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${BED:?the folder of the bed}"
GUEST=${GUEST:-$here/.guest}
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
MEMORY=${MEMORY:-224M} DISK=${DISK:-64M} SPARE=${SPARE:-192M}
client=10.78.0.31

number_of() { case $1 in oss[12]) echo "${1#oss}" ;; *) echo "bed: $1 is no machine with a power button" >&2; exit 2 ;; esac; }
room_pid() { # a number can be another process's by now
  local pid; pid=$(cat "$BED/room.pid" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "^sleep 7" && echo "$pid"
}
in_room() {
  local pid; pid=$(room_pid) || { echo 'bed: it is down' >&2; return 255; }
  nsenter -t "$pid" -n -m -- "$@"
}
machine_pid() {
  local pid; pid=$(cat "$BED/$1.pid" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "^unshare .*$BED" && echo "$pid"
}
into() { # NODE COMMAND…
  local node=$1; shift
  in_room ssh -F "$BED/ssh_config" -o ConnectTimeout=20 -q "$node" "$@"
}
until_true() { # SECONDS COMMAND…
  local end=$(($(date +%s) + $1)); shift
  until "$@" >/dev/null 2>&1 </dev/null; do [ "$(date +%s)" -lt "$end" ] || return 1; sleep 0.1; done
}

boot() {
  local node=$1 n
  n=$(number_of "$node")
  # Its own process namespace: at a loss of power everything of it ends at one stroke (pid_namespaces(7)).
  nsenter -t "$(room_pid)" -n -m -- setsid unshare --pid --fork --kill-child=KILL --mount-proc env -i LD_PRELOAD="$GUEST/ptrace-pad.so" TMPDIR="$BED/memory" HOME="$BED" \
    "$GUEST/uml/usr/bin/linux.uml" "mem=$MEMORY" "initrd=$GUEST/initramfs" "number=$n" "umid=$node" "uml_dir=$BED/memory/" \
    "ubd0=$BED/memory/$node.disk" "ubd1=$BED/memory/$node.spare" "ubd2r=$BED/memory/$node.tar" \
    "eth0=tuntap,m$n,52:54:00:78:00:0$n" "eth1=tuntap,r$n,52:54:00:79:00:0$n" \
    con=null con0=null,fd:1 ssl=null quiet panic=1 random.trust_cpu=on </dev/null >>"$BED/$node.console" 2>&1 &
  echo $! >"$BED/$node.pid"
}
ready() { tac "$BED/$1.console" | sed "/^= $1 is switched on/q" | grep -q "^= $1 is up" && into "$1" true; }
wait_ready() { until_true 40 ready "$1" || { echo "bed: $1 did not come up" >&2; grep -av '^@' "$BED/$1.console" | tail -n 15 >&2; return 1; }; }

up() {
  [ -e "$BED/room.pid" ] && { echo "bed: $BED is up already" >&2; exit 1; }
  trap 'code=$?; [ "$code" = 0 ] || { echo "bed: up failed, removing it" >&2; down; }; exit "$code"' EXIT
  trap 'exit 130' INT TERM
  set -e -o pipefail
  "$here/guest.sh" make
  local node n link
  mkdir -p "$BED/memory"
  chmod 700 "$BED"
  setsid unshare --net --mount sleep 7d </dev/null >/dev/null 2>&1 &
  echo $! >"$BED/room.pid"
  until_true 5 room_pid
  # In the room only: memory of the machines and their disks, gone when the room is.
  in_room mount -t tmpfs -o size=2g,mode=755 bed "$BED/memory"
  in_room ip link set lo up
  for link in m r; do
    in_room ip link add "br$link" type bridge
    in_room ip link set "br$link" up
    for n in 1 2; do
      in_room ip tuntap add "$link$n" mode tap
      in_room ip link set "$link$n" master "br$link" up
    done
  done
  in_room ip addr add 10.78.0.254/24 dev brm

  ssh-keygen -q -t ed25519 -N '' -C operator -f "$BED/id"
  for node in oss1 oss2 lc1; do
    mkdir -p "$BED/files/$node/etc/ssh" "$BED/files/$node/root/.ssh"
    ssh-keygen -q -t ed25519 -N '' -C "$node" -f "$BED/files/$node/etc/ssh/host_$node"
    cp "$BED/id.pub" "$BED/files/$node/root/.ssh/authorized_keys"
    chmod 700 "$BED/files/$node/root" "$BED/files/$node/root/.ssh"
    n=${node#oss}
    [ "$node" = lc1 ] && n=31
    echo "$node,10.78.0.$n $(cut -d' ' -f1,2 "$BED/files/$node/etc/ssh/host_$node.pub")" >>"$BED/known_hosts"
    printf 'Host %s\n  HostName 10.78.0.%s\n' "$node" "$n" >>"$BED/ssh_config"
  done
  cat >>"$BED/ssh_config" <<C
Host *
  User root
  IdentityFile $BED/id
  IdentitiesOnly yes
  UserKnownHostsFile $BED/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  ConnectTimeout 3
C
  for node in oss1 oss2; do
    in_room truncate -s "$DISK" "$BED/memory/$node.disk"
    in_room truncate -s "$SPARE" "$BED/memory/$node.spare"
    in_room mke2fs -q -t ext4 -L spare "$BED/memory/$node.spare"
    in_room tar cf "$BED/memory/$node.tar" -C "$BED/files/$node" --owner=0 --group=0 .
    boot "$node"
  done
  up_client
  for node in oss1 oss2; do wait_ready "$node"; done
  for node in oss1 oss2; do into "$node" 'drbdadm create-md --force ost0 >/dev/null 2>&1 && drbdadm up ost0'; done
  # Both are empty, so nothing has to be copied first.
  into oss1 'until drbdadm cstate ost0 | grep -qx Connected; do sleep 0.1; done; drbdadm new-current-uuid --clear-bitmap ost0'
  into oss1 'until drbdadm dstate ost0 | grep -qx UpToDate/UpToDate; do sleep 0.1; done
    drbdadm primary ost0 && mke2fs -q -t ext4 -L scratch-OST0000 /dev/drbd0 && mount -t lustre /dev/drbd0 /mnt/ost0'
}
# The client has the machines' files and this machine's kernel.
up_client() {
  local pid
  in_room mkdir "$BED/memory/client"
  in_room sh -c 'cd "$1" && "$2/busybox" cpio -idm <"$2/initramfs" 2>/dev/null' - "$BED/memory/client" "$GUEST"
  in_room cp -a "$BED/files/lc1/." "$BED/memory/client/"
  nsenter -t "$(room_pid)" -n -m -- setsid unshare --pid --fork --kill-child=KILL --net --uts --mount chroot "$BED/memory/client" /usr/sbin/client-init lc1 </dev/null >"$BED/lc1.log" 2>&1 &
  echo $! >"$BED/lc1.pid"
  until_true 5 test -n "$(sleep 0.3; cat "/proc/$(cat "$BED/lc1.pid")/task/$(cat "$BED/lc1.pid")/children" 2>/dev/null)"
  pid=$(cat "/proc/$(cat "$BED/lc1.pid")/task/$(cat "$BED/lc1.pid")/children")
  in_room ip link add vlc1 type veth peer name eth0 netns "${pid% }"
  in_room ip link set vlc1 master brm up
}

down() {
  set +e
  local node pid
  for node in oss1 oss2 lc1; do pid=$(cat "$BED/$node.pid" 2>/dev/null) && grep -qa "$BED" "/proc/$pid/cmdline" && end "$pid"; done
  pid=$(room_pid) && kill -9 "$pid"
  rm -rf "$BED"
}
# A process and its child, which is the first of a namespace and takes everything else along.
end() {
  local child; child=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
  # shellcheck disable=SC2086 # a list
  kill -9 $child "$1" 2>/dev/null
  until_true 5 test ! -d "/proc/$1"
}

power() { number_of "$1" >/dev/null; if machine_pid "$1" >/dev/null; then echo 'Chassis Power is on'; else echo 'Chassis Power is off'; fi; }
poweroff() { local pid; number_of "$1" >/dev/null; pid=$(machine_pid "$1") && end "$pid"; }
poweron() { machine_pid "$1" >/dev/null && return; echo "= $1 is switched on" >>"$BED/$1.console"; boot "$1"; wait_ready "$1"; }
tap() { case $1 in replication) echo r2 ;; *) echo "m$(number_of "$1")" ;; esac; }

case ${1:-} in
up) up ;;
down) down ;;
room) shift; in_room "$@" ;;
sh) shift; into "$@" ;;
poweroff) poweroff "$2" ;;
poweron) poweron "$2" ;;
power) power "$2" ;;
cut) in_room ip link set "$(tap "$2")" down ;;
join) in_room ip link set "$(tap "$2")" up ;;
*) sed -n '/^#   bed.sh/,/^#$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
