import type { DrbdReading } from './observation';
import { pairs, readings } from './reader-drbd-raw';
import { unreadable, whole, wholeLines } from './reader-text';

type Values = ReadonlyMap<string, string>;

interface Peer {
  name?: string;
  values: Values;
  readonly devices: Map<number, Values>;
}

interface Resource {
  readonly name: string;
  values: Values;
  readonly devices: Map<number, Values>;
  /** By node id, which 8.4 always calls 0. */
  readonly peers: Map<string, Peer>;
}

/**
 * Reads `drbdsetup events2 --now --statistics` of 8.4 and 9. Its last line `exists -` says that it is whole;
 * a resource that is down is not in it. Throws `UnreadableError`.
 */
export function readDrbdEvents(text: string): readonly DrbdReading[] {
  const lines = wholeLines(text).filter((line) => line.trim() !== '');
  if (lines.at(-1)?.trim() !== 'exists -')
    throw unreadable('drbdsetup events2', '“exists -” at the end', lines.at(-1) ?? text);
  const resources = new Map<string, Resource>();
  for (const line of lines.slice(0, -1)) {
    const [event, kind = '', ...words] = line.trim().split(/\s+/);
    if (event !== 'exists') throw unreadable('drbdsetup events2', 'a line “exists”', line);
    const values = pairs(words);
    const name = values.get('name');
    if (name === undefined) continue;
    const known = resources.get(name);
    const resource = known ?? { name, values: new Map(), devices: new Map(), peers: new Map() };
    if (!known) resources.set(name, resource);
    put(resource, kind, values);
  }
  return [...resources.values()].flatMap((resource) =>
    readings({ ...resource, peers: [...resource.peers.values()] }),
  );
}

/** Lines are put where they belong by the names in them: their order is not promised. */
function put(resource: Resource, kind: string, values: Values): void {
  const volume = whole(values.get('volume'));
  if (kind === 'resource') resource.values = values;
  else if (kind === 'device' && volume !== undefined) resource.devices.set(volume, values);
  else if (kind === 'connection') peerOf(resource, values).values = values;
  else if (kind === 'peer-device' && volume !== undefined)
    peerOf(resource, values).devices.set(volume, values);
}

function peerOf({ peers }: Resource, values: Values): Peer {
  const id = values.get('peer-node-id') ?? '';
  const name = values.get('conn-name');
  const peer: Peer = peers.get(id) ?? { values: new Map(), devices: new Map() };
  if (name !== undefined) peer.name = name;
  peers.set(id, peer);
  return peer;
}
