import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { chartIsTrue, Follower, judge, type Counted } from '../long/judged';
import { load, resyncsAt } from './by-hand';
import type { Row } from './row';
import type { Story } from './story';

/** How much DRBD itself has left to copy, from the first moment of a resync to its last. */
async function countedByDrbd(story: Story): Promise<readonly Counted[]> {
  const counted: Counted[] = [];
  for (const end = Date.now() + 300_000; Date.now() < end; await sleep(700)) {
    const at = Date.now();
    const text = await story.proc('oss2');
    const kibibytes = Number(/ oos:(\d+)/.exec(text)?.[1]);
    if (/cs:SyncTarget/.test(text)) counted.push([at, kibibytes * 1024]);
    else if (counted.length > 0) return [...counted, [at, kibibytes * 1024]];
  }
  throw new Error('the resync did not end within five minutes');
}

/** A resync that takes its time, looked at from its first moment to its last. */
export const resyncRows: readonly Row[] = [
  {
    id: 'resync-followed',
    play: async (story) => {
      const { bed, file } = story;
      await story.cutReplication();
      await load(story, 'oss1', 40);
      // So slow that it takes more than a minute: what was written meanwhile, at 400 KiB/s.
      await resyncsAt(story, '400K');
      const follower = new Follower(bed, file);
      try {
        await follower.until(true, 60_000);
        const counting = countedByDrbd(story);
        await bed.join('replication');
        const counted = await counting;
        assert.equal(counted.at(-1)?.[1], 0, await story.proc('oss2'));
        await follower.until(false, 30_000);
        story.remarks.push(judge(follower.looks, counted));
        chartIsTrue(follower.chart, counted);
      } finally {
        follower.stop();
      }
      story.outcomes.push('followed to its end');
    },
  },
];
