import type { Cluster } from '../../cluster/cluster';
import type { RebuildSample } from '../../rebuild/progress';
import { chunkMeaning, chunkTotal, rebuildLeft, rebuiltKinds } from './chunks';
import type { Silence } from './facts';
import { lacksMajority } from './facts';
import type { ChunkKind, VstorageObservation } from './observation';
import type { Process } from './process';
import { healthyShare, momentOf, obstacleSentence } from './process-text';

/** The row of everything that the cluster works off. */
export const rebuildRow = 'chunks to rebuild';

/** Kinds with a row of their own while there are any, worst first. */
const shownKinds = ['offline', ...rebuiltKinds] as const satisfies readonly ChunkKind[];

/** The kind's row. */
export const kindRow = (kind: ChunkKind): string => `${kind} chunks`;

/** What the cluster says about rebuilding: everything that is left, and each kind, worst first. */
export function rebuildSamples(
  cluster: Cluster,
  observation: VstorageObservation,
  process: Process,
): readonly RebuildSample[] {
  const { chunks } = observation.stat;
  const remaining = rebuildLeft(chunks);
  const total = chunkTotal(chunks);
  const hold = holdOf(cluster, observation, process);
  const rows: RebuildSample[] = [];
  if (remaining !== undefined)
    rows.push({
      what: rebuildRow,
      unit: 'chunks',
      total,
      remaining,
      ...hold,
      ...note([
        ...(hold?.note === undefined ? [] : [hold.note]),
        ...share(observation),
        ...(rebuiltKinds.every((kind) => chunks[kind] !== undefined)
          ? []
          : ['not all kinds of chunks were told']),
        ...(remaining > 0 ? [costOf(cluster)] : []),
      ]),
      rank: 0,
    });
  shownKinds.forEach((kind, index) => {
    const number = chunks[kind] ?? 0;
    if (number === 0) return;
    const isOffline = kind === 'offline';
    const needs = process.obstacles.find((one) => one.kind === 'needs-cs');
    rows.push({
      what: kindRow(kind),
      unit: 'chunks',
      total,
      remaining: number,
      ...(isOffline ? { state: 'waiting' as const } : hold?.state === undefined ? {} : pick(hold)),
      ...note([...(isOffline && needs ? [obstacleSentence(needs)] : []), chunkMeaning[kind]]),
      rank: index + 1,
    });
  });
  return rows;
}

/** While nobody answers, the last numbers with that they are old. */
export function silentSamples(observation: VstorageObservation, silence: Silence): readonly RebuildSample[] {
  const remaining = rebuildLeft(observation.stat.chunks);
  if (remaining === undefined) return [];
  return [
    {
      what: rebuildRow,
      unit: 'chunks',
      total: chunkTotal(observation.stat.chunks),
      remaining,
      state: 'disconnected',
      note: lacksMajority(silence)
        ? `no MDS majority: ${silence.mdsAlive} of ${silence.mdsTotal} alive; these numbers are old`
        : 'nobody answers for the cluster; these numbers are old',
      rank: 0,
    },
  ];
}

type Hold = Pick<RebuildSample, 'state' | 'dueAt' | 'note'>;

/** Why nothing becomes less, where the cluster or the document says so. */
function holdOf(cluster: Cluster, observation: VstorageObservation, process: Process): Hold | undefined {
  const { stage, dueAt, obstacles } = process;
  const due = dueAt === undefined ? {} : { dueAt: momentOf({ cluster, observation }, dueAt) };
  const why = obstacles.map(obstacleSentence);
  switch (stage) {
    case 'waiting':
      return {
        state: 'waiting',
        ...due,
        ...note(['waits until the silent chunk services are given up', ...why]),
      };
    case 'held':
      return { state: 'held', ...due, ...note(['held by maintenance', ...why]) };
    case 'suppressed':
      return { state: 'suppressed', ...note(why) };
    case 'cannot-rebuild':
      return { state: 'waiting', ...note(why) };
    case 'unknown':
    case 'stable':
    case 'rebuilding':
    case 'needs-cs':
      return undefined;
  }
}

function pick({ state, dueAt }: Hold): Hold {
  return { ...(state === undefined ? {} : { state }), ...(dueAt === undefined ? {} : { dueAt }) };
}

function share(observation: VstorageObservation): string[] {
  const healthy = healthyShare(observation);
  return healthy === undefined ? [] : [`${healthy} healthy`];
}

/** What a rebuild costs, and which reads are slow meanwhile: copies and encodings differ. */
export function costOf(cluster: Cluster): string {
  const { redundancy } = cluster;
  if (!redundancy) return 'reads of what is not rebuilt yet may be slow';
  // Pieces that may all but one be lost are copies.
  return redundancy.tolerance === redundancy.pieces - 1
    ? 'replicas are copied: costs network and CPU; what is being copied takes no writes, reads go to another replica'
    : 'erasure coding: slower than copying; reads of what is not rebuilt yet are rebuilt out of turn';
}

function note(parts: readonly string[]): Pick<RebuildSample, 'note'> {
  return parts.length === 0 ? {} : { note: parts.join('; ') };
}
