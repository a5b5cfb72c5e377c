import { quote } from '../ssh/shell';

/** Where the cluster's lock lies on a node; tmpfs, so that a reboot ends it. */
export const LOCK_BASE = '/run/standby';
/** Seconds of the node's own clock after which an untouched lock is stale (safety 14). */
export const STALE_AFTER = 60;

/** What a lock script is asked to do; also carried in its first line, for simulated nodes. */
export interface LockRequest {
  /** `look` changes nothing: it says whose the lock is. */
  readonly verb: 'take' | 'touch' | 'release' | 'look';
  readonly cluster: string;
  /** The id of the run. */
  readonly owner: string;
  /** Of this process: a resumed run has the same id and another token. */
  readonly token: string;
  /** user@machine, for whoever finds the lock. */
  readonly who?: string;
  /** Owners whose stale lock may be broken. */
  readonly confirmed?: readonly string[];
}

/** How a lock script ends. The values are above those that sh and its utilities use. */
export const LOCK_STATUS = { done: 0, noRight: 73, busy: 75, held: 81, lost: 82 } as const;

const MARK = ': standby-lock ';

/** The script for a node. Its standard output is `AGE OWNER` and a second line `WHO` where another holds the lock. */
export function lockScript(request: LockRequest, base = LOCK_BASE): string {
  // The name becomes part of a path; the cluster file's grammar allows no slash and no leading dot either.
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(request.cluster))
    throw new RangeError(`No name for a lock: ${request.cluster}`);
  const lock = `${base}/${request.cluster}.lock`;
  const lines = [
    `${MARK}${quote(JSON.stringify(request))}`,
    `lock=${quote(lock)}`,
    `owner=${quote(request.owner)}`,
    `token=${quote(request.token)}`,
  ];
  const bodies = { take: takeScript(request, base), touch: TOUCH, release: RELEASE, look: LOOK };
  return [...lines, bodies[request.verb]].join('\n');
}

/** The request in a lock script, or undefined for any other script. Simulated nodes read with it. */
export function lockRequest(script: string): LockRequest | undefined {
  const line = script.split('\n', 1)[0] ?? '';
  if (!line.startsWith(MARK)) return undefined;
  const quoted = line.slice(MARK.length);
  const text = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll(`'\\''`, "'") : quoted;
  return JSON.parse(text) as LockRequest;
}

/**
 * mkdir decides who was first. flock(1), where the node has it, keeps two breakers of one stale lock apart;
 * its guard is released by the kernel when the shell ends. A lock without owner is one whose taker died between
 * mkdir and the owner's line.
 */
function takeScript({ who = '', confirmed = [] }: LockRequest, base: string): string {
  const mayBreak = ['""', ...confirmed.map(quote)].join('|');
  return `umask 022
mkdir -p ${quote(base)} || exit ${LOCK_STATUS.noRight}
if command -v flock >/dev/null 2>&1; then
  exec 9>"$lock.guard" || exit ${LOCK_STATUS.noRight}
  flock -w 5 9 || exit ${LOCK_STATUS.busy}
fi
if ! mkdir "$lock" 2>/dev/null; then
  [ -d "$lock" ] || exit ${LOCK_STATUS.noRight}
  held=$(sed -n 1p "$lock/owner" 2>/dev/null)
  if [ "$held" != "$owner" ]; then
    touched=$(stat -c %Y "$lock/owner" 2>/dev/null || stat -c %Y "$lock") || exit ${LOCK_STATUS.busy}
    age=$(( $(date +%s) - touched ))
    break=no
    if [ "$age" -gt ${STALE_AFTER} ]; then
      case "$held" in ${mayBreak}) break=yes ;; esac
    fi
    if [ "$break" = no ]; then
      printf '%s %s\\n' "$age" "$held"
      sed -n 3p "$lock/owner" 2>/dev/null
      exit ${LOCK_STATUS.held}
    fi
  fi
fi
printf '%s\\n' "$owner" "$token" ${quote(who)} > "$lock/owner.$token" || exit ${LOCK_STATUS.noRight}
mv "$lock/owner.$token" "$lock/owner" || exit ${LOCK_STATUS.noRight}
exit 0`;
}

/** Another's lock, held or stale, as `take` would say it. */
const LOOK = `[ -d "$lock" ] || exit ${LOCK_STATUS.done}
held=$(sed -n 1p "$lock/owner" 2>/dev/null)
if [ "$held" = "$owner" ]; then exit ${LOCK_STATUS.done}; fi
touched=$(stat -c %Y "$lock/owner" 2>/dev/null || stat -c %Y "$lock" 2>/dev/null) || exit ${LOCK_STATUS.done}
printf '%s %s\\n' "$(( $(date +%s) - touched ))" "$held"
sed -n 3p "$lock/owner" 2>/dev/null
exit ${LOCK_STATUS.held}`;

const OURS = `if [ "$(sed -n 1p "$lock/owner" 2>/dev/null)" != "$owner" ] || [ "$(sed -n 2p "$lock/owner" 2>/dev/null)" != "$token" ]; then
  printf '0 %s\\n' "$(sed -n 1p "$lock/owner" 2>/dev/null)"
  sed -n 3p "$lock/owner" 2>/dev/null
  exit ${LOCK_STATUS.lost}
fi`;
const TOUCH = `${OURS}\ntouch "$lock/owner" || exit ${LOCK_STATUS.noRight}\nexit 0`;
const RELEASE = `${OURS}\nrm -f "$lock"/owner* && rmdir "$lock" || exit ${LOCK_STATUS.noRight}\nexit 0`;
