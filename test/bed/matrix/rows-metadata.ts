import assert from 'node:assert/strict';
import { eventually } from '../suite';
import type { Row } from './row';
import type { Story } from './story';

/** A disk of its own, small enough to be filled at once, under a folder of a node. */
const onSmallDisk = (story: Story, node: string, folder: string) =>
  story.bed.sh(
    node,
    `mfsmetalogger stop >/dev/null 2>&1; cp -a ${folder} /root/kept && mount -t tmpfs -o size=100m,mode=$(stat -c %a ${folder}) tmpfs ${folder} &&
     chown --reference=/root/kept ${folder} && cp -a /root/kept/. ${folder}/ && mfsmetalogger start >/dev/null 2>&1`,
  );

const fill = (story: Story, node: string, folder: string) =>
  story.bed.sh(node, `dd if=/dev/zero of=${folder}/fill bs=1M 2>/dev/null; true`);

/** Which of the other candidates ucarp favours: it gets the address, and with it the choice among equals. */
async function heir(story: Story): Promise<string> {
  await story.bed.powerOff('m1');
  for (let tries = 0; tries < 160; tries++) {
    const holder = story.watcher.look().find(({ on, address }) => on && address);
    if (holder) return holder.node;
    await story.pause(0.25);
  }
  throw new Error('nobody took the address over');
}

const second = (node: string) => (node === 'm2' ? 'm3' : 'm2');

/** The metadata of the candidates: space, image, gaps, age. */
export const metadataRows: readonly Row[] = [
  {
    id: 'disk-full-on-candidate',
    fault: 'metadata',
    play: async (story) => {
      await onSmallDisk(story, 'm2', '/var/lib/mfs');
      await onSmallDisk(story, 'm3', '/var/lib/mfs');
      await story.pause(5);
      const heirNow = await heir(story);
      await fill(story, heirNow, '/var/lib/mfs');
      const run = await story.promotes({ confirm: ['m1'] });
      assert.equal(await story.winner(run), second(heirNow), 'a candidate without space was promoted');
    },
  },
  {
    id: 'disk-full-on-only-candidate',
    fault: 'metadata',
    quick: true,
    bed: { masters: 2 },
    play: async (story) => {
      await onSmallDisk(story, 'm2', '/var/lib/mfs');
      await story.pause(5);
      await story.bed.powerOff('m1');
      await fill(story, 'm2', '/var/lib/mfs');
      await story.refuses(/space|free/i, { confirm: ['m1'] });
      await story.bed.sh('m2', 'rm /var/lib/mfs/fill');
      await story.promotesWhenNamed({ confirm: ['m1'] });
    },
  },
  {
    id: 'disk-full-in-promotion',
    fault: 'metadata',
    bed: { masters: 2 },
    play: async (story) => {
      await onSmallDisk(story, 'm2', '/var/lib/mfs');
      await story.pause(5);
      await story.bed.powerOff('m1');
      const run = story.start({ confirm: ['m1'] });
      await story.inStep(run, 'take-address');
      await fill(story, 'm2', '/var/lib/mfs');
      await story.finish(run);
      await story.bed.sh('m2', 'rm /var/lib/mfs/fill');
      if (run.end?.outcome !== 'succeeded') await story.promotesWhenNamed({ confirm: ['m1'] });
    },
  },
  {
    id: 'candidate-without-image',
    fault: 'metadata',
    play: async (story) => {
      const heirNow = await heir(story);
      await story.bed.sh(heirNow, 'rm /var/lib/mfs/metadata_ml.*');
      const run = await story.promotes({ confirm: ['m1'] });
      assert.equal(await story.winner(run), second(heirNow), 'a candidate without an image was promoted');
    },
  },
  {
    id: 'no-candidate-with-image',
    fault: 'metadata',
    play: async (story) => {
      await story.bed.powerOff('m1');
      for (const node of ['m2', 'm3'])
        await story.bed.sh(node, 'mkdir /root/away; mv /var/lib/mfs/metadata_ml.* /root/away/');
      await story.refuses(/image/i, { confirm: ['m1', 'm2', 'm3'] });
      await story.bed.sh('m3', 'mv /root/away/* /var/lib/mfs/');
      await story.promotesWhenNamed({ confirm: ['m1'] });
    },
  },
  {
    id: 'changelog-gap',
    fault: 'metadata',
    play: async (story) => {
      const { bed } = story;
      await story.writer.until(20);
      await bed.powerOff('m1');
      // Changes from the middle are gone from every file: first and last id look as they should.
      await bed.sh(
        'm2',
        `cd /var/lib/mfs; last=$(tail -n 1 changelog_ml.0.mfs | cut -d: -f1)
         for f in changelog_ml*.mfs; do
           awk -F: -v last="$last" '$1 < last - 13 || $1 > last - 10' $f >/root/gap && cat /root/gap >$f
         done`,
      );
      const run = await story.run({ confirm: ['m1'], to: 'm2' });
      assert.notEqual(run.end?.outcome, 'succeeded', 'metadata with a gap was promoted');
      assert.match(run.told, /missing|gap|restore|not the best choice|cannot be promoted/i);
      await story.promotesWhenNamed({ confirm: ['m1'], to: 'm3' });
    },
  },
  {
    id: 'metaloggers-cut-off-60s',
    fault: 'metadata',
    play: async (story) => {
      const { bed } = story;
      for (const node of ['m2', 'm3']) await bed.cut(node, 'silent');
      await story.pause(60);
      // The last look at the old master: it says how far ahead it was.
      const lookedAt = Date.now();
      await eventually(60_000, async () => {
        await bed.cli(['status', story.file, '--timeout', '10s']);
        const { facts } = await bed.history('bed');
        assert((facts['metadata']?.at ?? 0) > lookedAt, 'no look at the old master was remembered');
      });
      await bed.powerOff('m1');
      for (const node of ['m2', 'm3']) await bed.heal(node);
      await story.pause(4);
      const unnamed = await story.run({ confirm: ['m1'] });
      assert.notEqual(unnamed.end?.outcome, 'succeeded', 'a loss was not told beforehand');
      assert.match(unnamed.told, /would be lost|may lack writes/, unnamed.told);
      const winner = await story.winner(unnamed);
      await story.promotes({ confirm: ['m1', winner] });
      assert(story.lossConfirmed, 'nobody vouched for the loss by name');
    },
  },
  {
    id: 'metaloggers-cut-off-unseen',
    fault: 'metadata',
    play: async (story) => {
      const { bed } = story;
      // Nobody looked at the master any more after the metaloggers had lost it.
      for (const node of ['m2', 'm3']) await bed.cut(node, 'silent');
      await story.pause(60);
      await bed.powerOff('m1');
      for (const node of ['m2', 'm3']) await bed.heal(node);
      await story.pause(4);
      const unnamed = await story.run({ confirm: ['m1'] });
      assert.notEqual(unnamed.end?.outcome, 'succeeded', 'a loss was not told beforehand');
      await story.promotes({ confirm: ['m1', await story.winner(unnamed)] });
      assert(story.lossConfirmed, 'nobody vouched for the loss by name');
    },
  },
  {
    id: 'second-failover',
    fault: 'metadata',
    play: async (story) => {
      const { bed } = story;
      await bed.powerOff('m1');
      const first = await story.promotes({ confirm: ['m1'] });
      await story.writer.until(10);
      await story.pause(10);
      const winner = await story.winner(first);
      await bed.powerOff(winner);
      const run = await story.run({ confirm: ['m1', winner] });
      if (run.end?.outcome === 'succeeded') return;
      // Its metalogger had no image of the new master yet: the loss has to be told, or nothing is promoted.
      if (/may lack writes|would be lost/.test(run.told)) {
        await story.promotes({ confirm: ['m1', winner, second(winner)] });
        return;
      }
      assert.match(run.told, /image|cannot be promoted/i);
      await bed.powerOn(winner);
      await bed.sh(winner, 'ucarp-start');
      await story.pause(5);
      await story.restarts();
    },
  },
];
