import type { RebuildSample } from '../../rebuild/progress';
import type { Names } from './probes-names';
import type { ChunkMatrix, MfscliReport } from './reader-mfscli';

/**
 * What a live master says about rebuilding. Endangered chunks have one copy left of several, undergoal ones
 * too few, missing ones none. `waitingFor` are nodes whose chunkservers run but have not registered yet.
 */
export function rebuildSamples(
  report: MfscliReport,
  names: Pick<Names, 'ofHost'>,
  waitingFor: readonly string[],
): readonly RebuildSample[] {
  const { matrix } = report;
  if (!matrix) return [];
  const { missing, endangered, undergoal, overgoal } = matrix.classes;
  const total = Object.values(matrix.classes).reduce((sum, chunks) => sum + chunks, 0);
  const remaining = endangered + undergoal;
  const isRegistering = missing > 0 && waitingFor.length > 0;
  const hold = isRegistering
    ? {
        state: 'waiting' as const,
        note: `${missing} not found yet: still to register with the master: ${waitingFor.join(', ')}`,
      }
    : remaining > 0
      ? holdOf(report, matrix, names)
      : undefined;
  const notes = [...(hold ? [hold.note] : []), ...(overgoal > 0 ? [`${overgoal} with surplus copies`] : [])];
  const rows: RebuildSample[] = [
    {
      what: 'under-goal chunks',
      unit: 'chunks',
      total,
      remaining,
      atRisk: endangered,
      // The last copy of a chunk lies on one server, which has to send it: nobody else can help the one with most of them.
      ...(endangered > undergoal ? { servers: report.connected.length } : {}),
      ...(hold ? { state: hold.state } : {}),
      ...(notes.length > 0 ? { note: notes.join('; ') } : {}),
    },
  ];
  if (missing > 0 && !isRegistering)
    rows.push({
      what: 'missing chunks',
      unit: 'chunks',
      total,
      remaining: missing,
      // Nothing can copy them: they come back with a chunkserver, or not at all.
      state: 'waiting',
      note: 'no copy is left on any connected chunkserver',
    });
  return rows;
}

function holdOf(
  report: MfscliReport,
  matrix: ChunkMatrix,
  names: Pick<Names, 'ofHost'>,
): { readonly state: 'held' | 'waiting'; readonly note: string } | undefined {
  // A gracefully stopped chunkserver counts as in maintenance for 1800 s, and nothing is rebuilt meanwhile.
  const resting = [...report.connected, ...report.disconnected].filter(({ maintenance }) =>
    ['on', 'temporary'].includes(maintenance),
  );
  if (resting.length > 0) {
    const which = resting
      .map(
        ({ host, maintenance }) =>
          `${names.ofHost(host)}${maintenance === 'temporary' ? ' (temporary)' : ''}`,
      )
      .join(', ');
    return { state: 'held', note: `maintenance of ${which}` };
  }
  // Goal N needs N chunkservers: copies of one chunk are never placed twice on a server.
  const servers = report.connected.length;
  const short = matrix.cells.filter(({ goal, copies }) => copies > 0 && copies < goal);
  if (short.length > 0 && short.every(({ copies }) => copies >= servers)) {
    const goal = Math.max(...short.map((cell) => cell.goal));
    return { state: 'waiting', note: `goal ${goal} needs ${goal} chunkservers, ${servers} connected` };
  }
  return undefined;
}
