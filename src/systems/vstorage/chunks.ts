import type { ChunkCounts, ChunkKind } from './observation';

/** Kinds that the cluster works off until none is left. Chunks that are `offline` are not among them: nobody can copy them. */
export const rebuiltKinds = [
  'blocked',
  'pending',
  'urgent',
  'degraded',
  'replicating',
] as const satisfies readonly ChunkKind[];

/** Chunks that are still to be rebuilt, of those kinds that were told; undefined when none was. */
export function rebuildLeft(chunks: ChunkCounts): number | undefined {
  const known = rebuiltKinds.flatMap((kind) => chunks[kind] ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, number) => sum + number, 0);
}

/** All chunks, of those kinds that were told. */
export function chunkTotal(chunks: ChunkCounts): number {
  return Object.values(chunks).reduce((sum, number) => sum + number, 0);
}

/** What a kind of chunks means to those who read and write. */
export const chunkMeaning: Readonly<Record<ChunkKind, string>> = {
  offline: 'all pieces are gone: reads and writes hang until a chunk service comes back',
  blocked: 'fewer pieces than the minimum: writes hang, reads work',
  pending: 'blocked, and first in the queue of the rebuild',
  urgent: 'fewer pieces than wanted, and those left differ',
  degraded: 'fewer pieces than wanted, still above the minimum',
  replicating: 'being restored now',
  overcommitted: 'more pieces than wanted: a chunk service came back',
  deleting: 'being deleted',
  void: 'allocated and never used: harmless',
  standby: 'being put in place: harmless',
  healthy: 'as many pieces as wanted',
};
