import type { Cluster, Node } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { lustreSection, targetsOf } from '../section';
import { clientStateScript } from './clients';
import { boundedFunction, stateCall, stateFunction } from './common';
import { haState } from './ha';

/**
 * What a server has of its targets, mirrors and HA managers, or what a client says of its imports. Changes nothing; each
 * command has a limit of its own, so that a dead mount cannot silence a living node.
 */
export function surveyScript(cluster: Cluster, node: Node): string {
  const section = lustreSection(cluster);
  const targets = targetsOf(section, node.name);
  if (targets.length === 0) return clientStateScript(cluster);
  return `${boundedFunction}${stateFunction}${haState(cluster)}${mirrorConfiguration}
echo '@@ targets'
${targets.map(stateCall).join('\n')}
echo '@@ mirrors'
${targets.flatMap(({ drbd }) => (drbd === undefined ? [] : [`configuration ${quote(drbd)}`])).join('\n')}
echo '@@ recovery'
if command -v lctl >/dev/null; then bounded 10 lctl get_param '*.*.recovery_status' 2>/dev/null; fi
echo '@@ ha'
ha_state
echo '@@ clock'
echo "now $(date +%s)"
echo "uptime $(cut -d' ' -f1 /proc/uptime)"
echo '@@ end'`;
}

/**
 * Shell function `configuration RESOURCE`: its generation identifiers, the options that matter, and the changes of its
 * connection in the kernel log (with the time of day where the journal has it, else with seconds since the boot), and what a
 * backup of it could use.
 */
const mirrorConfiguration = `configuration() {
  echo "mirror $1"
  bounded 8 drbdadm get-gi "$1" 2>/dev/null | tail -n 1 | sed 's/^/gi /'
  dump=$(bounded 8 drbdadm dump "$1" 2>/dev/null) && echo 'dump read'
  printf '%s\\n' "$dump" | tr '\\n' ' ' | tr ';{}' '\\n\\n\\n' |
    sed -n 's/^[[:space:]]*protocol[[:space:]]*\\([ABCabc]\\).*/protocol \\1/p; s/^[[:space:]]*allow-two-primaries[[:space:]]*\\(no\\)[[:space:]]*$/two-primaries no/p; t
      s/^[[:space:]]*allow-two-primaries.*/two-primaries yes/p'
  lower=$(bounded 8 drbdadm sh-ll-dev "$1" 2>/dev/null | tail -n 1)
  if [ -b "$lower" ]; then
    echo "size $(blockdev --getsize64 "$lower" 2>/dev/null)"
    echo "room $(bounded 5 df -Pk /var/tmp 2>/dev/null | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')"
    bounded 8 lvs --noheadings --units b --nosuffix -o vg_free "$lower" 2>/dev/null | sed -n 's/^ *\\([0-9][0-9]*\\) *$/vg-free \\1/p'
  fi
  { bounded 10 journalctl -k -b -n 20000 -o short-unix --no-pager 2>/dev/null | sed 's/^\\([0-9.]*\\) [^:]*: /at \\1 /'
    dmesg 2>/dev/null | sed -n 's/^<[0-9]*>//; s/^\\[ *\\([0-9.]*\\)\\] */up \\1 /p'; } |
    grep -F "drbd $1" | grep -E 'conn\\( *[A-Za-z]+ -> [A-Za-z]+ *\\)' | tail -n 40 | sed 's/^/log /'
}
`;
