import { execFileSync } from 'node:child_process';
import assert from 'node:assert/strict';
import type { Bed } from '../bed';
import { eventually } from '../suite';
import type { Seen } from './watcher';

/**
 * Prints what a run may not leave on a node: the lock, a scratch folder, ucarp's saved command line, a process of
 * a script or of a dry run, a file that a promotion was about to move.
 */
const leftOnNode = `
ls -d /run/standby/*.lock /run/standby/*.ucarp* /var/tmp/standby-* /tmp/standby* 2>/dev/null
for p in /proc/[0-9]*; do
  case $(cat $p/comm 2>/dev/null) in
    mfsmaster) tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -E 'standby|restore| test ' ;;
    sh | dash) tr '\\0' ' ' <$p/cmdline 2>/dev/null | grep -E '^sh -c .*(own=|standby-lock)' | cut -c 1-120 ;;
  esac
done
for f in /var/lib/mfs/*; do case $f in *.standby* | *.new) echo "$f" ;; esac; done
true`;

/** Fails while anything of a run is left, on a node or on an operator's machine. */
export async function nothingLeftOf(bed: Bed, candidates: readonly Seen[]): Promise<void> {
  for (const { node } of candidates.filter(({ on }) => on)) {
    await eventually(45_000, async () => {
      assert.equal((await bed.sh(node, leftOnNode)).trim(), '', `left on ${node}`);
    });
  }
  await eventually(30_000, () => {
    assert.deepEqual(bed.operatorProcesses(), [], 'processes left on the machine of an operator');
    return Promise.resolve();
  });
  assert.equal(secretsIn(bed), '', 'the password of ucarp left its node');
}

/** Files of the operators' state folders that hold ucarp's password. */
function secretsIn(bed: Bed): string {
  try {
    return execFileSync('grep', ['-rlF', bed.ucarpPassword, ...bed.stateHomes], { encoding: 'utf8' }).trim();
  } catch (error) {
    // Status 1: nothing found (grep(1)).
    if ((error as { status?: number }).status === 1) return '';
    throw error;
  }
}
