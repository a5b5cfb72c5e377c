import type { DrbdReading, DrbdSync } from './observation';
import { readings, type RawPeer } from './reader-drbd-raw';
import { present, unreadable } from './reader-text';

type Json = Readonly<Record<string, unknown>>;

/** What DRBD 9 writes where it cannot estimate. */
const NO_ESTIMATE = 987_654_321;
const SECTOR = 512;
const MEBIBYTE = 1024 ** 2;

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const maps = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isMap) : []);
const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

/** Reads `drbdsetup status --json --statistics` of DRBD 9. Throws `UnreadableError`. */
export function readDrbdJson(source: string): readonly DrbdReading[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    throw unreadable('drbdsetup status --json', 'JSON', source);
  }
  if (!Array.isArray(parsed)) throw unreadable('drbdsetup status --json', 'a list of resources', source);
  return maps(parsed).flatMap((resource) => {
    const name = text(resource['name']);
    if (name === undefined) throw unreadable('drbdsetup status --json', 'a resource with a name', source);
    const peers = maps(resource['connections']);
    const found = readings({
      name,
      values: words({ role: resource['role'], suspended: yesNo(resource['suspended']) }),
      devices: byVolume(maps(resource['devices']), (device) => ({ ...device, disk: device['disk-state'] })),
      peers: peers.map((peer): RawPeer => {
        const peerName = text(peer['name']);
        return {
          ...(peerName === undefined ? {} : { name: peerName }),
          values: words({ connection: peer['connection-state'], role: peer['peer-role'] }),
          devices: byVolume(maps(peer['peer_devices']), (device) => ({
            ...device,
            replication: device['replication-state'],
            'peer-disk': device['peer-disk-state'],
          })),
        };
      }),
    });
    return found.map((reading, i) => {
      const peer = peers[peers.length === 0 ? 0 : i % peers.length];
      const device = maps(peer?.['peer_devices']).find((each) => each['volume'] === reading.volume);
      const sync = device && syncOf(device);
      return sync ? { ...reading, sync } : reading;
    });
  });
}

function yesNo(value: unknown): string | undefined {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : text(value);
}

function words(values: Json): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'string' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        ? [[key, String(value)] as const]
        : [],
    ),
  );
}

function byVolume(
  devices: readonly Json[],
  renamed: (device: Json) => Json,
): ReadonlyMap<number, ReadonlyMap<string, string>> {
  return new Map(
    devices.flatMap((device) => {
      const volume = number(device['volume']);
      return volume === undefined ? [] : [[volume, words(renamed(device))] as const];
    }),
  );
}

/** drbdsetup counts rs-total in sectors, its speeds in MiB a second and `want` in MiB a second, too. */
function syncOf(device: Json): DrbdSync | undefined {
  // Without details the percentage is that of the whole device, not of this resync.
  const percent = device['has-sync-details'] === true ? number(device['percent-resync-done']) : undefined;
  if (percent === undefined) return undefined;
  const total = number(device['rs-total']);
  const speed = number(device['db1/dt1 [MiB/s]']) ?? number(device['db/dt [MiB/s]']);
  const wanted = number(device['want']);
  const finish = number(device['estimated-seconds-to-finish']);
  return present({
    percent,
    total: total === undefined ? undefined : total * SECTOR,
    speed: speed === undefined ? undefined : Math.round(speed * MEBIBYTE),
    wanted: wanted === undefined || wanted === 0 ? undefined : Math.round(wanted * MEBIBYTE),
    finishSeconds: finish === undefined || finish >= NO_ESTIMATE ? undefined : finish,
  });
}
