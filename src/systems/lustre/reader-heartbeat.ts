import type { HeartbeatReading } from './observation';
import { unreadable, whole, wholeLines } from './reader-text';

/** One question to cl_status and its answer: `# cl_status WORDS`, what it said, `rc=N`. */
interface Answered {
  readonly words: readonly string[];
  readonly lines: readonly string[];
  readonly rc: number;
}

function answers(text: string): readonly Answered[] {
  const found: Answered[] = [];
  let words: readonly string[] | undefined;
  let lines: string[] = [];
  for (const line of wholeLines(text)) {
    const asked = /^# (\S+) ?(.*)$/.exec(line);
    const rc = whole(/^rc=(\d{1,3})$/.exec(line)?.[1]);
    if (asked) {
      words = asked[1] === 'cl_status' ? (asked[2] ?? '').split(' ') : undefined;
      lines = [];
    } else if (rc !== undefined) {
      // Without the status that ends it, an answer was cut off and counts for nothing.
      if (words) found.push({ words, lines, rc });
      words = undefined;
    } else lines.push(line.trim());
  }
  return found;
}

/**
 * Reads answers of cl_status (Heartbeat 3). Its exit status is the same for “dead” and for “cannot sign on”, so
 * the words count. Throws `UnreadableError`.
 */
export function readClStatus(text: string): HeartbeatReading {
  const all = answers(text);
  const status = all.find(({ words }) => words[0] === 'hbstatus');
  if (!status) throw unreadable('cl_status', 'an answer to hbstatus', text);
  const said = status.lines.join(' ');
  const running = /\bis running\b/.test(said);
  if (!running && !/\bis (stopped|not running)\b/.test(said))
    throw unreadable('cl_status hbstatus', 'that Heartbeat is running or stopped', said);
  const resources = all.find(({ words }) => words.join(' ') === 'rscstatus');
  const word = resources?.lines.find((line) => /^(all|local|foreign|none|transition)$/.test(line));
  return {
    running,
    nodes: Object.fromEntries(
      all
        .filter(({ words, rc }) => words[0] === 'nodestatus' && words[1] !== undefined && rc <= 1)
        .map(({ words, lines }) => [words[1] ?? '', nodeWord(lines)]),
    ),
    ...(word === undefined ? {} : { resources: word }),
  };
}

/** active, up, dead, ping or init; anything else, such as “Cannot signon with heartbeat”, is unknown. */
function nodeWord(lines: readonly string[]): string {
  return lines.find((line) => /^(active|up|dead|ping|init)$/.test(line)) ?? 'unknown';
}
