import type { DrbdReading } from './observation';
import { pairs, readings, type RawResource } from './reader-drbd-raw';
import { unreadable, whole, wholeLines } from './reader-text';

interface Scope {
  readonly name?: string;
  readonly values: Map<string, string>;
  readonly devices: Map<number, Map<string, string>>;
}

/**
 * Reads `drbdsetup status`, plain or with --verbose --statistics, of 8.4 and 9. On 8.4 a node that stands alone
 * prints no line for its peer, so its connection is unknown here: events2 and /proc/drbd tell it. `done:` is the
 * part of the device that is in sync, not of the resync, and is left out.
 * Throws `UnreadableError`.
 */
export function readDrbdStatus(text: string): readonly DrbdReading[] {
  const resources: (RawResource & { readonly peers: Scope[] })[] = [];
  let scope: Scope | undefined;
  let values: Map<string, string> | undefined;
  for (const line of wholeLines(text)) {
    const words = line.trim().split(/\s+/);
    const [first = ''] = words;
    if (first === '' || first.startsWith('#')) continue;
    if (!/^\s/.test(line)) {
      if (first.includes(':') || !/ role:\w/.test(line))
        throw unreadable('drbdsetup status', 'a resource and its role', line);
      const resource = {
        name: first,
        values: pairs(words),
        devices: new Map<number, Map<string, string>>(),
        peers: [],
      };
      resources.push(resource);
      ({ values } = scope = resource);
      continue;
    }
    const last = resources.at(-1);
    if (!last || !scope || !values) throw unreadable('drbdsetup status', 'a resource and its role', line);
    if (!first.includes(':')) {
      const peer = { name: first, values: pairs(words), devices: new Map<number, Map<string, string>>() };
      last.peers.push(peer);
      ({ values } = scope = peer);
      continue;
    }
    const found = pairs(words);
    const number = whole(found.get('volume'));
    // One volume of number 0 is not numbered in plain status.
    const isUnnumbered = scope.devices.size === 0 && (found.has('disk') || found.has('replication'));
    if (number !== undefined || isUnnumbered)
      scope.devices.set(number ?? 0, (values = new Map<string, string>()));
    for (const [key, value] of found) values.set(key, value);
  }
  return resources.flatMap(readings);
}
