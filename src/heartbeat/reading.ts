import type { DiskReading, NodeReading, ServiceReading } from './probe';

/** Joins the readings of several probes, key by key; of two that name the same service or disk the later wins. */
export function mergeReadings(readings: Iterable<NodeReading>): NodeReading {
  let merged: NodeReading = {};
  for (const reading of readings) {
    merged = {
      ...merged,
      ...reading,
      ...((merged.services ?? reading.services) && {
        services: mergeBy<ServiceReading>(merged.services, reading.services, (service) => service.name),
      }),
      ...((merged.disks ?? reading.disks) && { disks: mergeDisks(merged.disks, reading.disks) }),
      ...((merged.facts ?? reading.facts) && { facts: { ...merged.facts, ...reading.facts } }),
      ...((merged.factsAt ?? reading.factsAt) && { factsAt: { ...merged.factsAt, ...reading.factsAt } }),
    };
  }
  return merged;
}

/** Disks by path: what `over` knows of one replaces what `under` knows, key by key. */
export function mergeDisks(
  under: readonly DiskReading[] | undefined,
  over: readonly DiskReading[] | undefined,
): readonly DiskReading[] {
  return mergeBy(under, over, (disk) => disk.path);
}

function mergeBy<T>(
  under: readonly T[] = [],
  over: readonly T[] = [],
  key: (item: T) => string,
): readonly T[] {
  const merged = new Map(under.map((item) => [key(item), item]));
  for (const item of over) merged.set(key(item), { ...merged.get(key(item)), ...item });
  return [...merged.values()];
}
