import type { LiveDisk, LiveEntry, Unknown } from '../../discovery/discovered';
import type { MoosefsAnswer } from './discover-read';
import type { MfscliReport } from './reader-mfscli';

/**
 * The disks of a chunkserver: mfshdd.cfg and df on the node, and what the master says where the node did not.
 * undefined: nobody told.
 */
export function chunkDisks(
  { facts }: MoosefsAnswer,
  master: MfscliReport | undefined,
  isOwn: (ip: string) => boolean,
): readonly LiveDisk[] | undefined {
  const known = master?.disks.filter(({ ip }) => isOwn(ip)) ?? [];
  if (!facts.disks)
    return known.length === 0
      ? undefined
      : known.map(({ path, total, used }) => ({ path, capacity: total, used, note: 'as the master has it' }));
  return facts.disks.map(({ path, capacity, used, isLeaving }): LiveDisk => {
    const other = known.find((disk) => disk.path === path);
    const size = capacity ?? (other && other.total > 0n ? other.total : undefined);
    const full = used ?? (size === other?.total ? other?.used : undefined);
    return {
      path,
      ...(size === undefined ? {} : { capacity: size }),
      ...(full === undefined ? {} : { used: full }),
      ...(isLeaving ? { note: 'TODO: marked for removal in mfshdd.cfg' } : {}),
    };
  });
}

/** The goal that most chunks have. A file has one number; more goals are told beside it. */
export function goalOf(master: MfscliReport | undefined, unknown: Unknown[]): readonly LiveEntry[] {
  const chunks = new Map<number, number>();
  for (const cell of master?.matrix?.cells ?? []) {
    // Goal 0 is of chunks that nobody needs any more.
    if (cell.goal > 0) chunks.set(cell.goal, (chunks.get(cell.goal) ?? 0) + cell.chunks);
  }
  const goals = [...chunks].filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
  const [most] = goals;
  if (!most || most[0] > 9) {
    if (master)
      unknown.push({
        sentence:
          'There are no chunks yet, so the goal is not known. Look with mfsgetgoal on a client and correct replicas.',
      });
    return [{ key: 'replicas', value: 1, isGuess: true, note: 'TODO: nobody told the goal' }];
  }
  const others = goals.slice(1).map(([goal, count]) => `${count} chunks have goal ${goal}`);
  return [
    {
      key: 'replicas',
      value: most[0],
      ...(others.length > 0 ? { note: `the goal of most chunks; ${others.join(', ')}` } : {}),
    },
  ];
}
