import { addressTo } from './by-hand';
import type { Row } from './row';
import type { Story } from './story';

/** After a host crash with `--yes` and the names given, a write of the client hangs this long at most. */
const CRASH_HANG = 15_000;

const noConsole = { consoleOf: () => undefined };

/** Cut off, refused because the console says on; the operator switches the machine off, and then it goes. */
async function refusedUntilOff(story: Story): Promise<void> {
  await story.refuses(/console|reaches|cut off/i, { confirm: ['m1'] });
  await story.bed.powerOff('m1');
  await story.promotesWhenNamed({ confirm: ['m1'] });
}

/** What a cluster without consoles does about a silent partition, and when the network comes back. */
function partition(id: string, heal: 'before' | 'during' | 'after'): Row {
  return {
    id,
    fault: 'partition',
    file: noConsole,
    ...(heal !== 'before' && { mayOverlap: 3_000 }),
    play: async (story) => {
      const { bed } = story;
      await bed.cut('m1', 'silent');
      await story.pause(4);
      if (heal === 'before') {
        const run = story.start({ confirm: ['m1'] });
        await story.inStep(run, 'dry-run');
        await bed.heal('m1');
        await story.finish(run);
        return;
      }
      if (heal === 'during') {
        const run = story.start({ confirm: ['m1'] });
        await story.inStep(run, 'promote');
        await bed.heal('m1');
        await story.finish(run);
        return;
      }
      await story.promotes({ confirm: ['m1'] });
      await story.writer.until(5);
      await bed.heal('m1');
      await story.pause(5);
    },
  };
}

/** The old master's machine comes back, with everything that it starts at boot, in the middle of a step. */
function reboot(step: string): Row {
  return {
    id: `reboot-in-${step}`,
    fault: 'reboot',
    quick: step === 'take-address',
    play: async (story) => {
      const { bed } = story;
      await story.startsEverythingAtBoot('m1');
      await bed.powerOff('m1');
      const run = story.start({ confirm: ['m1'] });
      await story.inStep(run, step);
      await bed.powerOn('m1');
      await story.finish(run);
      if (run.end?.outcome === 'succeeded') return;
      // It is back, and may serve again by itself; or the operator switches it off for good and goes on.
      await story.pause(5);
      const serves = story.watcher.look().some(({ address, master }) => address && master);
      if (serves) return;
      await bed.powerOff('m1');
      await story.promotesWhenNamed({ confirm: ['m1'] });
    },
  };
}

/** The master's process, host and network. */
export const crashRows: readonly Row[] = [
  {
    id: 'process-killed',
    fault: 'process',
    quick: true,
    play: async (story) => {
      await story.signal('m1', 'KILL');
      await story.refuses(/restart-master/, { confirm: ['m1'] });
      await story.restarts();
    },
  },
  {
    id: 'process-hung',
    fault: 'process',
    play: async (story) => {
      await story.signal('m1', 'STOP');
      await story.refuses(/hung|does not answer/, { confirm: ['m1'] });
      await story.signal('m1', 'KILL');
      await story.restarts();
    },
  },
  {
    id: 'stopped-and-continued',
    fault: 'process',
    play: async (story) => {
      await story.signal('m1', 'STOP');
      try {
        await story.refuses(/hung|does not answer/, { confirm: ['m1', 'm2'] });
        await story.refuses(/hung|does not answer/, { kind: 'restart-master' });
      } finally {
        await story.signal('m1', 'CONT');
      }
    },
  },
  {
    id: 'stopped-then-off',
    fault: 'process',
    play: async (story) => {
      // It hung first, so that nobody saw an orderly end; then its machine was switched off.
      await story.signal('m1', 'STOP');
      await story.pause(3);
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
    },
  },
  {
    id: 'host-off',
    fault: 'host',
    quick: true,
    maxHang: CRASH_HANG,
    play: async (story) => {
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
    },
  },
  {
    id: 'host-off-no-console',
    fault: 'host',
    file: noConsole,
    maxHang: CRASH_HANG,
    play: async (story) => {
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
    },
  },
  {
    id: 'host-off-and-back',
    fault: 'host',
    play: async (story) => {
      await story.startsEverythingAtBoot('m1');
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
      await story.writer.until(5);
      await story.bed.powerOn('m1');
      // Long enough for its ucarp to hold an election (ucarp(8): 3 × 1 s).
      await story.pause(8);
    },
  },
  {
    id: 'asynchronous-window',
    fault: 'host',
    pause: 0,
    play: async (story) => {
      story.lossMeasured = true;
      const more = [await story.bed.startWriter('second', 0), await story.bed.startWriter('third', 0)];
      story.brokenAt = Date.now();
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
      await story.settles();
      for (const writer of more) {
        const { acknowledged, lost } = await writer.stop();
        story.remark += `${story.remark && ', '}${lost.length} of ${acknowledged} of another writer's gone`;
      }
    },
  },
  {
    id: 'link-down',
    fault: 'link',
    play: async (story) => {
      await story.bed.cut('m1', 'link');
      await refusedUntilOff(story);
    },
  },
  {
    id: 'link-down-healed',
    fault: 'link',
    play: async (story) => {
      await story.bed.cut('m1', 'link');
      await story.refuses(/console|reaches|cut off/i, { confirm: ['m1'] });
      await story.addressLeaves('m1');
      await story.bed.heal('m1');
      // ucarp ended with its link, and another candidate has the address of a master that lives here.
      await story.refuses(/address is on/, { confirm: ['m1', 'm2', 'm3'] });
      await addressTo(story, 'm1');
    },
  },
  {
    id: 'carrier-lost',
    fault: 'link',
    quick: true,
    play: async (story) => {
      await story.bed.cut('m1', 'carrier');
      await refusedUntilOff(story);
    },
  },
  {
    id: 'partition-console-on',
    fault: 'partition',
    quick: true,
    play: async (story) => {
      await story.bed.cut('m1', 'silent');
      await story.refuses(/console/i, { confirm: ['m1', 'm2', 'm3'] });
      await story.bed.heal('m1');
      await story.pause(5);
    },
  },
  {
    id: 'partition-then-off',
    fault: 'partition',
    play: async (story) => {
      await story.bed.cut('m1', 'silent');
      await refusedUntilOff(story);
    },
  },
  partition('partition-healed-before', 'before'),
  partition('partition-healed-during', 'during'),
  partition('partition-healed-after', 'after'),
  reboot('prove'),
  reboot('take-address'),
  reboot('promote'),
];
