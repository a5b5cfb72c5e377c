import { stripVTControlCharacters } from 'node:util';

/**
 * Control characters except line feed and tab, C1 controls, and the marks that reorder text
 * (Unicode Bidirectional Algorithm, UAX 9, table 4): a node must not move the cursor of whoever reads its answer.
 */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Text from a node or a file, fit for a terminal: escape sequences and control characters are gone, lines end in \n. */
export function plain(text: string): string {
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '');
}

/** The same on one line, at most `limit` characters long. */
export function oneLine(text: string, limit = 200): string {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

/** The end of a long text, in whole lines where possible. */
export function tail(text: string, limit = 4096): string {
  const clean = plain(text);
  if (clean.length <= limit) return clean;
  const end = clean.slice(-limit);
  const line = end.indexOf('\n');
  return `…\n${line >= 0 && line < end.length - 1 ? end.slice(line + 1) : end}`;
}

/** A text as it is when nothing in it is hidden; else as JSON, with every character shown that is not ASCII. */
export function visible(text: string): string {
  return plain(text) === text && !text.includes('\n')
    ? text
    : JSON.stringify(text).replace(
        /[\u007f-\uffff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}
