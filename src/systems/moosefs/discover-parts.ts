/** What a node is asked when a MooseFS cluster is discovered. Everything here only reads. */

/** Where packages and people put the configuration. */
const folders = '/etc/mfs /etc /usr/local/etc/mfs';

/** Settings that say how the cluster is joined together; no other line of a configuration leaves the node. */
const settings =
  'DATA_PATH|MATOCL_LISTEN_PORT|MATOCL_LISTEN_HOST|MASTER_HOST|MASTER_PORT|HDD_CONF_FILENAME|LABELS|CSSERV_LISTEN_PORT';

/**
 * Prints `ucarp|PID|OPTION|VALUE` for the process in $d. ucarp's password stands on the same command line, and in
 * -x may be anything: only the values of options that are named here leave the node (safety 21). Each option that
 * takes a value is skipped together with it, and a newline inside a value cannot start a new word (ucarp(8)).
 */
export const ucarpOptions = `ucarp_options() {
tr '\\n\\0' ' \\n' <"$d/cmdline" | {
want=
read -r word
say() {
case $want in i|s|v|o|a|k|u|d) echo "ucarp|\${d##*/}|$want|$1";; esac
want=
}
while IFS= read -r word; do
if [ -n "$want" ]; then say "$word"; continue; fi
case $word in
--int*=*) want=i; say "\${word#*=}";;
--sr*=*) want=s; say "\${word#*=}";;
--vh*=*) want=v; say "\${word#*=}";;
--passf*=*) want=o; say "\${word#*=}";;
--addr*=*) want=a; say "\${word#*=}";;
--advs*=*) want=k; say "\${word#*=}";;
--up*=*) want=u; say "\${word#*=}";;
--down*=*) want=d; say "\${word#*=}";;
--*=*) ;;
--int*) want=i;;
--sr*) want=s;;
--vh*) want=v;;
--passf*) want=o;;
--addr*) want=a;;
--advs*) want=k;;
--up*) want=u;;
--down*) want=d;;
--mc*|--pa*|--advb*|--deadr*|--fac*|--xp*) want=x;;
--*) ;;
-*)
rest=\${word#-}
while [ -n "$rest" ]; do
case $rest in
[ismvpoabkudrfx]*)
want=\${rest%"\${rest#?}"} rest=\${rest#?}
if [ -n "$rest" ]; then say "$rest"; rest=; fi
break;;
*) rest=\${rest#?};;
esac
done;;
esac
done
}
}`;

/** Shell text by part; see `partsScript`. */
export const moosefsParts: Readonly<Record<string, string>> = {
  installed: `for p in mfsmaster mfsmetalogger mfschunkserver mfsmount ucarp mfscli; do
command -v $p >/dev/null && echo $p
done`,
  settings: `for f in mfsmaster mfsmetalogger mfschunkserver; do
for c in ${folders}; do
[ -r "$c/$f.cfg" ] || continue
echo "file|$f"
grep -E '^[[:space:]]*(${settings})[[:space:]]*=' "$c/$f.cfg"
break
done
done
[ -f /etc/ucarp/password ] && echo 'file|ucarp-password'`,
  ucarp: `${ucarpOptions}
for d in /proc/[0-9]*; do
read -r name <"$d/comm" || continue
[ "$name" = ucarp ] && ucarp_options
done`,
  disks: `hdd=
for c in ${folders}; do
[ -r "$c/mfschunkserver.cfg" ] && hdd=$(sed -n 's/^[[:space:]]*HDD_CONF_FILENAME[[:space:]]*=[[:space:]]*//p' "$c/mfschunkserver.cfg" | sed 's/[[:space:]]*$//' | tail -n 1) && break
done
for c in ${folders}; do
[ -n "$hdd" ] && break
[ -r "$c/mfshdd.cfg" ] && hdd=$c/mfshdd.cfg
done
if [ -r "$hdd" ]; then
echo "hdd|found"
slow=0
grep -E '^[[:space:]]*[*<>~]*[[:space:]]*/' "$hdd" | while read -r line; do
marks=\${line%%/*} path=/\${line#*/}
path=\${path%%[[:space:]]*}
echo "disk|$marks|$path"
[ "$slow" -gt 1 ] && { echo 'df: not asked'; continue; }
limited df -P -B1 -- "$path" 2>&1
[ $? -eq 124 ] && slow=$((slow + 1))
done
fi`,
  resolved: `for c in ${folders}; do
for f in mfsmetalogger mfschunkserver; do
[ -r "$c/$f.cfg" ] && sed -n 's/^[[:space:]]*MASTER_HOST[[:space:]]*=[[:space:]]*//p' "$c/$f.cfg"
done
done | { cat; echo mfsmaster; } | sort -u | while read -r name _; do
limited getent ahosts -- "$name" | while read -r address _; do echo "$name|$address"; done
done | sort -u`,
  mfscli: `running=
for d in /proc/[0-9]*; do
read -r name <"$d/comm" && [ "$name" = mfsmaster ] && running=1
done
if [ -n "$running" ]; then
port=$(sed -n 's/^[[:space:]]*MATOCL_LISTEN_PORT[[:space:]]*=[[:space:]]*\\([0-9]*\\).*/\\1/p' /etc/mfs/mfsmaster.cfg | tail -n 1)
limit=15
for host in 127.0.0.1 $(ip -4 -o addr show scope global | sed -n 's/.* inet \\([0-9.]*\\).*/\\1/p' | head -n 2); do
answer=$(limited mfscli -H "$host" -P "\${port:-9421}" -p -s '|' -SIN -SIC -SCS -SHD -SMB)
case $answer in *'all chunks matrix:'*) printf '%s\\n' "$answer"; break;; esac
done
fi`,
};
