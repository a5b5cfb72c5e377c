import assert from 'node:assert/strict';
import { eventually } from '../suite';
import type { Row } from './row';
import type { Story } from './story';

async function switchTo(story: Story, node: string): Promise<void> {
  await story.promotes({ to: node });
}

/**
 * The rehearsal has room and the dry run has none, however fast either machine is: mfsmaster is called through a script
 * that fills the disk before it restores for the second time.
 */
async function noRoomForSecondRestore(story: Story, node: string): Promise<void> {
  await story.bed.sh(
    node,
    `mount -t tmpfs -o size=100m,mode=1777 tmpfs /var/tmp
     cat >/usr/local/sbin/mfsmaster <<'E'
#!/bin/sh
case " $* " in
*' restore '*) if ! mkdir /root/restored 2>/dev/null; then dd if=/dev/zero of=/var/tmp/full bs=4k 2>/dev/null; fi ;;
esac
exec /usr/sbin/mfsmaster "$@"
E
     chmod 755 /usr/local/sbin/mfsmaster`,
  );
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
      // Whom the switch withdrew stands for election again, without a further plan.
      else await story.bed.sh('m3', 'pidof ucarp');
    },
  },
  {
    id: 'planned-switch-way-back',
    fault: 'kinds',
    play: async (story) => {
      // The dry run after the stop finds no room: the old master has to be started again, by the run itself.
      await noRoomForSecondRestore(story, 'm2');
      const run = await story.run({ to: 'm2' });
      assert.equal(run.end?.outcome, 'failed', run.told);
      assert.match(run.told, /What was done before was taken back/);
      assert(
        run.events.some(
          (event) => event.type === 'step-ended' && event.step === 'dry-run' && event.outcome === 'failed',
        ),
        `it failed elsewhere: ${run.told}`,
      );
      assert.equal(await story.settles(), 'm1');
      await story.bed.sh('m2', 'rm /usr/local/sbin/mfsmaster; umount /var/tmp');
      await story.does({ to: 'm2' });
    },
  },
  {
    id: 'planned-switch-interrupted',
    fault: 'kinds',
    play: async (story) => {
      // Ctrl-C while clients wait: what was done is taken back, or the switch is through.
      const run = story.start({ to: 'm2' });
      await story.inStep(run, 'take-address');
      run.interrupt();
      await story.finish(run);
      assert.equal(run.end?.outcome, 'aborted', run.told);
      assert.match(run.told, /What was done before was taken back/);
      assert.equal(await story.settles(), 'm1');
    },
  },
  {
    id: 'planned-switch-promoting-hooks',
    fault: 'kinds',
    play: async (story) => {
      for (const node of ['m1', 'm2', 'm3']) await story.bed.useHooks(node, 'automatic');
      await switchTo(story, 'm2');
      assert.equal(await story.settles(), 'm2');
      // None of them may promote behind its back a moment later either.
      await story.pause(5);
    },
  },
  {
    id: 'address-taken-from-living-master',
    fault: 'kinds',
    play: async (story) => {
      // As a switch leaves it that was killed at the wrong moment.
      await story.bed.sh(
        'm2',
        `tr '\\0' '\\n' </proc/$(pidof ucarp)/cmdline >/root/line; kill $(pidof ucarp); sleep 0.3
         xargs -d '\\n' -a /root/line sh -c 'exec "$@" -k 1 -P' sh`,
      );
      await eventually(60_000, () => {
        const seen = story.watcher.look().find(({ node }) => node === 'm2');
        assert(seen?.address && !seen.master);
        return Promise.resolve();
      });
      await story.pause(2);
      await story.does({});
      assert.equal(await story.settles(), 'm1');
    },
  },
  {
    id: 'write-image-alone',
    fault: 'kinds',
    play: async (story) => {
      await story.does({ kind: 'write-image' });
      assert.equal(await story.settles(), 'm1');
      // What it wrote is what a promotion needs.
      await story.pause(5);
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
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
