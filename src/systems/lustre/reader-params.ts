import { wholeLines } from './reader-text';

/** One parameter of `lctl get_param`, by its whole name; a one-line value is a list of one. */
export interface Param {
  readonly name: string;
  /** What stands between the first and the last part of the name: `scratch-OST0000`. */
  readonly device: string;
  readonly lines: readonly string[];
}

const start = /^([A-Za-z][\w-]*(?:\.[\w.:@*-]+)+)=(.*)$/;

/**
 * Reads `lctl get_param`, which writes a one-line value behind the `=` and a longer one on the lines below.
 * Parameters that are not there are an error on stderr and nothing here.
 */
export function readParams(text: string): readonly Param[] {
  const params: { name: string; device: string; lines: string[] }[] = [];
  for (const line of wholeLines(text)) {
    const [, name, value = ''] = start.exec(line) ?? [];
    if (name === undefined) params.at(-1)?.lines.push(line);
    else
      params.push({
        name,
        device: name.split('.').slice(1, -1).join('.'),
        lines: value === '' ? [] : [value],
      });
  }
  return params;
}

/** The lines `key: value` of a parameter, by key; a key that comes twice keeps its first value. */
export function keyValues(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, key, value] = /^\s*([^:]+?):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && !found.has(key)) found.set(key, value);
  }
  return found;
}
