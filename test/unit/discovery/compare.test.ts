import assert from 'node:assert/strict';
import type { Edit } from '../../../src/cluster/finding';
import { Lines } from '../../../src/cluster/lines';
import { compare } from '../../../src/discovery/compare';
import type { Drift } from '../../../src/discovery/drift';
import { moosefsSystem } from '../../../src/systems/moosefs/system';
import { chunkserver, clusterOf, found } from './stub';

const { spec } = moosefsSystem;

/** What differs between a file and nodes that all have these disks. */
async function drifts(text: string, disks: readonly string[], more = {}): Promise<readonly Drift[]> {
  const cluster = clusterOf(text);
  const discovery = await found((node) => chunkserver(node, disks, more), cluster);
  return compare({ text, spec, cluster, discovery }).drifts;
}

/** The text with the fixes of all drifts. */
function fixed(text: string, all: readonly Drift[]): string {
  const lines = new Lines(text);
  const edits = all.flatMap(({ fix }): readonly Edit[] => fix?.edits ?? []);
  return edits
    .map(({ range, newText }) => ({
      start: lines.offset(range.start),
      end: lines.offset(range.end),
      newText,
    }))
    .toSorted((a, b) => b.start - a.start)
    .reduce((now, { start, end, newText }) => now.slice(0, start) + newText + now.slice(end), text);
}

const file = (nodes: string, top = '') => `# our cluster
cluster: c   # short
system: moosefs
${top}redundancy: { replicas: 2 }   # as agreed

nodes:
${nodes}`;

describe('Compare a file with its nodes', () => {
  it('takes over roles, capacities and disks, and leaves comments and layout alone', async () => {
    const text = file(`  # the first
  - name: cs1
    address: 10.0.1.1   # rack 4
    roles: [client]   # wrong
    disks:
      # old one
      - { path: /mnt/hdd1, capacity: 2TB }   # swapped in May
      - path: /mnt/gone
        capacity: 1TB
      - path: /mnt/hdd2
        capacity: 1TB
`);
    const all = await drifts(text, ['/mnt/hdd1', '/mnt/hdd2', '/mnt/hdd3']);
    assert.deepEqual(
      all.map(({ kind, id }) => `${kind} ${id}`),
      [
        'differs nodes/cs1/roles',
        'absent nodes/cs1/disks//mnt/hdd3',
        'differs nodes/cs1/disks//mnt/hdd1/capacity',
        'surplus nodes/cs1/disks//mnt/gone',
      ],
    );
    const after = fixed(text, all);
    assert.equal(
      after,
      text
        .replace('roles: [client]', 'roles: [ chunkserver ]')
        .replace('capacity: 2TB', 'capacity: 1TB')
        .replace('      - path: /mnt/gone\n        capacity: 1TB\n', '')
        .replace(
          /(path: \/mnt\/hdd2\n +capacity: 1TB)/,
          '$1\n      - { path: /mnt/hdd3, capacity: 1TB, used: 5kB }',
        ),
    );
    assert.deepEqual(await drifts(after, ['/mnt/hdd1', '/mnt/hdd2', '/mnt/hdd3']), []);
  });

  it('adds disks where none are written, in a block and on one line, with CR LF as well', async () => {
    const block = file('  - name: cs1\n    address: 10.0.1.1\n    roles: [chunkserver]\n');
    const flow = file(
      '  - { name: cs1, address: 10.0.1.1, roles: [chunkserver], disks: [{ path: /mnt/a, capacity: 1TB }] }\n',
    );
    for (const text of [block, flow, flow.replaceAll('\n', '\r\n')]) {
      const after = fixed(text, await drifts(text, ['/mnt/a', '/mnt/b']));
      assert.deepEqual(await drifts(after, ['/mnt/a', '/mnt/b']), [], after);
      assert(after.startsWith(text.slice(0, text.indexOf('nodes:'))));
    }
  });

  it('says a text that several nodes share by an anchor, and does not change it for all', async () => {
    const text = file(`  - { name: cs1, address: 10.0.1.1, roles: &r [client] }
  - { name: cs2, address: 10.0.1.2, roles: *r }
`);
    const all = (await drifts(text, [])).filter(({ path }) => path.at(-1) === 'roles');
    assert.equal(all.length, 2);
    assert.deepEqual(
      all.map(({ fix }) => fix),
      [undefined, undefined],
    );
  });

  it('a node that the master knows and the file does not is added with its role', async () => {
    const text = file('  - name: m1\n    address: 10.0.1.1\n    roles: [master]\n');
    const master = {
      processes: 'mfsmaster',
      disks: '',
      installed: 'mfsmaster',
      mfscli:
        'metadata servers:|10.0.0.1|3.0.117|-|1795295668.118|1 460|x|1|x|-|-|-|F\nall chunks matrix:|goal/copies/chunks:|3|3|9\n' +
        ['missing', 'endangered', 'undergoal', 'stable', 'overgoal', 'pending deletion', 'to be removed']
          .map((name) => `all chunks matrix:|chunkclass ${name}:|0`)
          .join('\n') +
        '\ndisks:|10.0.1.7:9422:/mnt/hdd1/|61|no errors|ok|-|-|-|-|-|-|-|-|78495744|201326592',
    };
    const all = await drifts(text, [], master);
    assert.deepEqual(
      all.map(({ id, live }) => `${id} ${live}`),
      ['redundancy/replicas 3', 'nodes/10.0.1.7 10.0.1.7'],
    );
    const after = fixed(text, all);
    assert.deepEqual(
      clusterOf(after).nodes.map(({ name, roles }) => `${name} ${roles.join()}`),
      ['m1 master', '10.0.1.7 chunkserver'],
    );
    assert.match(after, /replicas: 3 }   # as agreed/);
  });

  it('a process that does not run, but is installed, is no difference', async () => {
    const text = file('  - { name: cs1, address: 10.0.1.1, roles: [chunkserver] }\n');
    assert.deepEqual(await drifts(text, [], { processes: 'init', disks: '' }), []);
    const gone = await drifts(text, [], { processes: 'init', disks: '', installed: 'ucarp' });
    assert.deepEqual(
      gone.map(({ kind, id, fix }) => ({ kind, id, fix })),
      [{ kind: 'surplus', id: 'nodes/cs1/roles', fix: undefined }],
    );
  });
});
