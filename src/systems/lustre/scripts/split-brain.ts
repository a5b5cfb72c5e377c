import type { Cluster } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import type { LustreTarget } from '../section';
import {
  boundedFunction,
  drbdFunction,
  holdersFunction,
  mirrorFunctions,
  mountedFunction,
  settings,
} from './common';

/** Where the copy of a victim goes; a link or a mount may stand there. */
export const backupFolder = '/var/tmp/standby-backup';

/**
 * Bytes that a snapshot needs so that a resync of so much does not overflow it, and some more; of the whole volume, it never
 * overflows, whatever is written to it later (lvcreate(8), “snapshot”).
 */
export const snapshotBytes = (changed: number): number => Math.ceil(changed * 1.2) + 256 * 1024 ** 2;

/** Takes a side out of its connection, so that nothing flows before it should. */
export function disconnectScript(target: LustreTarget): string {
  return `set -u
${settings(target)}${holdersFunction}${drbdFunction}
drbd disconnect "$res" && echo "$res stands alone here"`;
}

const backupMark = (cluster: Cluster, { drbd = '' }: LustreTarget): string =>
  `${backupFolder}/${cluster.name}-${drbd}.last`;

/**
 * Keeps what the victim of a split brain has: a snapshot of the volume below the mirror, where there is one, else a copy of
 * it after a look at the room. The device below is read: the mirror itself is Secondary and cannot be.
 */
export function backupScript(
  cluster: Cluster,
  target: LustreTarget,
  how: 'snapshot' | 'copy',
  bytes: number,
): string {
  const head = `set -u
mark=${quote(backupMark(cluster, target))}
base=${quote(`${cluster.name}-${target.drbd ?? ''}`)}
${settings(target)}${mountedFunction}${mirrorFunctions}
# What an earlier run kept is older: it must not pass for this one's, should this one break off.
rm -f "$mark" || exit 1
if mounted_here; then echo "$point is still mounted: a copy would not be whole" >&2; exit 1; fi
if [ "$(own_role "$(status_of)")" != Secondary ]; then echo "$res is not Secondary here" >&2; exit 1; fi
lower=$(bounded 8 drbdadm sh-ll-dev "$res" | tail -n 1)
if [ ! -b "$lower" ]; then echo "the device below $res is not known: $lower" >&2; exit 1; fi
umask 077
mkdir -p ${quote(backupFolder)} || exit 1
now=$(date -u +%Y%m%dT%H%M%SZ)`;
  if (how === 'snapshot')
    return `${head}
bounded 120 lvcreate --snapshot --name "standby-$res-$now" --size ${bytes}b "$lower" || exit 1
echo "\${lower%/*}/standby-$res-$now" >"$mark"
echo "kept as the snapshot $(cat "$mark")"`;
  return `${head}
file=${quote(backupFolder)}/$base-$now.img
size=$(blockdev --getsize64 "$lower"); room=$(df -Pk ${quote(backupFolder)} | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')
if [ "$room" -le "$size" ]; then echo "no room in ${backupFolder} on this node: $size bytes are needed, $room are free" >&2; exit 1; fi
blockdev --flushbufs "$lower" 2>/dev/null || true
sparse=; if dd if=/dev/null of=/dev/null conv=sparse 2>/dev/null; then sparse=sparse,; fi
dd if="$lower" of="$file.part" bs=1M conv="\${sparse}fsync" >"$file.log" 2>&1 &
child=$!
while lives "$child"; do sleep 1; done
wait "$child" || { cat "$file.log" >&2; rm -f "$file.part" "$file.log"; exit 1; }
if [ "$(stat -c %s "$file.part")" != "$size" ]; then echo "the copy is not whole: $(stat -c %s "$file.part") of $size bytes" >&2; exit 1; fi
mv "$file.part" "$file" && rm -f "$file.log" && echo "$file" >"$mark"
echo "kept as $file ($size bytes); look at it with: mount -o loop,ro"`;
}

/** Prints where the last backup is, and whether it is there. */
export function backupStateScript(cluster: Cluster, target: LustreTarget): string {
  return `file=$(cat ${quote(backupMark(cluster, target))} 2>/dev/null)
if [ -n "$file" ] && [ -e "$file" ]; then echo "kept $file"; fi
echo end`;
}

/**
 * Connects a side. The victim pauses its resync first, so that the direction can be seen before anything flows, and discards
 * what it has. Whoever finds itself on the wrong side of the resync takes itself out at once.
 */
export function connectScript(target: LustreTarget, side: 'victim' | 'survivor'): string {
  const wrong = side === 'victim' ? 'SyncSource | PausedSyncS' : 'SyncTarget | PausedSyncT';
  const discards = side === 'victim' ? ' --discard-my-data' : '';
  const pause = side === 'victim' ? 'bounded 10 drbdadm pause-sync "$res" >/dev/null 2>&1 || true\n' : '';
  const role =
    side === 'victim'
      ? `if mounted_here || [ "$(own_role "$now")" != Secondary ]; then echo "$res is in use here: nothing is discarded" >&2; exit 1; fi\n`
      : '';
  return `set -u
${settings(target)}${mountedFunction}${holdersFunction}${drbdFunction}${mirrorFunctions}
now=$(status_of)
${role}${pause}drbd connect${discards} "$res" || exit 1
t=0
while [ "$t" -lt 30 ]; do
  now=$(status_of)
  case $(replication "$now") in
    ${wrong})
      bounded 10 drbdadm disconnect "$res"
      echo "$res would have been resynced in the wrong direction: it is disconnected again" >&2; exit 1 ;;
    Sync* | Paused* | Established) break ;;
  esac
  t=$((t + 1)); sleep 0.1
done
echo "$res: $(connection "$now") $(replication "$now")"`;
}

/** Lets the resync flow that `connectScript` paused. */
export function resumeSyncScript(target: LustreTarget): string {
  return `set -u
res=${quote(target.drbd ?? '')}
${boundedFunction}
bounded 10 drbdadm resume-sync "$res" 2>/dev/null
echo "the resync of $res may flow"`;
}
