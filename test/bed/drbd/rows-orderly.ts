import assert from 'node:assert/strict';
import { load, resyncsAt, sumOf } from './by-hand';
import type { Server } from './bed';
import type { Row } from './row';
import type { Story } from './story';

/** DRBD's own figures about a resync: percent done, KiB a second. */
async function resyncOf(
  story: Story,
  node: Server,
): Promise<{ readonly percent: number; readonly speed: number } | undefined> {
  const text = await story.proc(node);
  const percent = /sync'ed: *([\d.]+)%/.exec(text)?.[1];
  const speed = /speed: ([\d,]+) \(/.exec(text)?.[1]?.replaceAll(',', '');
  return percent === undefined || speed === undefined
    ? undefined
    : { percent: Number(percent), speed: Number(speed) };
}

/** Asks for the status in the middle of a resync and holds it against /proc/drbd just before and after. */
async function comparesResync(story: Story, node: Server): Promise<void> {
  const before = await resyncOf(story, node);
  const status = await story.status();
  const after = await resyncOf(story, node);
  assert(before && after, `no resync on ${node}: ${await story.proc(node)}`);
  const entry = status.rebuild.find(({ what, total }) => /ost0/i.test(what) && total !== undefined);
  assert(entry?.total !== undefined, `no entry with a total: ${JSON.stringify(status.rebuild)}`);
  assert.equal(entry.state, 'rebuilding');
  const percent = 100 * (1 - entry.remaining / entry.total);
  assert(
    percent >= before.percent - 5 && percent <= after.percent + 5,
    `${percent.toFixed(1)} % is not within 5 of DRBD's ${before.percent} to ${after.percent} %`,
  );
  const rate = (entry.ratePerSecond ?? 0) / 1024;
  const [slow, fast] = [Math.min(before.speed, after.speed), Math.max(before.speed, after.speed)];
  assert(
    rate >= slow * 0.95 && rate <= fast * 1.05,
    `${rate.toFixed(0)} KiB/s is not within 5 % of DRBD's ${slow} to ${fast} KiB/s`,
  );
  story.remarks.push(
    `resync ${percent.toFixed(1)} % at ${rate.toFixed(0)} KiB/s, DRBD said ${before.percent} to ${after.percent} % at ${before.speed} to ${after.speed}`,
  );
}

/** Everything works; what is done is done in order. */
export const orderlyRows: readonly Row[] = [
  {
    id: 'planned-switch-and-back',
    quick: true,
    play: async (story) => {
      const sum = await load(story, 'oss1', 12);
      await story.does({ to: 'oss2' });
      assert.equal(await sumOf(story, 'oss2'), sum);
      await story.does({ kind: 'failback' });
      assert.equal(await sumOf(story, 'oss1'), sum);
      assert.equal(await story.bed.serving(), 'oss1');
    },
  },
  {
    id: 'old-primary-back',
    play: async (story) => {
      const { bed } = story;
      await story.provesConsoles();
      await bed.powerOff('oss1');
      await story.does();
      // Enough for a resync that can be watched, also by a machine that is busy.
      const sum = await load(story, 'oss2', 40);
      await bed.powerOn('oss1');
      await resyncsAt(story, '400K');
      await story.untilProc('oss1', /SyncTarget[\s\S]*speed:/);
      await story.pause(4);
      await comparesResync(story, 'oss1');
      await story.refuses(/resync/i, { kind: 'failback' });
      await resyncsAt(story, '20M');
      await story.untilProc('oss1', /ds:UpToDate\/UpToDate/, 120);
      await story.does({ kind: 'failback' });
      assert.equal(await sumOf(story, 'oss1'), sum);
    },
  },
  {
    id: 'device-held-open',
    play: async (story) => {
      const { bed } = story;
      // Something that reads the device itself: the target can be unmounted, but the mirror not demoted.
      await bed.sh(
        'oss1',
        'cp /bin/sleep /run/backupd; setsid /run/backupd 600 </dev/drbd0 >/dev/null 2>&1 &',
      );
      const run = await story.run({ to: 'oss2' });
      assert.notEqual(run.end?.outcome, 'succeeded', run.told);
      const told = run.events.map((event) => JSON.stringify(event)).join('\n');
      assert.match(told, /held open/);
      assert.match(told, /backupd/);
      await bed.sh('oss1', 'kill $(pidof backupd)');
      await story.does({ to: 'oss2' });
      assert.equal(await bed.serving(), 'oss2');
    },
  },
  {
    id: 'heartbeat-on-both',
    play: async (story) => {
      const { bed } = story;
      const beats = async (node: Server) =>
        (await bed.try(node, 'cl_status hbstatus')).stdout.includes('is running');
      // Heartbeat finds the target served by oss1 and leaves it there.
      await Promise.all(
        (['oss1', 'oss2'] as const).map((node) => bed.sh(node, '/etc/init.d/heartbeat start', 60_000)),
      );
      for (const node of ['oss1', 'oss2'] as const)
        await bed.sh(
          node,
          'for i in $(seq 120); do cl_status rscstatus 2>/dev/null | grep -qE "local|all|foreign|none" && exit 0; sleep 0.5; done; exit 1',
          90_000,
        );
      await story.pause(5);
      await story.does({ to: 'oss2' });
      assert.equal(await bed.serving(), 'oss2');
      assert(await beats('oss1'), 'Heartbeat was not given back on oss1');
      assert(await beats('oss2'), 'Heartbeat was not given back on oss2');
      await story.pause(20);
      assert.equal(await bed.serving(), 'oss2', 'Heartbeat moved it after it was given back');
    },
  },
];
