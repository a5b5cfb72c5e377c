import type { Cluster, Node } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { moosefsSection } from '../section';
import { oursFunction, runFolder, settings } from './common';

/**
 * Keeps the running ucarp's command line on the node, password and all, for the root user only; then ends
 * ucarp and makes sure that the address went with it (safety 11, 21). `start_ucarp SKEW` starts it again, as a
 * daemon even where it was none: in the foreground it would hold the script up to its deadline. `stop_ucarp KILL` lets
 * it run no vip-down, and `start_ucarp SKEW OPTIONS` adds options.
 */
export const ucarpFunctions = `stop_ucarp() {
  umask 077
  mkdir -p ${runFolder}
  for p in $(ours); do
    cat "/proc/$p/cmdline" >"$saved.new" && [ -s "$saved.new" ] && mv "$saved.new" "$saved" || {
      echo "how ucarp was started cannot be kept in $saved, so it is not ended: it could not be started again" >&2; return 1
    }
    kill -"\${1:-TERM}" "$p"
    t=0
    while kill -0 "$p" 2>/dev/null; do
      t=$((t + 1)); if [ "$t" -gt 50 ]; then echo "ucarp (pid $p) did not end within 5 s" >&2; return 1; fi
      sleep 0.1
    done
  done
  ip -o addr show to "$vip" | while read -r _ device _ address _; do
    echo "the address was still here: removing $address from $device"
    ip addr del "$address" dev "$device"
  done
  if [ -n "$(ip -o addr show to "$vip")" ]; then echo "the address $vip is still here" >&2; return 1; fi
}
start_ucarp() {
  if [ ! -s "$saved" ]; then echo 'no ucarp ran here and none was stopped by this plan' >&2; return 1; fi
  xargs -0 -a "$saved" sh -c 'k=$1 more=$2; shift 2; exec "$@" -k "$k" -n -B $more' sh "$1" "\${2-}" </dev/null >"$saved.log" 2>&1
  t=0
  while [ -z "$(ours)" ]; do
    t=$((t + 1)); if [ "$t" -gt 30 ]; then echo 'ucarp did not start:' >&2; cat "$saved.log" >&2; return 1; fi
    sleep 0.1
  done
  rm -f "$saved" "$saved.log"
}
`;

/** Shell function `skew_of PID`: the skew of a running ucarp. */
export const skewFunction = `skew_of() {
  tr '\\0' '\\n' <"/proc/$1/cmdline" | awk 'want { skew = $0; want = 0; next }
    $0 == "-k" || $0 == "--advskew" { want = 1; next }
    /^-k./ { skew = substr($0, 3) } /^--advskew=/ { skew = substr($0, 11) } END { print skew + 0 }'
}
`;

/** How a plan touches ucarp beyond its skew. */
export interface UcarpOptions {
  /** The hooks do more than move the address: they are not run, and the chosen node gets hooks of its own (safety 10). */
  readonly withoutHooks?: boolean;
  /** The old master lives: the address is taken from it at once (ucarp(8), --preempt), instead of after its silence. */
  readonly preempt?: boolean;
}

/** Takes a candidate out of the election, so that only the chosen one can hold the address. */
export function stopUcarpScript(cluster: Cluster, node: Node, { withoutHooks }: UcarpOptions = {}): string {
  return `set -u
${settings(cluster, node)}${oursFunction}${ucarpFunctions}
stop_ucarp${withoutHooks ? ' KILL' : ''} && echo 'ucarp is stopped and the address is not here'`;
}

/**
 * Restarts the winner's ucarp at skew 1 and without vip-down at start. Nobody touches it afterwards: a
 * stale master that comes back at the common skew then loses the election (safety 11).
 */
export function takeAddressScript(cluster: Cluster, node: Node, options: UcarpOptions = {}): string {
  const { withoutHooks, preempt } = options;
  const hook = (way: 'up' | 'down') => `${runFolder}/${cluster.name}.vip-${way}`;
  const more = [
    ...(preempt ? ['-P'] : []),
    ...(withoutHooks ? [`-u ${hook('up')}`, `-d ${hook('down')}`] : []),
  ].join(' ');
  return `set -u
${settings(cluster, node)}${oursFunction}${ucarpFunctions}
${withoutHooks ? ownHooks(hook('up'), hook('down'), moosefsSection(cluster).virtualIp?.prefix ?? 24) : ''}stop_ucarp${withoutHooks ? ' KILL' : ''} && start_ucarp 1 ${quote(more)} && echo 'ucarp runs at skew 1 and waits for the address'`;
}

/** Hooks that only move the address, in a folder that a reboot empties: ucarp is then started as the node does it. */
function ownHooks(up: string, down: string, prefix: number): string {
  return `umask 077
mkdir -p ${runFolder}
printf '%s\\n' '#!/bin/sh' 'ip addr add "$2/${prefix}" dev "$1" 2>/dev/null' 'exit 0' >${quote(up)}
printf '%s\\n' '#!/bin/sh' 'ip addr del "$2/${prefix}" dev "$1" 2>/dev/null' 'exit 0' >${quote(down)}
chmod 700 ${quote(up)} ${quote(down)}
`;
}

/** Lets another candidate stand for election again, at the common skew. */
export function startUcarpScript(cluster: Cluster, node: Node, skew: number): string {
  return `set -u
${settings(cluster, node)}${oursFunction}${ucarpFunctions}
if [ -n "$(ours)" ]; then echo 'ucarp runs already'; else start_ucarp ${skew} && echo 'ucarp runs at skew ${skew}'; fi`;
}

/** Prints `skew N` for each ucarp of the address, and `address` when the address is here. */
export function ucarpStateScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${oursFunction}${skewFunction}
for p in $(ours); do echo "skew $(skew_of "$p")"; done
if [ -n "$(ip -o addr show to "$vip")" ]; then echo address; fi
echo end`;
}
