import type { Cluster, Node } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { moosefsSection } from '../section';

/** Where Standby keeps what a run needs on a node until it ends: a tmpfs, gone after a reboot. */
export const runFolder = '/run/standby';

/** The folder of the dry run; on disk, because it holds a copy of the metadata. */
export const scratchFolder = (cluster: Cluster): string => `/var/tmp/standby-${cluster.name}`;

/** A node need not know the name by which the operator's SSH configuration finds it; mfsmaster listens on loopback, too. */
const resolvable = `getent ahostsv4 "$own" >/dev/null 2>&1 || own=127.0.0.1`;

/** Without these a script would take "no such command" for "no such process". */
const needed = `for tool in pidof ip mfsmaster; do
  if ! command -v "$tool" >/dev/null; then echo "$tool is not installed on this node" >&2; exit 127; fi
done`;

/**
 * Shell function `masters`: the pids of mfsmaster. One that runs `mfsmaster test`, for this or another
 * operator, is no master, though it has its name; nor is one that has just ended (proc(5): Z, X).
 */
const mastersFunction = `masters() {
  for p in $(pidof mfsmaster); do
    case $(sed 's/.*) //' "/proc/$p/stat" 2>/dev/null) in '' | [ZX]*) continue ;; esac
    case " $({ tr '\\0' ' ' <"/proc/$p/cmdline"; } 2>/dev/null)" in
      *' test '*) ;;
      ' ') case $(sed 's/.*) //' "/proc/$p/stat" 2>/dev/null) in '' | [ZX]*) ;; *) echo "$p" ;; esac ;;
      *) echo "$p" ;;
    esac
  done
}`;

/** Shell assignments and functions that the scripts below share. Values are quoted here and nowhere else. */
export function settings(cluster: Cluster, node: Node): string {
  const { dataPath, virtualIp, masterPort } = moosefsSection(cluster);
  return [
    `own=${quote(node.address)}`,
    `port=${masterPort}`,
    `data=${quote(dataPath)}`,
    `vip=${quote(virtualIp?.address ?? '')}`,
    `scratch=${quote(scratchFolder(cluster))}`,
    `saved=${quote(`${runFolder}/${cluster.name}.ucarp`)}`,
    resolvable,
    needed,
    mastersFunction,
    '',
  ].join('\n');
}

/** Shell function `ours`: the pids of the ucarp processes that serve the virtual address. */
export const oursFunction = `ours() {
  for p in $(pidof ucarp); do
    tr '\\0' '\\n' <"/proc/$p/cmdline" | grep -qxF -e "$vip" -e "-a$vip" -e "--addr=$vip" && echo "$p"
  done
  return 0
}
`;

/** Shell function `ask`: what the master on this very node answers, without waiting for ever. */
export const askFunction = `ask() { timeout 8 mfscli -H "$own" -P "$port" -p -s '|' "$@" 2>&1 | tr -d '\\000'; }
`;

/**
 * Shell function `test_master`: what mfsmaster says of itself. Two that test at the same moment meet at its
 * lock file, and one takes the other for the master: it asks again.
 */
export const testFunction = `test_master() {
  for try in 1 2 3 4 5; do
    said=$(timeout 8 mfsmaster test 2>&1 | tr -d '\\000')
    case $said in
      *'is not running'*) break ;;
      *) if [ -n "$(masters)" ]; then break; fi ;;
    esac
    sleep 0.3
  done
  printf '%s\\n' "$said"
}
`;

/**
 * Files that make up what a metalogger has of the metadata: its image and the changes since. The dry run
 * and the promotion use exactly these (safety 15); a half-downloaded metadata_ml.tmp is not among them.
 */
export const setPattern = 'metadata_ml.mfs* changelog_ml.*.mfs changelog_ml_back.*.mfs';

/**
 * Shell functions `set_files` (the non-empty files of that set, one a line) and `set_state` (what tells one
 * version of them from another: name, size, time of change, inode).
 */
export const setFunctions = `set_files() {
  (cd "$1" && for f in ${setPattern}; do if [ -f "$f" ] && [ -s "$f" ]; then echo "$f"; fi; done) | sort
}
set_state() { (cd "$1" && set_files . | tr '\\n' '\\0' | xargs -0 -r stat -c '%n %s %.9Y %i'); }
`;

/**
 * Shell function `ours_only`: whether the scratch folder was made by this user. Its name can be guessed and /var/tmp is
 * everybody's: a folder of somebody else proves no dry run, and nothing may be written into it.
 */
export const scratchFunction = `ours_only() { [ -d "$scratch" ] && [ ! -L "$scratch" ] && [ -O "$scratch" ]; }
`;

/** Shell function `end_all TENTHS PID…`: ends processes by SIGTERM and waits for them, at most that many tenths of a second. */
export const endFunction = `end_all() {
  tenths=$1; shift
  for p; do kill -TERM "$p" 2>/dev/null || true; done
  for p; do
    while kill -0 "$p" 2>/dev/null; do
      tenths=$((tenths - 1)); if [ "$tenths" -lt 0 ]; then return 1; fi
      sleep 0.1
    done
  done
}
`;
