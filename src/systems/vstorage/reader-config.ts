import type { ConfigReport } from './observation';
import { unreadable } from './reader-text';

/**
 * Reads `vstorage -c NAME get-config`: lines of `name=value`. A name that stands there twice with different values
 * is left out. Throws `UnreadableError` when there is no such line.
 */
export function readConfig(text: string): ConfigReport {
  const values = new Map<string, number | string | undefined>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([a-z][\w-]*(?:\.[\w-]+)+)\s*[=:]\s*(\S.*?)?\s*$/i.exec(line);
    if (!match) continue;
    const [, name = '', written = ''] = match;
    const value = /^-?\d{1,15}$/.test(written) ? Number(written) : written;
    values.set(name, values.has(name) && values.get(name) !== value ? undefined : value);
  }
  if (values.size === 0) throw unreadable('vstorage get-config', 'lines of “name=value”', text);
  return Object.fromEntries(
    [...values].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
