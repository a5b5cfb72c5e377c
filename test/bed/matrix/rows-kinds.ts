import assert from 'node:assert/strict';
import type { Row } from './row';
import type { Story } from './story';

async function switchTo(story: Story, node: string): Promise<void> {
  await story.promotes({ to: node });
}

/** What is done about a cluster whose master is alive, or was replaced. */
export const kindRows: readonly Row[] = [
  {
    id: 'planned-switch',
    fault: 'kinds',
    quick: true,
    maxHang: 8_000,
    play: (story) => switchTo(story, 'm2'),
  },
  {
    id: 'planned-switch-within-4s',
    fault: 'kinds',
    missing:
      'orderly stop, the next advertisement of ucarp, dry run, start and the return of the client take 4.7 s',
    maxHang: 4_000,
    play: (story) => switchTo(story, 'm2'),
  },
  {
    id: 'planned-switch-target-dies',
    fault: 'kinds',
    play: async (story) => {
      const run = story.start({ to: 'm2' });
      await story.inStep(run, 'promote');
      await story.bed.powerOff('m2');
      await story.finish(run);
      assert.notEqual(run.end?.outcome, 'succeeded', run.told);
      // Either the run gave the old master back by itself, or the next plans have to.
      if (story.watcher.look().some(({ node, address, master }) => node === 'm1' && address && master))
        return;
      const again = await story.run({ kind: 'restart-master', confirm: ['m2'] });
      if (again.end?.outcome !== 'succeeded') await story.promotesWhenNamed({ confirm: ['m2'] });
      // The next failover takes back what the switch left on the others.
      else await story.does({ confirm: ['m2'] });
    },
  },
  {
    id: 'old-master-rejoins',
    fault: 'kinds',
    play: async (story) => {
      const { bed } = story;
      await story.startsEverythingAtBoot('m1');
      await bed.powerOff('m1');
      const winner = await story.winner(await story.promotes({ confirm: ['m1'] }));
      await bed.powerOn('m1');
      await story.writer.until(5);
      await story.does({ kind: 'rejoin', target: 'm1', confirm: ['m1'] });
      await story.does({ kind: 'write-image' });
      // Promotable means that it can be promoted.
      await story.pause(5);
      await bed.powerOff(winner);
      await story.promotesWhenNamed({ confirm: [winner] });
    },
  },
];
