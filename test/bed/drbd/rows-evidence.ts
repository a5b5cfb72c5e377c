import assert from 'node:assert/strict';
import { serveByHand } from './by-hand';
import type { Row } from './row';
import { toldWholly, type Story } from './story';

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
    quick: true,
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
      const since = Date.now();
      // Longer than the gap that is still harmless: 30 s.
      await story.pause(35);
      await story.status();
      await story.writer.until(3);
      await story.bed.powerOff('oss1');
      const run = await story.doesNot(/may (lack|be missing|miss)|lacks? (the )?writes|missing/i);
      const [told] = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?|\d\d:\d\d:\d\d/.exec(toldWholly(run)) ?? [];
      assert(told !== undefined, `no time since when: ${toldWholly(run)}`);
      await story.doesNot(/.*/, { confirm: ['oss1', 'OST0000'] });
      story.lossConfirmed = true;
      await story.does({ confirm: ['oss2'] });
      assert.equal(await story.bed.serving(), 'oss2');
      const gone = (await story.writer.acknowledged()).filter(
        ({ server, end }) => server === 'oss1' && end > since,
      ).length;
      story.remarks.push(`${gone} writes were acknowledged after the link was cut, told since ${told}`);
    },
  },
  {
    id: 'link-cut-both-alive',
    quick: true,
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
