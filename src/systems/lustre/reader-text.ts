import { UnreadableError } from '../../heartbeat/probe';
import { found } from '../../ssh/found';

/** An error that says what was expected and what was found. */
export function unreadable(from: string, expected: string, text: string): UnreadableError {
  return new UnreadableError(`${from}: expected ${expected}, found ${found(text)}.`);
}

/**
 * The lines that came whole. What follows the last newline is the beginning of a line that was cut off: half a
 * number would be a wrong one, so it is left out.
 */
export function wholeLines(text: string): readonly string[] {
  return text.split(/\r?\n/).slice(0, -1);
}

/** A whole number that a double holds exactly, or undefined. */
export function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A number with or without decimals, or undefined. */
export function decimal(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined;
}

/** Kibibytes as bytes, or undefined. */
export function kibibytes(text: string | undefined): number | undefined {
  const count = whole(text);
  return count === undefined || !Number.isSafeInteger(count * 1024) ? undefined : count * 1024;
}

/** The entries that have a value. */
export function present<T extends Readonly<Record<string, unknown>>>(
  values: T,
): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
