#!/bin/bash
# A real MooseFS cluster with ucarp and sshd on one machine: one set of namespaces per node.
#
#   bed.sh up                        build the cluster and start its services
#   bed.sh down                      end it and remove everything it made
#   bed.sh status                    one line per node: addresses and daemons
#   bed.sh sh NODE COMMAND…          run inside a node, as its root
#   bed.sh ssh NODE COMMAND…         the same through the node's sshd, from the operator's node
#   bed.sh cut NODE link|carrier|silent
#                                    link: its administrator took it down; carrier: the cable is out;
#                                    silent: it is up and carries nothing
#   bed.sh heal NODE                 undo a cut
#   bed.sh hide FROM NODE            what FROM sends to NODE gets lost; nobody else notices
#   bed.sh show FROM NODE            undo it
#   bed.sh poweroff NODE             a crash of the host: its processes vanish and its link goes down
#   bed.sh poweron NODE              boot it again
#   bed.sh power NODE                what a console would say: "Chassis Power is on" or "… off"
#   bed.sh put NODE FILE… FOLDER     copy files of this machine into a node
#   bed.sh shape RATE|off            limit what every chunkserver sends, so that a rebuild can be watched
#
# BED is the folder of the bed (required) and PREFIX the start of its namespaces' names: two beds with
# different ones do not see each other. Other knobs: MASTERS CS DISKS DISKSIZE SKEW HOOKS, OPERATORS (how many
# machines of operators), LOGIN (the user that operators log in as; any but root needs sudo).
# Needs root, iproute2, util-linux, busybox, openssh-server, fuse3, ucarp and the MooseFS packages.
set -u
here=$(cd "$(dirname "$0")" && pwd)
: "${BED:?the folder of the bed}"
[ "${1:-}" = up ] || { [ -f "$BED/env" ] && . "$BED/env"; }
PREFIX=${PREFIX:-standby} NET=${NET:-10.77.0} MASTERS=${MASTERS:-3} CS=${CS:-4}
DISKS=${DISKS:-2} DISKSIZE=${DISKSIZE:-192m} SKEW=${SKEW:-50} HOOKS=${HOOKS:-$here/hooks/move-only}
OPERATORS=${OPERATORS:-1} LOGIN=${LOGIN:-root}
export BED
vip=$NET.99

# name, address, role: one node a line.
nodes() {
  local i
  for i in $(seq "$MASTERS"); do echo "m$i $NET.$((10 + i)) master"; done
  for i in $(seq "$CS"); do echo "cs$i $NET.$((100 + i)) chunkserver"; done
  echo "cl1 $NET.31 client"
  echo "ops $NET.2 ops"
  for i in $(seq 2 "$OPERATORS"); do echo "ops$i $NET.$((1 + i)) ops"; done
}
row() { nodes | grep "^$1 " || { echo "bed: no node is called '$1'" >&2; exit 2; }; }

# A pid can be reused after its process ended, so a pid file is believed only with the right command line.
init_of() {
  local pid; pid=$(cat "$BED/nodes/$1/init.pid" 2>/dev/null) || return 1
  { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -q "node-\(init\|main\).* $1 " && echo "$pid"
}
inside() {
  local node=$1 pid; shift
  pid=$(init_of "$node") || { echo "bed: $node is off" >&2; return 255; }
  nsenter -t "$pid" -a -r -w -- env -i HOME=/root LC_ALL=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
until_true() { # SECONDS COMMAND…
  local end=$(($(date +%s) + $1)); shift
  until "$@" >/dev/null 2>&1; do [ "$(date +%s)" -lt "$end" ] || return 1; sleep 0.1; done
}

# Everything of a node that differs from the host's own files, laid over them at its first boot.
write_files() {
  local name=$1 address=$2 role=$3 files=$BED/nodes/$1/files disk
  mkdir -p "$files"/{etc/mfs,etc/ssh,etc/ucarp,root/.ssh,usr/sbin,usr/share/ucarp}
  chmod 700 "$files/root/.ssh"
  cp "$here/node/node-main" "$files/usr/sbin/"
  echo "$name" >"$files/etc/hostname"
  cp "$BED/hosts" "$files/etc/hosts"
  cp "$BED/keys/$name" "$files/etc/ssh/ssh_host_ed25519_key"
  cp "$BED/id.pub" "$files/root/.ssh/authorized_keys"
  cat >"$files/etc/ssh/sshd_config" <<E
ListenAddress $address
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PidFile /run/sshd.pid
MaxSessions 20
MaxStartups 50:30:100
E
  if [ "$LOGIN" != root ]; then
    mkdir -p "$files/etc/sudoers.d"
    echo "$LOGIN ALL=(root) NOPASSWD: ALL" >"$files/etc/sudoers.d/operators"
    chmod 440 "$files/etc/sudoers.d/operators"
    echo "$LOGIN" >"$files/etc/operators"
  fi
  local common='WORKING_USER = mfs\nNICE_LEVEL = 0\nDISABLE_OOM_KILLER = 0\n'
  case $role in
  master)
    printf "${common}DATA_PATH = /var/lib/mfs\nREPLICATIONS_DELAY_INIT = 5\nCHUNKS_LOOP_MIN_TIME = 60\n" \
      >"$files/etc/mfs/mfsmaster.cfg"
    printf '*\t/\trw,alldirs,admin,maproot=0:0\n*\t.\trw\n' >"$files/etc/mfs/mfsexports.cfg"
    printf "${common}MASTER_HOST = mfsmaster\nMASTER_RECONNECTION_DELAY = 2\nMETA_DOWNLOAD_FREQ = 1\n" \
      >"$files/etc/mfs/mfsmetalogger.cfg"
    cp "$HOOKS"/vip-* "$files/usr/share/ucarp/"
    chmod 755 "$files"/usr/share/ucarp/*
    (umask 077; cp "$BED/ucarp.password" "$files/etc/ucarp/password")
    cat >"$files/usr/sbin/ucarp-start" <<E
#!/bin/sh
exec ucarp -i eth0 -s $address -v 10 -p "\$(cat /etc/ucarp/password)" -k $SKEW -a $vip \\
  -u /usr/share/ucarp/vip-up -d /usr/share/ucarp/vip-down -x 24 -B -z -n
E
    chmod 755 "$files/usr/sbin/ucarp-start" ;;
  chunkserver)
    # Small disks need a small reserve, or nothing could be written (mfschunkserver.cfg(5)).
    printf "${common}MASTER_HOST = mfsmaster\nMASTER_RECONNECTION_DELAY = 2\nHDD_LEAVE_SPACE_DEFAULT = 16MiB\n" \
      >"$files/etc/mfs/mfschunkserver.cfg"
    for disk in $(seq "$DISKS"); do echo "/mnt/hdd$disk"; done | tee "$BED/nodes/$name/disks" \
      >"$files/etc/mfs/mfshdd.cfg"
    # Not executable yet: at its first boot the node waits for the master, see start_services.
    printf '#!/bin/sh\nmfschunkserver start\n' >"$files/etc/node-boot" ;;
  client)
    mkdir -p "$files/mnt/mfs"
    cp "$here/node/writer.sh" "$files/root/" ;;
  esac
}

wire() {
  local name=$1 address=$2 disk
  for disk in $(cat "$BED/nodes/$name/disks" 2>/dev/null); do
    mkdir -p "$BED/nodes/$name/disk$disk"
    mount -t tmpfs -o "size=$DISKSIZE,mode=755" "$PREFIX-$name" "$BED/nodes/$name/disk$disk"
    chown mfs:mfs "$BED/nodes/$name/disk$disk"
  done
  ip netns add "$PREFIX-$name"
  ip link add "v-$name" netns "$PREFIX-sw" type veth peer name eth0 netns "$PREFIX-$name"
  ip -n "$PREFIX-sw" link set "v-$name" master br0 up
  ip -n "$PREFIX-$name" link set lo up
  ip -n "$PREFIX-$name" addr add "$address/24" dev eth0
  ip -n "$PREFIX-$name" link set eth0 up
}
boot() {
  local name=$1 folder=$BED/nodes/$1 parent child=
  setsid ip netns exec "$PREFIX-$name" unshare --fork --pid --mount --uts --ipc \
    "$here/node/node-init.sh" "$name" "$3" </dev/null >"$folder/init.log" 2>&1 &
  parent=$!
  echo "$parent" >"$folder/unshare.pid"
  for _ in $(seq 1500); do
    child=$(cat "/proc/$parent/task/$parent/children" 2>/dev/null) && [ -n "$child" ] && break
    sleep 0.02
  done
  echo "${child% }" >"$folder/init.pid"
}
ready() { test -e "/proc/$(cat "$BED/nodes/$1/init.pid")/root/run/node-ready"; }
wait_ready() {
  until_true 60 ready "$1" || { echo "bed: $1 did not boot" >&2; tail -n 5 "$BED/nodes/$1/init.log" >&2; return 1; }
}

up() {
  [ -e "$BED/env" ] && { echo "bed: $BED is up already" >&2; exit 1; }
  # Whatever stops the building, nothing half-built stays behind.
  trap 'code=$?; [ "$code" = 0 ] || { echo "bed: up failed, removing it" >&2; down; }; exit "$code"' EXIT
  trap 'exit 130' INT TERM
  set -e -o pipefail
  local name address role
  mkdir -p "$BED/nodes" "$BED/keys"
  chmod 700 "$BED"
  declare -p PREFIX NET MASTERS CS DISKS DISKSIZE SKEW HOOKS OPERATORS LOGIN | sed 's/^declare [^ ]* //' >"$BED/env"
  mount -t tmpfs -o size=2g "$PREFIX" "$BED/nodes"
  ssh-keygen -q -t ed25519 -N '' -C operator -f "$BED/id"
  # ucarp takes twenty characters at most.
  od -An -tx1 -N8 /dev/urandom | tr -d ' \n' >"$BED/ucarp.password"
  {
    echo 127.0.0.1 localhost
    nodes | awk '{ print $2, $1 }'
    echo "$vip" mfsmaster
  } >"$BED/hosts"
  while read -r name address role; do
    mkdir -p "$BED/nodes/$name"
    ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$BED/keys/$name"
    echo "$name,$address $(cut -d' ' -f1,2 "$BED/keys/$name.pub")" >>"$BED/known_hosts"
  done < <(nodes)
  cat >"$BED/ssh_config" <<E
Host *
  User $LOGIN
  IdentityFile $BED/id
  IdentitiesOnly yes
  UserKnownHostsFile $BED/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  ConnectTimeout 3
E
  ip netns add "$PREFIX-sw"
  ip -n "$PREFIX-sw" link add br0 type bridge
  # Snooping would drop ucarp's multicast while nobody queries (bridge(8), mcast_snooping).
  ip -n "$PREFIX-sw" link set br0 type bridge mcast_snooping 0
  ip -n "$PREFIX-sw" link set br0 up
  while read -r name address role; do
    write_files "$name" "$address" "$role"
    wire "$name" "$address"
    boot "$name" "$address" "$role"
  done < <(nodes)
  while read -r name address role; do wait_ready "$name"; done < <(nodes)
  start_services
}
registered() { [ "$(inside ops mfscli -H "$vip" -p -s '|' -SCS | grep -c '^chunk servers:')" -ge "$CS" ]; }
start_services() {
  local i starting=()
  # ucarp takes three seconds to win an election; the address is given now, and vip-up finds it there.
  inside m1 ip addr add "$vip/24" dev eth0
  inside m1 install -o mfs -g mfs -m 640 /var/lib/mfs/metadata.mfs.empty /var/lib/mfs/metadata.mfs
  # Started twice: the first stop turns the eight bytes of a new file system into a real image. Metaloggers
  # download it, and without one none of them could be promoted before the next hourly save.
  { inside m1 mfsmaster start; inside m1 mfsmaster stop; inside m1 mfsmaster start; } >"$BED/m1.log" 2>&1
  # Chunkservers come after that: what they register while the master stops would be missing in its changelog.
  for i in $(seq "$CS"); do inside "cs$i" sh -c 'chmod 755 /etc/node-boot; /etc/node-boot' >/dev/null 2>&1 & starting+=($!); done
  # The nodes themselves are children of this shell too, and do not end.
  wait "${starting[@]}"
  inside m1 ucarp-start
  for i in $(seq 2 "$MASTERS"); do inside "m$i" mfsmetalogger start >/dev/null 2>&1; done
  until_true 90 registered
  until_true 60 inside m1 grep -q 'Switching to state: MASTER' /var/log/syslog
  for i in $(seq 2 "$MASTERS"); do inside "m$i" ucarp-start; done
  # An image on each metalogger, or the first failover could find nobody to promote.
  for i in $(seq 2 "$MASTERS"); do until_true 60 inside "m$i" test -s /var/lib/mfs/metadata_ml.mfs.back; done
  inside cl1 mfsmount /mnt/mfs -H mfsmaster >"$BED/mount.log" 2>&1
}

down() {
  set +e
  local folder name pid space
  for folder in "$BED"/nodes/*/; do
    name=$(basename "$folder")
    # The end of a pid namespace's first process ends every process in it (pid_namespaces(7)).
    pid=$(init_of "$name") && kill -9 "$pid"
  done
  for folder in "$BED"/nodes/*/; do
    name=$(basename "$folder")
    pid=$(cat "$folder/unshare.pid" 2>/dev/null) && until_true 20 test ! -d "/proc/$pid"
    # What still lives in the namespace was started with `ip netns exec` from outside.
    for pid in $(ip netns pids "$PREFIX-$name" 2>/dev/null); do kill -9 "$pid"; done
    ip netns del "$PREFIX-$name" 2>/dev/null
    for space in "$folder"disk/mnt/*; do [ -d "$space" ] && umount "$space"; done
  done
  ip netns del "$PREFIX-sw" 2>/dev/null
  mountpoint -q "$BED/nodes" && { umount "$BED/nodes" || umount -l "$BED/nodes"; }
  rm -rf "$BED"
}

status() {
  local name address role
  nodes | while read -r name address role; do
    printf '%-5s %s ' "$name" "$(power "$name")"
    ip -n "$PREFIX-$name" -4 -o addr show dev eth0 | awk '{ printf "%s ", $4 }'
    inside "$name" sh -c 'cat /proc/[0-9]*/comm' 2>/dev/null | grep -E '^(mfs|ucarp)' | sort -u | tr '\n' ' '
    echo
  done
}
power() { if init_of "$1" >/dev/null; then echo 'Chassis Power is on'; else echo 'Chassis Power is off'; fi; }

poweroff() {
  local pid
  # The link first: nobody may see the orderly end of a connection whose host has crashed.
  ip -n "$PREFIX-sw" link set "v-$1" down
  pid=$(init_of "$1") && kill -9 "$pid"
  pid=$(cat "$BED/nodes/$1/unshare.pid") && until_true 20 test ! -d "/proc/$pid"
  # The network namespace outlives the host, its addresses would not.
  ip -n "$PREFIX-$1" addr del "$vip/24" dev eth0 2>/dev/null
  ip -n "$PREFIX-$1" neigh flush all
}
poweron() {
  ip -n "$PREFIX-sw" link set "v-$1" up
  # shellcheck disable=SC2046 # three words, none with a blank
  boot $(row "$1")
  wait_ready "$1"
}
cut_link() {
  case $2 in
  link) ip -n "$PREFIX-$1" link set eth0 down ;;
  carrier) ip -n "$PREFIX-sw" link set "v-$1" down ;;
  silent) ip -n "$PREFIX-sw" link set "v-$1" nomaster ;;
  *) echo 'bed: a cut is link, carrier or silent' >&2; exit 2 ;;
  esac
}
heal() {
  ip -n "$PREFIX-sw" link set "v-$1" master br0 up
  ip -n "$PREFIX-$1" link set eth0 up
}
# A permanent neighbour (ip-neighbour(8)) at a hardware address that nobody has.
hide() { ip -n "$PREFIX-$1" neigh replace "$(row "$2" | awk '{ print $2 }')" lladdr 02:00:00:00:00:01 dev eth0 nud permanent; }
show() { ip -n "$PREFIX-$1" neigh del "$(row "$2" | awk '{ print $2 }')" dev eth0; }
put() {
  local pid
  pid=$(init_of "$1") && cp "${@:2:$#-2}" "/proc/$pid/root${!#}/"
}
shape() {
  local name address role
  nodes | grep chunkserver | while read -r name address role; do
    ip netns exec "$PREFIX-$name" tc qdisc del dev eth0 root 2>/dev/null
    [ "$1" = off ] ||
      ip netns exec "$PREFIX-$name" tc qdisc add dev eth0 root tbf rate "$1" burst 64k latency 400ms
  done
}

case ${1:-} in
up) up ;;
down) down ;;
status) status ;;
sh) shift; inside "$@" ;;
ssh) shift; address=$(row "$1" | awk '{ print $2 }'); shift
  ip netns exec "$PREFIX-ops" ssh -F "$BED/ssh_config" "$address" "$@" ;;
cut) row "$2" >/dev/null; cut_link "$2" "${3:-}" ;;
heal) row "$2" >/dev/null; heal "$2" ;;
hide) hide "$2" "$3" ;;
show) show "$2" "$3" ;;
poweroff) row "$2" >/dev/null; poweroff "$2" ;;
poweron) row "$2" >/dev/null; poweron "$2" ;;
power) power "$2" ;;
shape) shape "$2" ;;
put) shift; put "$@" ;;
nodes) nodes ;;
*) sed -n '/^#   bed.sh/,/^#$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
