import type { ExecResult } from '../../ssh/connection';
import { unreadable } from './reader-text';

/** What `mfsmaster test` or `mfsmetalogger test` said. */
export type DaemonTest = { readonly running: true; readonly pid: number } | { readonly running: false };

/**
 * Reads `mfsmaster test` and its sisters: exit 0 and `NAME pid: N`, or exit 1 and `NAME is not running`.
 * The text is on stderr, with stray NUL bytes when the daemon is not running. Throws `UnreadableError`.
 */
export function readDaemonTest(name: string, result: ExecResult): DaemonTest {
  const text = `${result.stderr}\n${result.stdout}`.replaceAll('\0', '');
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const pid = lines.map((line) => new RegExp(`^${name} pid: (\\d{1,10})$`).exec(line)?.[1]).find((p) => p);
  if (pid !== undefined && result.exitCode === 0) return { running: true, pid: Number(pid) };
  if (lines.includes(`${name} is not running`) && result.exitCode === 1) return { running: false };
  throw unreadable(
    `${name} test (exit ${result.exitCode ?? 'by signal'})`,
    `“${name} pid: N” or “${name} is not running”`,
    text,
  );
}
