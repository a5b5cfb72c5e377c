import type { DrbdReading, DrbdSync } from '../../../src/systems/lustre/observation';

/** Bytes as kibibytes, which is what DRBD prints. */
const kib = (bytes: number): string => `${bytes / 1024}K`;

const sizes = new Set(['outOfSync', 'size', 'written', 'total', 'speed', 'wanted']);

const pairs = (values: object): string =>
  Object.entries(values)
    .map(([key, value]: [string, unknown]) => {
      if (typeof value === 'number') return `${key}:${sizes.has(key) ? kib(value) : value}`;
      return `${key}:${typeof value === 'string' ? value : JSON.stringify(value)}`;
    })
    .join(' ');

/** A reading with every field that it has, in one line: a field that is added or lost changes it. */
export function told({ sync, said, ...rest }: DrbdReading): string {
  const { resource, volume, role, peerRole, disk, peerDisk, connection, replication, ...more } = rest;
  const words = Object.entries(said).map(([key, word]) => `${key}=${word}`);
  return [
    `${resource}/${volume} ${role}/${peerRole} ${disk}/${peerDisk} ${connection} ${replication}`,
    ...(words.length > 0 ? [`said(${words.join(' ')})`] : []),
    pairs(more),
    ...(sync ? [`sync(${pairs(sync satisfies DrbdSync)})`] : []),
  ].join(' ');
}
