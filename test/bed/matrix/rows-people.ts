import assert from 'node:assert/strict';
import { eventually } from '../suite';
import { addressTo } from './by-hand';
import type { Row } from './row';
import type { Story } from './story';

/** Puts other hooks under every running ucarp. */
async function useHooks(story: Story, variant: 'move-only' | 'document' | 'automatic'): Promise<void> {
  for (const node of ['m1', 'm2', 'm3']) {
    if (story.watcher.look().some((seen) => seen.node === node && seen.on))
      await story.bed.useHooks(node, variant);
  }
}

/** The only thing that is right after hooks that wreck what they touch: everybody off, the old master back. */
async function backToTheOldMaster(story: Story): Promise<void> {
  await story.bed.powerOn('m1');
  await useHooks(story, 'move-only');
  await addressTo(story, 'm1');
  await story.restarts();
}

/** Consoles, operators, logins and hooks. */
export const peopleRows: readonly Row[] = [
  {
    id: 'console-of-another-machine',
    fault: 'evidence',
    quick: true,
    // Wired to a machine that is off, while m1 lives and only the operator cannot reach it.
    file: { consoleOf: (node) => (node === 'm1' ? 'cs2' : node) },
    play: async (story) => {
      await story.bed.powerOff('cs2');
      await story.bed.hide('ops', 'm1');
      await story.refuses(/reaches|contradicts|cut off/i, { confirm: ['m1', 'm2', 'm3'] });
      await story.bed.show('ops', 'm1');
      await story.bed.powerOn('cs2');
    },
  },
  {
    id: 'console-unproven',
    fault: 'evidence',
    file: { consoleOf: (node) => (node === 'm1' ? 'cs2' : node) },
    play: async (story) => {
      await story.bed.powerOff('cs2');
      await story.bed.cut('m1', 'silent');
      await story.refuses(/approved|unproven|console/i);
      await story.bed.heal('m1');
      await story.bed.powerOn('cs2');
      await story.pause(5);
    },
  },
  {
    id: 'no-evidence-at-all',
    fault: 'evidence',
    file: { consoleOf: () => undefined },
    play: async (story) => {
      await story.bed.powerOff('m1');
      await story.refuses(/console|typed|confirm/i);
      await story.bed.powerOn('m1');
      await addressTo(story, 'm1');
      await story.restarts();
    },
  },
  {
    id: 'login-with-sudo',
    fault: 'operators',
    program: 'sudo',
    bed: { login: 'admin' },
    play: async (story) => {
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
    },
  },
  {
    id: 'two-operators',
    fault: 'operators',
    quick: true,
    bed: { operators: 2 },
    play: async (story) => {
      await story.bed.powerOff('m1');
      const first = story.start({ confirm: ['m1'] });
      await story.inStep(first, 'prove');
      const second = await story.run({ confirm: ['m1', 'm2', 'm3'], operator: 'ops2' });
      // Also where its survey saw the first one's ucarp between two states, which is refused by itself.
      assert.equal(await second.ended, 3, second.told);
      await story.finish(first);
      assert.equal(first.end?.outcome, 'succeeded', first.told);
    },
  },
  {
    id: 'two-operators-at-one-moment',
    fault: 'operators',
    bed: { operators: 2 },
    play: async (story) => {
      await story.bed.powerOff('m1');
      const runs = [
        story.start({ confirm: ['m1'] }),
        story.start({ confirm: ['m1', 'm2', 'm3'], operator: 'ops2' }),
      ];
      for (const run of runs) await story.finish(run);
      const codes = (await Promise.all(runs.map(({ ended }) => ended))).sort();
      assert.deepEqual(codes, [0, 3], runs.map(({ told }) => told).join('\n'));
    },
  },
  {
    id: 'operators-reach-half-each',
    fault: 'operators',
    bed: { operators: 2 },
    play: async (story) => {
      const { bed } = story;
      await bed.hide('ops', 'm3');
      await bed.hide('ops2', 'm2');
      await bed.powerOff('m1');
      const runs = [
        story.start({ confirm: ['m1', 'm3'] }),
        story.start({ confirm: ['m1', 'm2'], operator: 'ops2' }),
      ];
      for (const run of runs) await story.finish(run);
      for (const run of runs) assert.notEqual(run.end?.outcome, 'succeeded', run.told);
      await bed.show('ops', 'm3');
      await bed.show('ops2', 'm2');
      await story.promotesWhenNamed({ confirm: ['m1'] });
    },
  },
  {
    id: 'hooks-move-only',
    fault: 'hooks',
    play: async (story) => {
      await useHooks(story, 'move-only');
      await story.bed.powerOff('m1');
      await story.promotes({ confirm: ['m1'] });
    },
  },
  {
    id: 'hooks-of-the-document',
    fault: 'hooks',
    play: async (story) => {
      await useHooks(story, 'document');
      await story.bed.powerOff('m1');
      const run = await story.run({ confirm: ['m1'] });
      if (run.end?.outcome === 'succeeded') return;
      assert.match(run.told, /hook|ucarp|address/i);
      // What the hooks left is for people: the old master still has everything.
      await backToTheOldMaster(story);
    },
  },
  {
    id: 'hooks-in-vain',
    fault: 'hooks',
    play: async (story) => {
      // They promote by themselves, and fail at it: nothing that they need is there.
      await useHooks(story, 'automatic');
      for (const node of ['m2', 'm3'])
        await story.bed.sh(node, "printf '#!/bin/sh\\nexit 1\\n' >/usr/share/ucarp/vip-setup");
      await story.bed.powerOff('m1');
      const holder = await eventually(60_000, () => {
        const found = story.watcher.look().find(({ on, address }) => on && address);
        assert(found, 'nobody took the address over');
        return Promise.resolve(found.node);
      });
      await story.pause(3);
      const run = await story.promotes({ confirm: ['m1'] });
      assert.match(run.events.map((event) => JSON.stringify(event)).join('\n'), /brought up no master/);
      story.remark = `the address was on ${holder}`;
    },
  },
  {
    id: 'hooks-automatic',
    fault: 'hooks',
    quick: true,
    play: async (story) => {
      await useHooks(story, 'automatic');
      await story.bed.powerOff('m1');
      const run = await story.run({ confirm: ['m1'] });
      if (run.end?.outcome !== 'succeeded') assert.match(run.told, /hook|is alive/i);
    },
  },
];
