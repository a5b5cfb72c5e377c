#!/bin/bash
# Makes what the two user-mode-linux machines of bed.sh run: the kernel and DRBD's module, an initramfs, and the
# library that the kernel needs on some processors. Everything comes from Debian's packages, which are unpacked and
# not installed, and from this machine's own Debian.
#
#   guest.sh make      fetch and build, unless it is there already
#   guest.sh ready     whether it is there
#
# GUEST is the folder (default: .guest beside this file, which git ignores). Needs apt-get, dpkg, gcc, openssh-server,
# iproute2, e2fsprogs, mount.
set -eu -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
GUEST=${GUEST:-$here/.guest}
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
# The machines themselves; Heartbeat and what it calls; what looks for the holder of a device.
packages="user-mode-linux drbd-utils busybox-static
 heartbeat libheartbeat2 cluster-glue libplumb2 libplumbgpl2 libpils2 liblrm2 libstonith1 libglib2.0-0 libltdl7 resource-agents
 psmisc procps libproc2-0"

# Anything that goes into it makes another one.
stamp() { { cat "$here"/guest.sh "$here"/ptrace-pad.c "$here"/guest/*; . /etc/os-release; echo "$ID $VERSION_ID"; } | sha256sum; }

fetch() {
  mkdir -p "$GUEST/debs/partial"
  cd "$GUEST/debs"
  local name wanted=()
  for name in $packages; do [ -n "$(find . -name "${name}_*.deb")" ] || wanted+=("$name"); done
  [ ${#wanted[@]} = 0 ] || { apt-get download -q "${wanted[@]}" || { apt-get update -q && apt-get download -q "${wanted[@]}"; }; } >"$GUEST/fetch.log" 2>&1 ||
    { tail -n 5 "$GUEST/fetch.log" >&2; exit 1; }
  rm -rf "$GUEST/uml" "$GUEST/unpacked"
  mkdir -p "$GUEST/uml" "$GUEST/unpacked"
  for name in $packages; do
    case $name in user-mode-linux) dpkg -x "$name"_*.deb "$GUEST/uml" ;; *) dpkg -x "$name"_*.deb "$GUEST/unpacked" ;; esac
  done
}

# A program of this machine, or of the unpacked packages, with the libraries that it is linked with.
take() { # FILE PATH-IN-THE-GUEST
  local library
  install -D -m 755 "$1" "$root$2"
  { ldd "$1" 2>/dev/null || true; } | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^\t\(\/[^ ]*\).*/\1/p; s/^\t\([^ ]*\) => not found/missing \1/p' |
    while read -r library missing; do
      [ "$library" != missing ] || { echo "guest: $1 needs $missing, which no package brings" >&2; exit 1; }
      local place=${library#"$GUEST/unpacked"}
      [ -e "$root$place" ] || install -D -m 755 "$(readlink -f "$library")" "$root$place"
    done
}

build() {
  root=$GUEST/root
  local name file applet un=$GUEST/unpacked
  rm -rf "$root"
  mkdir -p "$root"/{dev/pts,proc,sys,run,tmp,mnt/ost0,usr/lib/modules,var/{empty,lib/drbd,lib/heartbeat,log,tmp},root/.ssh,etc/{ssh,drbd.d,ha.d}}
  # Debian's merged /usr: one place for each program, however it is named.
  for name in bin sbin lib lib64; do mkdir -p "$root/usr/$name"; ln -s "usr/$name" "$root/$name"; done
  LD_LIBRARY_PATH=$(find "$un" -name '*.so.*' -printf '%h\n' | sort -u | tr '\n' ':')
  export LD_LIBRARY_PATH

  # What Debian calls essential, the same on every real node.
  for name in coreutils grep sed gzip tar findutils util-linux mount dash bash mawk e2fsprogs iproute2; do
    for file in $(dpkg -L "$name" | grep -E '^(/usr)?/s?bin/'); do
      [ -f "$file" ] || continue
      case ${file##*/} in *fdisk | mkfs.[cmb]* | e4crypt | e2scrub* | debugfs | arpd | bridge | tipc | dcb | vdpa | devlink | rdma | genl | rtmon) continue ;; esac
      if [ -L "$file" ] && [[ $(readlink "$file") != */* ]]; then
        mkdir -p "$root/usr/bin" && ln -sf "$(readlink "$file")" "$root/usr${file#/usr}"
      else
        take "$file" "/usr${file#/usr}"
      fi
    done
  done
  ln -sf dash "$root/usr/bin/sh"
  ln -sf mawk "$root/usr/bin/awk"
  for name in /usr/sbin/sshd /usr/lib/openssh/sftp-server; do take "$name" "$name"; done
  for name in "$un"/usr/bin/{pgrep,pkill,free,uptime} "$un"/bin/{ps,fuser} "$un"/sbin/{drbdadm,drbdsetup,drbdmeta} "$un"/lib/drbd/drbd{adm,setup}-84 \
    "$un"/usr/bin/cl_status "$un"/usr/libexec/heartbeat/{heartbeat,ipfail,ccm,dopd,drbd-peer-outdater,mlock,findif} "$un"/usr/lib/heartbeat/ha_logd \
    "$un"/usr/lib/heartbeat/plugins/{HBauth,HBcomm,InterfaceMgr,compress}/*.so; do
    file=${name#"$un"}
    take "$name" "$(case $file in /usr/*) echo "$file" ;; *) echo "/usr$file" ;; esac)"
  done
  # Scripts and agents. Libraries that are opened by name have the packages' own.
  for name in usr/lib/drbd usr/lib/ocf/{lib,resource.d/heartbeat/{Filesystem,.ocf-shellfuncs,.ocf-binaries,.ocf-directories,.ocf-returncodes}} usr/share/heartbeat/{hb_standby,hb_takeover,mach_down,req_resource,ResourceManager} \
    etc/ha.d etc/init.d/heartbeat; do
    mkdir -p "$root/$(dirname "$name")"
    cp -a --no-clobber "$un/$name" "$root/$(dirname "$name")/"
  done
  for name in /lib/x86_64-linux-gnu/libnss_files.so.2 /lib/x86_64-linux-gnu/libgcc_s.so.1; do [ ! -e "$name" ] || install -D "$(readlink -f "$name")" "$root/usr$name"; done
  # Small programs for everything that is not there by now.
  install -m 755 "$un/bin/busybox" "$root/usr/bin/busybox"
  for applet in $("$un/bin/busybox" --list); do
    [ -e "$root/usr/bin/$applet" ] || [ -e "$root/usr/sbin/$applet" ] || ln -s busybox "$root/usr/bin/$applet"
  done

  # The stand-ins for Lustre. `umount` of a target waits for the write that its server is at, as Lustre's does.
  mv "$root/usr/bin/umount" "$root/usr/lib/umount"
  mv "$root/usr/sbin/drbdadm" "$root/usr/lib/bed-drbdadm"
  for name in init:/init lctl:/usr/sbin/lctl lfs:/usr/bin/lfs mount.lustre:/usr/sbin/mount.lustre umount:/usr/bin/umount \
    serve:/usr/sbin/serve sampler:/usr/sbin/sampler service:/usr/sbin/service drbdadm:/usr/sbin/drbdadm client-init:/usr/sbin/client-init imports:/usr/sbin/imports writer:/usr/sbin/writer; do
    install -m 755 "$here/guest/${name%%:*}" "$root${name#*:}"
  done

  printf '%s\n' root:x:0:0:root:/root:/bin/bash sshd:x:74:74::/run/sshd:/bin/false hacluster:x:90:90::/var/lib/heartbeat:/bin/false \
    nobody:x:65534:65534::/:/bin/false >"$root/etc/passwd"
  printf '%s\n' root:x:0: haclient:x:90: sshd:x:74: nogroup:x:65534: >"$root/etc/group"
  printf '%s\n' 'root:*:19000:0:99999:7:::' >"$root/etc/shadow"
  printf '%s\n' 'passwd: files' 'group: files' 'hosts: files' >"$root/etc/nsswitch.conf"
  printf '%s\n' '127.0.0.1 localhost' '10.78.0.1 oss1' '10.78.0.2 oss2' '10.78.0.31 lc1' >"$root/etc/hosts"
  cp /etc/mke2fs.conf "$root/etc/"
  ln -s /proc/mounts "$root/etc/mtab"
  : >"$root/etc/fstab"
  cp "$here"/guest/{sshd_config,drbd.conf} "$root/etc/"
  mv "$root/etc/sshd_config" "$root/etc/ssh/sshd_config"
  cp "$here"/guest/ost0.res "$root/etc/drbd.d/"
  cp "$here"/guest/{ha.cf,haresources} "$root/etc/ha.d/"
  printf 'auth 1\n1 sha1 bed\n' >"$root/etc/ha.d/authkeys"
  chmod 600 "$root/etc/ha.d/authkeys"
  chmod 700 "$root/root" "$root/root/.ssh"
  for name in lru_cache drbd; do cp "$(find "$GUEST/uml" -name "$name.ko")" "$root/usr/lib/modules/"; done

  (cd "$root" && find . | sort | "$un/bin/busybox" cpio -o -H newc -R 0:0 2>/dev/null) >"$GUEST/initramfs.new"
  mv "$GUEST/initramfs.new" "$GUEST/initramfs"
  install "$un/bin/busybox" "$GUEST/busybox"
  gcc -O2 -shared -fPIC -o "$GUEST/ptrace-pad.so" "$here/ptrace-pad.c" -ldl
  rm -rf "$root" "$un"
}

make() {
  [ "$(cat "$GUEST/stamp" 2>/dev/null)" = "$(stamp)" ] && return
  mkdir -p "$GUEST"
  # One at a time: two test runs may want it at once.
  exec 9>"$GUEST/lock"
  flock 9
  [ "$(cat "$GUEST/stamp" 2>/dev/null)" = "$(stamp)" ] && return
  echo "making the machines of the DRBD bed from Debian's packages in $GUEST (45 MB, under a minute)" >&2
  (fetch)
  build
  stamp >"$GUEST/stamp"
}

case ${1:-} in
make) make ;;
ready) [ "$(cat "$GUEST/stamp" 2>/dev/null)" = "$(stamp)" ] ;;
*) sed -n '/^#   guest.sh/,/^#$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
