import type { DrbdConnection, DrbdReading, DrbdReplication } from './observation';
import { connectionOf, diskOf, replicationOf, roleOf } from './reader-drbd-words';
import { kibibytes, present, whole } from './reader-text';

/** What drbdsetup says in any of its formats, as words by key; the keys are the same in all of them. */
export interface RawResource {
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
  readonly devices: ReadonlyMap<number, ReadonlyMap<string, string>>;
  readonly peers: readonly RawPeer[];
}

export interface RawPeer {
  readonly name?: string;
  readonly values: ReadonlyMap<string, string>;
  readonly devices: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

/** The readings of one resource: one for each volume and peer, and one for a volume without any peer. */
export function readings(raw: RawResource): readonly DrbdReading[] {
  return [...raw.devices].flatMap(([volume, device]) =>
    raw.peers.length === 0
      ? [reading(raw, volume, device)]
      : raw.peers.map((peer) => reading(raw, volume, device, peer)),
  );
}

function reading(
  raw: RawResource,
  volume: number,
  device: ReadonlyMap<string, string>,
  peer?: RawPeer,
): DrbdReading {
  const shared = peer?.devices.get(volume);
  const { connection, replication } = together(peer?.values.get('connection'), shared?.get('replication'));
  const suspended = raw.values.get('suspended');
  const paused = shared?.get('resync-suspended');
  return {
    resource: raw.name,
    volume,
    role: roleOf(raw.values.get('role')),
    peerRole: roleOf(peer?.values.get('role')),
    disk: diskOf(device.get('disk')),
    // Without a connection nobody says anything of the peer's disk.
    peerDisk: shared?.has('peer-disk') ? diskOf(shared.get('peer-disk')) : 'unknown',
    connection,
    replication,
    said: unknownWords({
      role: [
        raw.values.get('role'),
        ['Primary', 'Secondary', 'Unknown'].includes(raw.values.get('role') ?? ''),
      ],
      connection: [peer?.values.get('connection'), connection !== 'unknown'],
      replication: [shared?.get('replication'), replication !== 'unknown'],
      disk: [device.get('disk'), diskOf(device.get('disk')) !== 'unknown'],
      'peer-disk': [shared?.get('peer-disk'), diskOf(shared?.get('peer-disk')) !== 'unknown'],
    }),
    ...present({
      minor: whole(device.get('minor')),
      peer: peer?.name,
      outOfSync: kibibytes(shared?.get('out-of-sync')),
      size: kibibytes(device.get('size')),
      written: kibibytes(device.get('written')),
      suspended: suspended === undefined ? undefined : suspended !== 'no',
      pausedBy: paused === undefined || paused === 'no' ? undefined : paused.split(','),
    }),
  };
}

/** Plain `status` leaves `connection:` out while it is connected, and then says how it replicates. */
function together(
  said: string | undefined,
  how: string | undefined,
): { readonly connection: DrbdConnection; readonly replication: DrbdReplication } {
  const replication = how === undefined ? undefined : replicationOf(how);
  if (said === undefined)
    return replication === undefined || replication === 'Off' || replication === 'unknown'
      ? { connection: 'unknown', replication: replication ?? 'unknown' }
      : { connection: 'Connected', replication };
  const found = connectionOf(said);
  if (replication !== undefined) return { connection: found.connection, replication };
  // Connected, and how it replicates is not told: a resync may run.
  return found.connection === 'Connected' ? { connection: 'Connected', replication: 'unknown' } : found;
}

function unknownWords(
  words: Readonly<Record<string, readonly [string | undefined, boolean]>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([key, [word, isKnown]]) =>
      word === undefined || isKnown ? [] : [[key, word] as const],
    ),
  );
}

/** `key:value` words as a map; words without a colon are left out. */
export function pairs(words: readonly string[]): Map<string, string> {
  return new Map(
    words.flatMap((word) => {
      const at = word.indexOf(':');
      return at > 0 ? [[word.slice(0, at), word.slice(at + 1)] as const] : [];
    }),
  );
}
