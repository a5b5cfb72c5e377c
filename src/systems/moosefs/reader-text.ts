import { UnreadableError } from '../../heartbeat/probe';

const longest = 60;

/** The first line of a text that says something, shortened and without control characters, for messages. */
export function glimpse(text: string): string {
  // U+FFFD is what a decoder leaves of bytes that are no text; a NUL by itself also ends messages of MooseFS.
  const odd = [...text].filter((c) => c === '\uFFFD' || (c < ' ' && !'\0\t\r\n\x1b'.includes(c))).length;
  if (odd > 3 && odd * 10 > text.length) return 'binary data';
  const line = text
    .split(/\r?\n/)
    .map((l) => l.replace(/[\p{Cc}\uFFFD]+/gu, ' ').trim())
    .find((l) => l !== '');
  if (line === undefined) return 'nothing';
  return `“${line.length > longest ? `${line.slice(0, longest)}…` : line}”`;
}

/** An error that says what was found and what was expected. */
export function unreadable(from: string, expected: string, found: string): UnreadableError {
  return new UnreadableError(`${from}: expected ${expected}, found ${glimpse(found)}.`);
}

/** A count that a double holds exactly. Throws `UnreadableError`. */
export function count(from: string, what: string, text: string | undefined): number {
  const number = /^\d{1,15}$/.test(text ?? '') ? Number(text) : NaN;
  if (Number.isNaN(number)) throw unreadable(from, `a number as ${what}`, text ?? '');
  return number;
}

/** Bytes, exactly. Throws `UnreadableError`. */
export function bytes(from: string, what: string, text: string | undefined): bigint {
  if (text === undefined || !/^\d{1,20}$/.test(text)) throw unreadable(from, `bytes as ${what}`, text ?? '');
  return BigInt(text);
}

/** A path as readings have it: without a trailing slash, except for the root itself. */
export function bare(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path;
}
