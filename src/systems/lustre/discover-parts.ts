/** What a node is asked when a Lustre file system is discovered. Everything here only reads. */

/** A DRBD configuration holds a shared secret (drbd.conf(5)), which never leaves the node. */
const withoutSecrets = `sed -E 's/shared-secret[[:space:]]*("[^"]*"|[^;]*);?//g'`;

/** Shell text by part; see `partsScript`. */
export const lustreParts: Readonly<Record<string, string>> = {
  installed: `for p in lctl mount.lustre drbdadm cl_status crm_mon; do
command -v $p >/dev/null && echo $p
done`,
  drbdconfig: `{ limited drbdadm dump || cat /etc/drbd.conf /etc/drbd.d/*.res; } | ${withoutSecrets}`,
  drbdstate: `[ -e /proc/drbd ] && head -n 1 /proc/drbd && limited drbdsetup status --verbose`,
  labels: `grep -E '^/dev/' /proc/mounts | while read -r device _; do
label=$(limited e2label "$device") && [ -n "$label" ] && echo "$device|$label"
done`,
  lctl: `limited lctl get_param 'osd-*.*.mntdev' 'osc.*.import' 'mdc.*.import'`,
  nids: 'limited lctl list_nids',
  fstab: `grep -E '^[^#]*[[:space:]]lustre(_tgt)?[[:space:]]' /etc/fstab`,
  ha: `grep -vE '^[[:space:]]*(#|$)' /etc/ha.d/haresources /etc/heartbeat/haresources | sed 's/^[^:]*:/resource|/'
grep -hE '^[[:space:]]*(node|ucast|bcast|mcast|serial|udpport)[[:space:]]' /etc/ha.d/ha.cf /etc/heartbeat/ha.cf | sed 's/^/ha|/'
command -v crm_mon >/dev/null && limited crm_mon -1 >/dev/null && echo pacemaker`,
};
