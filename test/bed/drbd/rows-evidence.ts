import assert from 'node:assert/strict';
import { serveByHand } from './by-hand';
import type { Row } from './row';
import { toldWholly, type Story } from './story';
import { lostOn } from './writer';

/** The old primary comes back and serves again, as it did before. */
async function primaryBack(story: Story): Promise<void> {
  await story.bed.powerOn('oss1');
  await serveByHand(story, 'oss1');
  await story.writer.until(3);
}

/** The primary is gone, and the question is whether that is proven. */
export const evidenceRows: readonly Row[] = [
  {
    id: 'primary-killed-console-off',
    quick: true,
    play: async (story) => {
      await story.provesConsoles();
      await story.writer.until(5);
      await story.bed.powerOff('oss1');
      await story.does();
      assert.equal(await story.bed.serving(), 'oss2');
    },
  },
  {
    id: 'primary-killed-unproven',
    play: async (story) => {
      const everything = ['oss1', 'oss2', 'bed', 'OST0000', 'ost0', 'blind', 'crossed'];
      const blind = await story.bed.clusterFile({ name: 'blind', consoleOf: () => undefined });
      // Wired to a machine that is on.
      const crossed = await story.bed.clusterFile({ name: 'crossed', consoleOf: () => 'oss2' });
      await story.bed.cli(['status', blind]);
      await story.provesConsoles(crossed);
      await story.bed.powerOff('oss1');
      await story.doesNot(/console/i, { file: blind, confirm: everything });
      await story.doesNot(/console/i, { file: crossed, confirm: everything });
      await primaryBack(story);
    },
  },
  {
    id: 'link-cut-then-primary-killed',
    play: async (story) => {
      await story.provesConsoles();
      await story.cutReplication();
      // Longer than the gap that is still harmless: 30 s.
      await story.pause(35);
      await story.status();
      await story.writer.until(3);
      await story.bed.powerOff('oss1');
      const run = await story.doesNot(/may lack writes/);
      const told = /since (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(toldWholly(run))?.[1];
      assert(told !== undefined, `no time since when: ${toldWholly(run)}`);
      await story.doesNot(/may lack writes/, { confirm: ['oss1', 'OST0000', 'bed'] });
      story.lossConfirmed = true;
      await story.does({ confirm: ['oss2'] });
      assert.equal(await story.bed.serving(), 'oss2');
      const gone = await lostOn(story.bed, 'oss2', await story.writer.acknowledged());
      const [first] = gone;
      assert(first, 'nothing was lost: the row did not make its trouble');
      assert(
        first.end >= Date.parse(told) - 1_000,
        `a lost write was acknowledged at ${new Date(first.end).toISOString()}, before the time that was told: ${told}`,
      );
      story.remarks.push(
        `${gone.length} writes lost, as told, the first ${((first.end - Date.parse(told)) / 1000).toFixed(1)} s after the time that was told`,
      );
    },
  },
  {
    id: 'link-cut-both-alive',
    play: async (story) => {
      await story.provesConsoles();
      await story.cutReplication();
      const everything = ['oss1', 'oss2', 'bed', 'OST0000', 'ost0'];
      await story.doesNot(/./, { to: 'oss2', confirm: everything });
      // Now nobody reaches oss1 any more, but it lives: its console says so.
      await story.bed.cut('oss1');
      await story.doesNot(/console|alive|on/i, { confirm: everything });
      await story.bed.join('oss1');
      await story.bed.join('replication');
      await story.untilProc('oss2', /cs:Connected/, 60);
      await story.writer.until(3);
    },
  },
  {
    id: 'outdated-secondary',
    play: async (story) => {
      await story.provesConsoles();
      await story.cutReplication();
      await story.bed.sh('oss2', 'drbdadm outdate ost0');
      await story.writer.until(5);
      await story.bed.powerOff('oss1');
      await story.doesNot(/Outdated|UpToDate/, { confirm: ['oss1', 'oss2', 'bed', 'OST0000', 'ost0'] });
      await story.bed.join('replication');
      await primaryBack(story);
    },
  },
];
