import type { Cluster, Node } from '../../../cluster/cluster';
import { quote } from '../../../ssh/shell';
import { askFunction, oursFunction, setFunctions, settings, testFunction } from './common';

/**
 * Reads ucarp's own command line like getopt_long would (ucarp 1.5.2, src/ucarp_p.h) and prints only
 * options that hold no secret: the password never leaves the node (safety 21).
 */
export const ucarpOptions = `BEGIN {
  split("interface:i srcip:s mcast:m vhid:v pass:p passfile:o preempt:P neutral:n addr:a help:h advbase:b " \\
    "advskew:k upscript:u downscript:d deadratio:r debug:D shutdown:z daemonize:B ignoreifstate:S nomcast:M " \\
    "facility:f xparam:x", names, " ")
  for (i in names) { split(names[i], pair, ":"); short[pair[1]] = pair[2] }
}
function put(option, value) { if (index("isvakudxbr", option)) print "option " option " " value }
function flag(option) { print "flag " option }
NR == 1 { next }
want != "" { put(want, $0); want = ""; next }
/^--./ {
  name = substr($0, 3); value = ""; given = 0
  if (at = index(name, "=")) { value = substr(name, at + 1); name = substr(name, 1, at - 1); given = 1 }
  option = ""
  for (long in short) if (long == name) option = short[long]
  if (option == "") for (long in short) if (index(long, name) == 1) option = option short[long]
  if (length(option) != 1) { print "unread"; next }
  if (index("ismvpoabkudrfx", option)) { if (given) put(option, value); else want = option } else flag(option)
  next
}
/^-./ {
  rest = substr($0, 2)
  while (rest != "") {
    option = substr(rest, 1, 1); rest = substr(rest, 2)
    if (index("ismvpoabkudrfx", option)) { if (rest != "") put(option, rest); else want = option; break }
    flag(option)
  }
  next
}
{ print "unread" }`;

/** Lists the images (`@@ images` goes before it) and the changelogs of the data path, and the node's clock. */
export const filesListing = `for f in "$data"/metadata*; do
  if [ -f "$f" ]; then
    echo "== \${f##*/} $(stat -c 'size=%s mtime=%Y' "$f")"
    mfsmetadump "$f" 2>/dev/null | head -n 2 | tr -cd '\\11\\12\\40-\\176'
  fi
done
echo '@@ changelogs'
for f in "$data"/changelog*.mfs; do
  if [ -s "$f" ]; then
    first=$(head -n 1 "$f" | cut -c 1-40 | cut -d: -f1 | tr -d '\\000')
    last=$(tail -n 1 "$f" | cut -d'|' -f1 | cut -c 1-40 | tr -d ' \\000')
    case $first/\${last%%:*}/\${last#*:} in
      */ | /* | *//* | *[!0-9/]*) echo "unreadable \${f##*/}" ;;
      *) echo "\${f##*/} first=$first last=\${last%%:*} mtime=$(stat -c %Y "$f") at=\${last#*:}" ;;
    esac
  fi
done
date +now=%s`;

/**
 * Shell function `hook_runs FILE`: prints `runs PID` for processes that run this hook, or a script that it names; ucarp
 * itself has the hook's name among its own words.
 */
const hookRunsFunction = `hook_runs() {
  { echo "$1"; grep -v '^#' "$1" 2>/dev/null | grep -oE '/[A-Za-z0-9_./-]+' | grep -vE '^/(usr/)?s?bin/|^/(dev|proc|sys|tmp|var|run)/'; } |
    sort -u | grep -lsxzF -f - /proc/[0-9]*/cmdline 2>/dev/null |
    while IFS=/ read -r _ _ pid _; do
      case $(cat "/proc/$pid/comm" 2>/dev/null) in '' | ucarp | grep) ;; *) echo "runs $pid" ;; esac
    done
}
`;

/** Prints `runs PID` for each process of these hooks. */
export function hookRunsScript(files: readonly string[]): string {
  return `${hookRunsFunction}${files.map((file) => `hook_runs ${quote(file)}`).join('\n')}
echo end`;
}

/**
 * What a candidate is worth and what it does, read without changing anything. `mfsmaster test` leaves a
 * lock file on nodes that are no master; that is tolerated (facts of MooseFS 3.0.117).
 */
export function surveyScript(cluster: Cluster, node: Node): string {
  return `${settings(cluster, node)}${oursFunction}${askFunction}${setFunctions}${testFunction}
command_lines() {
  for p in $(ours); do echo "/proc/$p/cmdline"; done
  if [ -z "$(ours)" ] && [ -s "$saved" ]; then echo "$saved"; fi
}
${hookRunsFunction}echo '@@ processes'
for p in $(masters); do echo "mfsmaster $p $(sed 's/.*) //' "/proc/$p/stat" | cut -d' ' -f1,2)"; done
for p in $(pidof mfsmetalogger); do echo "mfsmetalogger $p $(sed 's/.*) //' "/proc/$p/stat" | cut -d' ' -f1,2)"; done
echo '@@ test'
test_master
echo '@@ live'
if [ -n "$(masters)" ]; then ask -SIM; fi
echo '@@ addresses'; ip -o addr show
echo '@@ ucarp'
for line in $(command_lines); do
  echo "command $line"
  tr '\\0' '\\n' <"$line" | awk '${ucarpOptions}'
done
echo '@@ hooks'
for line in $(command_lines); do
  tr '\\0' '\\n' <"$line" | awk '${ucarpOptions}' | sed -n 's/^option \\([ud]\\) /\\1 /p' |
    while read -r kind file; do
      echo "hook $kind $file"
      if [ -r "$file" ]; then sed 's/^/> /' "$file"; else echo unreadable; fi
      hook_runs "$file"
    done
done
echo '@@ images'
${filesListing}
echo '@@ space'
echo "set $(cd "$data" && set_files . | tr '\\n' '\\0' | xargs -0 -r stat -c %s | awk '{ n += $1 } END { print n + 0 }')"
echo "data $(df -PB1 "$data" | awk 'NR == 2 { print $4 }')"
echo "scratch $(df -PB1 /var/tmp | awk 'NR == 2 { print $4 }')"
if [ -d "$scratch" ]; then echo 'left scratch-folder'; fi
echo '@@ end'`;
}
