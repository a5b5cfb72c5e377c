import type { Reading } from './grammar';

/** Reads a name: a letter or digit, then letters, digits, `.`, `_` and `-`; at most 63 characters. */
export function readName(text: string, maxLength = 63): Reading<string> {
  const shown = text.length > 70 ? `${text.slice(0, 70)}…` : text;
  if (text.length > maxLength) {
    return { problem: `'${shown}' has ${text.length} characters; ${maxLength} are allowed here.` };
  }
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)) return { value: text };
  return {
    problem: `'${shown}' is not a name: it starts with a letter or digit and holds only letters, digits, '.', '_' and '-'.`,
  };
}

/** Pieces of an encoding M+N: M of data, N of parity, as text. */
export function readEncoding(text: string): Reading<string> {
  const found = /^(\d{1,2})\+(\d{1,2})$/.exec(text);
  if (!found || Number(found[1]) < 1) {
    return {
      problem: `'${text.slice(0, 40)}' is not an encoding M+N with M from 1 to 99 and N from 0 to 99, such as 5+2.`,
    };
  }
  return { value: text };
}

/** An ISO 8601 date, or date and time, as written. */
export function readTime(text: string): Reading<string> {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;
  if (form.test(text) && !Number.isNaN(Date.parse(text))) return { value: text };
  return { problem: `'${text.slice(0, 40)}' is not a time. Write it like 2026-11-21T20:00:00Z.` };
}
