import type { Cluster } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { boundedFunction, runFolder } from './common';

/** The HA managers that a plan takes out of the way. */
export type Manager = 'heartbeat' | 'pacemaker';

const markOf = (cluster: Cluster, manager: Manager): string => `${runFolder}/${cluster.name}.${manager}`;

/** Shell functions that start and stop Heartbeat by whatever starts it on this node. */
const heartbeatFunctions = `beats() { [ "$(bounded 10 cl_status hbstatus >/dev/null 2>&1 && echo yes)" = yes ] || pidof heartbeat >/dev/null 2>&1; }
service_heartbeat() {
  if [ -d /run/systemd/system ] && systemctl cat heartbeat.service >/dev/null 2>&1; then bounded 200 systemctl "$1" heartbeat
  elif [ -x /etc/init.d/heartbeat ]; then bounded 200 /etc/init.d/heartbeat "$1"
  else
    program=$(command -v heartbeat || ls /usr/lib/heartbeat/heartbeat /usr/libexec/heartbeat/heartbeat /usr/lib64/heartbeat/heartbeat 2>/dev/null | head -n 1)
    if [ -z "$program" ]; then echo 'nothing here can start or stop Heartbeat' >&2; return 1; fi
    case $1 in stop) bounded 200 "$program" -k ;; *) bounded 60 "$program" ;; esac
  fi
}
`;

/**
 * What the HA managers of a node do, for `readHa`. Reads Heartbeat's configuration, too: what `auto_failback` says, and
 * what it would release when it is stopped.
 */
export function haState(cluster: Cluster): string {
  return `${heartbeatFunctions}ha_state() {
  if command -v cl_status >/dev/null 2>&1 || pidof heartbeat >/dev/null 2>&1; then
    if beats; then echo 'heartbeat running'; else echo 'heartbeat stopped'; fi
    for f in /etc/ha.d/ha.cf /etc/heartbeat/ha.cf; do
      if [ -r "$f" ]; then
        sed -n 's/^[[:space:]]*auto_failback[[:space:]]*\\([a-z]*\\).*/heartbeat-auto-failback \\1/p; s/^[[:space:]]*crm[[:space:]]*\\([a-z]*\\).*/heartbeat-crm \\1/p' "$f"; break
      fi
    done
    for f in /etc/ha.d/haresources /etc/heartbeat/haresources; do
      if [ -r "$f" ]; then grep -v '^[[:space:]]*\\(#\\|$\\)' "$f" | sed 's/^/haresources /'; break; fi
    done
  fi
  if command -v crm_mon >/dev/null 2>&1 && said=$(bounded 10 crm_mon -1 --output-as=xml 2>/dev/null || bounded 10 crm_mon -1 --as-xml 2>/dev/null); then
    echo 'pacemaker running'
    case $said in *'maintenance-mode="true"'*) echo 'pacemaker-maintenance on' ;; esac
    stickiness=$(bounded 10 crm_attribute --type rsc_defaults --name resource-stickiness --query --quiet 2>/dev/null) || stickiness=0
    echo "pacemaker-stickiness \${stickiness:-0}"
    printf '%s\\n' "$said" | sed -n 's/.*<ban .*node="\\([^"]*\\)".*/pacemaker-ban \\1/p'
  elif pidof pacemakerd >/dev/null 2>&1; then echo 'pacemaker unanswered'; fi
  if [ -e ${quote(markOf(cluster, 'heartbeat'))} ]; then echo 'taken heartbeat'; fi
  if [ -e ${quote(markOf(cluster, 'pacemaker'))} ]; then echo 'taken pacemaker'; fi
}
`;
}

/** Prints `ha_state` alone. */
export function haStateScript(cluster: Cluster): string {
  return `${boundedFunction}${haState(cluster)}
ha_state
echo end`;
}

/**
 * Takes an HA manager out of the way and remembers it on the node. Heartbeat has no maintenance: it is stopped, which releases
 * what it holds there in its own order. Pacemaker gets its maintenance mode: it touches nothing.
 */
export function haAwayScript(cluster: Cluster, manager: Manager): string {
  const head = `set -u
mark=${quote(markOf(cluster, manager))}
${boundedFunction}${heartbeatFunctions}
umask 077
mkdir -p ${runFolder}`;
  if (manager === 'heartbeat') {
    return `${head}
if ! beats; then echo 'Heartbeat does not run here'; exit 0; fi
: >"$mark"
service_heartbeat stop || exit 1
uptime_now; end=$((up + 30))
while beats; do uptime_now; if [ "$up" -gt "$end" ]; then echo 'Heartbeat did not end within 30 s' >&2; exit 1; fi; sleep 0.2; done
echo 'Heartbeat is stopped here'`;
  }
  return `${head}
if bounded 10 crm_mon -1 --output-as=xml 2>/dev/null | grep -q 'maintenance-mode="true"'; then echo 'Pacemaker is in maintenance mode already'; exit 0; fi
: >"$mark"
bounded 30 crm_attribute --type crm_config --name maintenance-mode --update true || exit 1
echo 'Pacemaker is in maintenance mode: it touches nothing'`;
}

/** Gives the HA manager its work back, where a run took it away. Pacemaker first looks anew where everything runs. */
export function haBackScript(cluster: Cluster, manager: Manager): string {
  const head = `set -u
mark=${quote(markOf(cluster, manager))}
${boundedFunction}${heartbeatFunctions}
if [ ! -e "$mark" ]; then echo 'nothing was taken away here'; exit 0; fi`;
  if (manager === 'heartbeat') {
    return `${head}
if ! beats; then service_heartbeat start || exit 1; fi
uptime_now; end=$((up + 30))
until beats; do uptime_now; if [ "$up" -gt "$end" ]; then echo 'Heartbeat did not start within 30 s' >&2; exit 1; fi; sleep 0.2; done
rm -f "$mark"
echo 'Heartbeat runs here again'`;
  }
  return `${head}
bounded 60 crm_resource --refresh || exit 1
sleep 5
bounded 30 crm_attribute --type crm_config --name maintenance-mode --delete || exit 1
rm -f "$mark"
echo 'Pacemaker has looked where everything runs and is out of maintenance mode'`;
}
