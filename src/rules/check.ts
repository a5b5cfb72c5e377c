import type { Finding } from '../cluster/finding';
import { parse, type ParsedDocument, type ParsedFile } from '../cluster/parse';
import type { Position } from '../cluster/place';
import { sortFindings } from '../cluster/sort';
import type { SystemSpec } from '../cluster/spec';
import { commonRules } from './common';
import type { Observed } from './observed';
import type { Rule } from './rule';

/** What checking needs of a system. */
export interface CheckedSystem {
  readonly spec: SystemSpec;
  readonly rules: readonly Rule[];
}

/** A cluster file with all findings about it, by line, column and code. */
export interface Checked {
  readonly documents: readonly ParsedDocument[];
  readonly findings: readonly Finding[];
}

/**
 * Checks a cluster file: the rules of the file, those that hold for every system, and those of its own.
 * `observedFor` supplies what the nodes of a cluster report, for the live ones. Never throws on any text.
 */
export function check(
  text: string | Uint8Array,
  systems: readonly CheckedSystem[],
  observedFor?: (clusterName: string) => Observed | undefined,
): Checked {
  const specs = systems.map(({ spec }) => spec);
  return judge(parse(text, specs), systems, observedFor);
}

/** The same for a file that was read already. */
export function judge(
  { documents, findings }: ParsedFile,
  systems: readonly CheckedSystem[],
  observedFor?: (clusterName: string) => Observed | undefined,
): Checked {
  const ruled = documents.flatMap(({ draft }) => {
    const own = systems.find(({ spec }) => spec === draft.spec);
    // Where the system is absent or wrong, only the rules of the file run.
    if (!own) return [];
    const observed = draft.name && observedFor?.(draft.name.value);
    return [...commonRules, ...own.rules].flatMap((rule) => rule(draft, observed));
  });
  return { documents, findings: withoutTwins(sortFindings([...findings, ...ruled])) };
}

/** A place that several nodes reach through an alias is reported once. Sorted, so that twins are neighbours. */
function withoutTwins(sorted: readonly Finding[]): readonly Finding[] {
  return sorted.filter((one, index) => {
    for (let at = index - 1; at >= 0; at--) {
      const other = sorted[at];
      if (!other || other.code !== one.code || !isSame(other.range.start, one.range.start)) return true;
      if (other.message === one.message && isSame(other.range.end, one.range.end)) return false;
    }
    return true;
  });
}

function isSame(a: Position, b: Position): boolean {
  return a.line === b.line && a.character === b.character;
}
