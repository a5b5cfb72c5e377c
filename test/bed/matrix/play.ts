import assert from 'node:assert/strict';
import { Bed } from '../bed';
import { statusOf } from '../suite';
import { nothingLeftOf } from './leftovers';
import type { Row } from './row';
import { Story } from './story';
import { Watcher } from './watcher';

/** What the table shows of a row. */
export interface Played {
  readonly row: Row;
  readonly outcome: string;
  /** Seconds that the whole row took. */
  readonly seconds: number;
  readonly longestHang?: number;
  readonly acknowledged?: number;
  readonly lost?: number;
  readonly address: string;
  readonly masters: string;
  /** What became of m1, the master at the beginning. */
  readonly oldMaster: string;
  readonly remark: string;
  /** What was not as it has to be; absent: it passed. */
  readonly failure?: string;
  /** Nothing was wrong but the time that it took. */
  readonly onlySlow: boolean;
  /** A write was lost untold, or two masters had the address: no second try makes that good. */
  readonly unsafe: boolean;
  /** What the runs said, for whoever looks for the cause. */
  readonly told: string;
}

/** Builds a bed, plays a row on it, measures, and removes the bed again. Never rejects. */
export async function play(row: Row): Promise<Played> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  let bed: Bed | undefined;
  let watcher: Watcher | undefined;
  let story: Story | undefined;
  const failures: string[] = [];
  const attempt = async <T>(what: string, act: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await act();
    } catch (error) {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  try {
    bed = await Bed.start({ masters: 3, chunkservers: 2, disksEach: 1, ...row.bed });
    const file = await bed.clusterFile(row.file);
    // What it sees of the master is what plans compare the survivors with, and what proves consoles.
    await statusOf(bed, file, 0);
    const writer = await bed.startWriter('matrix', row.pause);
    watcher = new Watcher(bed);
    story = new Story(bed, file, writer, watcher);
    const played = story;
    await attempt('row', () => row.play(played));
    if (failures.length === 0) await attempt('afterwards', () => played.settles());
    const seen = watcher.look();
    // A client that hangs would be waited for in vain.
    const written = failures.length > 0 ? undefined : await attempt('writer', () => writer.stop());
    watcher.stop();
    if (failures.length === 0) await attempt('leftovers', () => nothingLeftOf(played.bed, seen));
    await attempt('measured', () => {
      const { twoMastersMs } = played.watcher;
      assert(
        twoMastersMs <= (row.mayOverlap ?? 0),
        `two reachable masters held the address at once for ${twoMastersMs} ms`,
      );
      if (written && !played.lossConfirmed && !played.lossMeasured) {
        assert.deepEqual(written.lost, [], `of ${written.acknowledged} acknowledged writes these are gone`);
      }
      return Promise.resolve();
    });
    const unsafe = failures.some((failure) => failure.startsWith('measured:'));
    const wasSafe = failures.length === 0;
    if (written && row.maxHang !== undefined && written.longestHang > row.maxHang) {
      failures.push(`measured: the client hung for ${written.longestHang} ms, over ${row.maxHang} ms`);
    }
    const old = seen.find(({ node }) => node === 'm1');
    return {
      row,
      outcome: story.outcomes.join(' → '),
      seconds: seconds(),
      ...(written && {
        longestHang: written.longestHang,
        acknowledged: written.acknowledged,
        lost: written.lost.length,
      }),
      address: namesOf(seen.filter(({ address, reachable }) => address && reachable)),
      masters: namesOf(seen.filter(({ master }) => master)),
      oldMaster: !old?.on
        ? 'off'
        : old.master
          ? old.address
            ? 'master'
            : 'runs, no address'
          : 'on, no master',
      remark: [
        story.remark,
        overlapOf(watcher),
        written?.lostSince && lossOf(written.lostSince, story.brokenAt),
      ]
        .filter(Boolean)
        .join('; '),
      ...(failures.length > 0 && { failure: failures.join('\n') }),
      onlySlow: wasSafe && failures.length > 0,
      unsafe,
      told: story.runs
        .map((run) => [`--- ${run.id ?? 'no run'}`, ...run.notes, run.told].join('\n'))
        .join('\n'),
    };
  } catch (error) {
    return {
      row,
      outcome: story?.outcomes.join(' → ') ?? '',
      seconds: seconds(),
      address: '',
      masters: '',
      oldMaster: '',
      remark: '',
      onlySlow: false,
      unsafe: false,
      failure: [...failures, `bed: ${error instanceof Error ? error.message : String(error)}`].join('\n'),
      told: story?.runs.map((run) => run.told).join('\n') ?? '',
    };
  } finally {
    watcher?.stop();
    await bed?.end();
  }
}

const namesOf = (seen: readonly { readonly node: string }[]) =>
  seen.map(({ node }) => node).join('+') || 'none';

/** For how long two reachable nodes had the address, master or not. */
function overlapOf({ twoAddressesMs, twoMastersMs }: Watcher): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  if (twoMastersMs > 0) return `two masters with the address for ${seconds(twoMastersMs)}`;
  return twoAddressesMs > 0 ? `the address twice for ${seconds(twoAddressesMs)}` : '';
}

function lossOf(since: number, brokenAt: number | undefined): string {
  return brokenAt === undefined
    ? ''
    : `the first lost write was acknowledged ${brokenAt - since} ms before the fault`;
}
