import assert from 'node:assert/strict';
import { serveByHand, stopByHand } from './by-hand';
import type { Row } from './row';
import { toldWholly, type Story } from './story';
import { lostOn } from './writer';

/** Both copies get writes that the other lacks, one after the other: never are both Primary. */
async function splitByHand(story: Story): Promise<void> {
  const { bed } = story;
  await story.cutReplication();
  await bed.sh('oss1', 'echo of oss1 >/mnt/ost0/only-oss1; sync /mnt/ost0/only-oss1');
  await story.writer.until(3);
  await stopByHand(story, 'oss1');
  await serveByHand(story, 'oss2');
  await bed.sh('oss2', 'echo of oss2 >/mnt/ost0/only-oss2; sync /mnt/ost0/only-oss2');
  await stopByHand(story, 'oss2');
  await serveByHand(story, 'oss1');
  await bed.join('replication');
  await story.untilProc('oss1', /StandAlone/);
}

/** While every access to the target hangs: neither a look nor a run does. */
async function isBounded(story: Story): Promise<void> {
  await story.pause(2);
  const began = Date.now();
  const status = await story.status('--timeout', '20s');
  assert(Date.now() - began < 30_000, 'status took longer than its time');
  assert.equal(status.nodes.find(({ name }) => name === 'oss1')?.liveness, 'active');
  const from = Date.now();
  const run = await story.run({ to: 'oss2' });
  assert.notEqual(run.end?.outcome, 'succeeded', run.told);
  const took = Math.round((Date.now() - from) / 1000);
  assert(took < 300, `the run took ${took} s`);
  assert.match(toldWholly(run), /does not end|no answer|no result/);
  story.remarks.push(`the run ended after ${took} s`);
}

/** Mirrors and mounts that are broken. */
export const brokenRows: readonly Row[] = [
  {
    id: 'split-brain-by-hand',
    play: async (story) => {
      const { bed } = story;
      await story.status();
      await splitByHand(story);
      const status = await story.status();
      assert.equal(
        status.mirrors.find(({ resource }) => resource === 'ost0')?.splitBrain,
        true,
        JSON.stringify(status.mirrors),
      );
      assert(
        status.rebuild.some(({ state }) => state === 'split-brain'),
        JSON.stringify(status.rebuild),
      );
      // Without a survivor: what each side would lose.
      const undecided = await story.plan(['split-brain', 'ost0']);
      assert.match(undecided.refused ?? '', /oss1/);
      assert.match(undecided.refused ?? '', /oss2/);
      assert.match(undecided.refused ?? '', /lose/);
      // Nothing is thrown away before the victim is named.
      await story.doesNot(/oss2/, { kind: 'split-brain', target: 'ost0', to: 'oss1' });
      await story.does({ kind: 'split-brain', target: 'ost0', to: 'oss1', confirm: ['oss2'] });
      await story.untilProc('oss1', /ds:UpToDate\/UpToDate/);
      assert.equal(await bed.serving(), 'oss1');
      assert.match(await bed.sh('oss1', 'cat /mnt/ost0/only-oss1'), /of oss1/);
      // The victim's data are still there to be read.
      const backup = (await bed.sh('oss2', 'ls /var/tmp/standby-backup/*.img')).trim();
      const read = await bed.readCopy('oss2', backup, 'cat /only-oss2');
      assert.match(read, /of oss2/);
      // Nothing but what the victim alone had is gone, and that was told and is in its copy.
      const gone = await lostOn(bed, 'oss1', await story.writer.acknowledged());
      assert.deepEqual(
        gone.filter(({ server }) => server !== 'oss2'),
        [],
        'writes of the side that was kept are gone',
      );
      story.lossConfirmed = true;
      const kept = await bed.readCopy('oss2', backup, 'cat /d/all');
      for (const { number } of gone) assert.match(kept, new RegExp(`^${number}$`, 'm'));
      story.remarks.push(`the ${gone.length} writes that oss2 alone had are in the copy of its data`);
    },
  },
  {
    id: 'hangs-on-a-dead-mount',
    play: async (story) => {
      const { bed } = story;
      await story.status();
      // Every access to the target hangs in the kernel from now on.
      await bed.sh('oss1', 'drbdadm suspend-io ost0');
      await bed.sh(
        'oss1',
        'setsid sh -c "echo x >/mnt/ost0/hangs; sync /mnt/ost0/hangs" >/dev/null 2>&1 </dev/null &',
      );
      try {
        await isBounded(story);
      } finally {
        await bed.sh('oss1', 'drbdadm resume-io ost0');
      }
      await story.pause(3);
      if ((await bed.serving()) === undefined) await serveByHand(story, 'oss1');
      await story.writer.until(3);
    },
  },
];
