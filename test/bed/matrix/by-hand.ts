import assert from 'node:assert/strict';
import { virtualIp } from '../bed';
import { eventually } from '../suite';
import type { Story } from './story';

/** What an administrator does by hand: only one node stands for election, until it has the address. */
export async function addressTo(story: Story, node: string): Promise<void> {
  const { bed } = story;
  const others = story.watcher
    .look()
    .filter((seen) => seen.on && seen.node !== node)
    .map((seen) => seen.node);
  for (const other of others) {
    await bed.sh(
      other,
      `kill $(pidof ucarp) 2>/dev/null; sleep 1; ip addr del ${virtualIp}/24 dev eth0 2>/dev/null; true`,
    );
  }
  await bed.sh(node, 'pidof ucarp >/dev/null || ucarp-start');
  await eventually(60_000, () => {
    assert(story.watcher.look().some((seen) => seen.node === node && seen.address));
    return Promise.resolve();
  });
  for (const other of others) await bed.sh(other, 'ucarp-start');
}
