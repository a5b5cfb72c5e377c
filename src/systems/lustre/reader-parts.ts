import type { ExecResult } from '../../ssh/connection';
import type { Asked } from './observation';
import { endMark } from './probes-scripts';
import { unreadable } from './reader-text';

/** What one program said, and its exit status; undefined: it is not installed. */
export interface Part {
  readonly text: string;
  readonly status: number | undefined;
}

/** The answer to a probe by its parts. Throws `UnreadableError` when it did not come whole. */
export function readParts(from: string, result: ExecResult): ReadonlyMap<string, Part> {
  const { stdout, stderr, truncated } = result;
  if (truncated) throw unreadable(from, 'a whole answer', 'an answer that was cut off for its length');
  if (!stdout.endsWith(`${endMark}\n`))
    throw unreadable(from, `“${endMark}” at the end`, stdout.trim() === '' ? stderr : stdout);
  const parts = new Map<string, Part>();
  for (const block of stdout.split(/^@@ /m).slice(1, -1)) {
    const at = block.indexOf('\n');
    const name = block.slice(0, at);
    const [, text = '', status] = /^([\s\S]*?)(?:\n)?^= (\d+|absent)\n$/m.exec(block.slice(at + 1)) ?? [];
    if (status === undefined) throw unreadable(from, `the end of “${name}”`, block);
    parts.set(name, { text, status: status === 'absent' ? undefined : Number(status) });
  }
  return parts;
}

/** What a part says, read; a program that is missing, or failed, is an answer, too. Throws `UnreadableError`. */
export function asked<T>(
  part: Part | undefined,
  read: (text: string) => T,
  /** Exit statuses besides 0 with which the text is an answer all the same. */
  fine: readonly number[] = [],
): Asked<T> {
  if (part?.status === undefined) return { is: 'not-installed' };
  const { status, text } = part;
  if (status === 0 || fine.includes(status)) return { is: 'read', value: read(text) };
  // timeout(1): 124 when it ended the program, 137 when it had to kill it.
  if (status === 124 || status === 137) return { is: 'unanswered', why: 'no answer within 5 s' };
  const line = text.split('\n').find((each) => each.trim() !== '');
  return {
    is: 'unanswered',
    why: line === undefined ? `it ended with status ${status}` : line.trim().slice(0, 120),
  };
}

/** The value of an answer, or undefined. */
export function valueOf<T>(answer: Asked<T> | undefined): T | undefined {
  return answer?.is === 'read' ? answer.value : undefined;
}
