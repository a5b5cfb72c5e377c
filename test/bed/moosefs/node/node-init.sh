#!/bin/bash
# First process of a node, in fresh namespaces: builds a root of its own over the host's and enters it.
# Arguments: name role. BED is the folder of the bed.
set -e
name=$1 role=$2
folder=$BED/nodes/$name
root=$folder/root
mount --make-rprivate /
mkdir -p "$folder/upper" "$folder/work" "$root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys" 2>/dev/null || true
# /dev/log has to be the node's own; /dev/fuse is the kernel's.
mount -t tmpfs -o mode=755,size=1m tmpfs "$root/dev"
for device in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0 fuse:10:229; do
  IFS=: read -r file major minor <<<"$device"
  mknod -m 666 "$root/dev/$file" c "$major" "$minor"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/sshd" "$root/run/lock"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
# A home of its own: what the host's .bashrc does would run before every command that sshd starts (bash(1)).
mkdir -p "$folder/home"
mount --bind "$folder/home" "$root/root"
[ -e "$folder/installed" ] || { cp -a "$folder/files/." "$root/" && touch "$folder/installed"; }
for disk in $(cat "$folder/disks" 2>/dev/null); do
  mkdir -p "$root$disk"
  mount --bind "$folder/disk$disk" "$root$disk"
done
hostname "$name"
cd "$root"
mkdir -p .old
pivot_root . .old
exec chroot . /bin/bash /usr/sbin/node-main "$name" "$role" <>/dev/null >>/var/log/node.log 2>&1
