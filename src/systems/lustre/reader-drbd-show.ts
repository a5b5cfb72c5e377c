import type { DrbdOptions } from './observation';
import { protocolOf } from './reader-drbd-words';
import { present, wholeLines } from './reader-text';

/**
 * Reads `drbdsetup show`, with --show-defaults or without: what the configuration in force says that matters to a
 * failover. 8.4 has `fencing` among the options of the disk, 9 among those of the net.
 */
export function readDrbdShow(text: string): readonly DrbdOptions[] {
  const found: { resource: string; words: Map<string, string> }[] = [];
  for (const line of wholeLines(text)) {
    // DRBD 9 quotes names.
    const resource = /^resource "?([^"\s{]+)"? \{/.exec(line)?.[1];
    if (resource !== undefined) found.push({ resource, words: new Map() });
    const [, key, value = 'yes'] =
      /^\s+(fencing|protocol|allow-two-primaries)(?:\s+(\S+?))?;(?:\s*#.*)?$/.exec(line) ?? [];
    if (key !== undefined) found.at(-1)?.words.set(key, value);
  }
  return found.map(({ resource, words }) => {
    const two = words.get('allow-two-primaries');
    return {
      resource,
      ...present({
        fencing: words.get('fencing'),
        protocol: protocolOf(words.get('protocol')),
        allowTwoPrimaries: two === undefined ? undefined : two === 'yes',
      }),
    };
  });
}
