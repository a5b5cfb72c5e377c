import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '../../../src/cluster/parse';
import { lustreSpec } from '../../../src/systems/lustre/spec';
import type { Row } from './row';
import type { Story } from './story';

interface Compared {
  readonly drifts: readonly { readonly id: string; readonly live?: string }[];
}

async function differences(story: Story, file: string, exit: number): Promise<Compared['drifts']> {
  const ended = await story.bed.cli(['compare', file, '--format', 'json']);
  assert.equal(ended.code, exit, `${ended.stdout}\n${ended.stderr}`);
  return (JSON.parse(ended.stdout) as Compared).drifts;
}

/** The cluster file of a file system that runs is written by asking its nodes. */
export const discoveryRows: readonly Row[] = [
  {
    id: 'discovered-and-compared',
    play: async (story) => {
      const file = join(story.bed.folder, 'found.cluster.yaml');
      const addresses = ['10.78.0.1', '10.78.0.2', '10.78.0.31'];
      const ended = await story.bed.cli([
        ...['discover', ...addresses, '--system', 'lustre'],
        ...['--output', file, '--name', 'bed'],
      ]);
      assert.equal(ended.code, 0, `${ended.stdout}\n${ended.stderr}`);
      const text = await readFile(file, 'utf8');
      const { documents, findings } = parse(text, [lustreSpec]);
      assert.deepEqual(
        findings.filter(({ severity }) => severity === 'error'),
        [],
        text,
      );
      const cluster = documents[0]?.cluster;
      assert.deepEqual(
        cluster?.nodes.map(({ name, roles }) => `${name} ${roles.join(' ')}`),
        ['oss1 oss', 'oss2 oss', 'lc1 client'],
        text,
      );
      assert.deepEqual(
        cluster.section,
        {
          filesystem: 'scratch',
          // There is no MGS here: what the file needs is a TODO.
          mgsNids: ['10.78.0.1@tcp'],
          heartbeatPaths: ['ping'],
          targets: [
            {
              name: 'OST0000',
              device: '/dev/drbd0',
              drbd: 'ost0',
              mountPoint: '/mnt/ost0',
              primary: 'oss1',
              secondary: 'oss2',
              serviceNodes: ['10.78.0.1@tcp', '10.78.0.2@tcp'],
            },
          ],
        },
        text,
      );
      const status = JSON.parse((await story.bed.cli(['status', file, '--format', 'json'])).stdout) as {
        readonly nodes: readonly { readonly liveness: string }[];
      };
      assert(status.nodes.every(({ liveness }) => liveness === 'active'));
      assert.deepEqual(await differences(story, file, 0), []);

      const changed = join(story.bed.folder, 'changed.cluster.yaml');
      await writeFile(changed, text.replace('drbd: ost0', 'drbd: r7').replace('/mnt/ost0', '/mnt/ost7'));
      assert.deepEqual(
        (await differences(story, changed, 1)).map(({ id, live }) => `${id} ${live}`),
        ['lustre/targets/OST0000/drbd ost0', 'lustre/targets/OST0000/mountPoint /mnt/ost0'],
      );
      story.outcomes.push('discovered');
    },
  },
];
