import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFromPage, isToPage, pageState } from '../../../src/editor/protocol';
import { RebuildHistory } from '../../../src/editor/rebuild-history';
import { rebuildSnapshot } from '../../../src/editor/rebuild-snapshot';
import type { RebuildProgress } from '../../../src/rebuild/progress';
import { active, cluster, entry, node, now, state } from './samples';

const what = 'under-goal chunks';
const progress = (remaining: number): RebuildProgress => ({
  what,
  unit: 'chunks',
  remaining,
  peak: 100,
  state: remaining > 0 ? 'rebuilding' : 'stable',
});

describe('Messages of the rebuild panel', () => {
  it('from the page are taken only when they are of the protocol', () => {
    for (const good of [
      { type: 'ready' },
      { type: 'choose', cluster: 'k' },
      { type: 'connect' },
      { type: 'show-log' },
      { type: 'reveal', node: 'cs1' },
      { type: 'copy' },
      { type: 'export' },
      { type: 'what-if', lose: 'cs1', bandwidth: '' },
    ]) {
      assert.ok(isFromPage(good), JSON.stringify(good));
    }
    for (const bad of [
      undefined,
      null,
      'ready',
      {},
      { type: 'choose' },
      { type: 'choose', cluster: 1 },
      { type: 'run' },
      { type: 'toString' },
      { type: 'reveal' },
      { type: 'what-if', lose: 'cs1' },
    ]) {
      assert.ok(!isFromPage(bad), JSON.stringify(bad));
    }
  });

  it('to the page are whole snapshots', () => {
    const snapshot = rebuildSnapshot([], undefined, new RebuildHistory());
    assert.ok(isToPage({ type: 'snapshot', snapshot }));
    assert.ok(!isToPage({ type: 'snapshot' }));
    assert.ok(!isToPage({ type: 'ready' }));
  });

  it('survive the structured clone that carries them: JSON keeps every value', () => {
    const entries = [entry({ state: state({ rebuild: [progress(7)] }) })];
    const snapshot = rebuildSnapshot(entries, undefined, new RebuildHistory());
    assert.deepEqual(JSON.parse(JSON.stringify(snapshot)), snapshot);
  });

  it('restore nothing but what the page kept', () => {
    const kept = { cluster: 'k', range: 'day', lose: 'cs1', bandwidth: '10Gbit' };
    assert.deepEqual(pageState({ ...kept, other: 1 }), kept);
    for (const bad of [undefined, null, 7, {}, { cluster: 7, range: 'week', lose: [], bandwidth: null }])
      assert.deepEqual(pageState(bad), {});
  });
});

describe('The snapshot of the rebuild panel', () => {
  it('shows the wanted cluster, or the first when that is gone', () => {
    const entries = [entry({ key: 'a' }), entry({ key: 'b' })];
    assert.equal(rebuildSnapshot(entries, 'b', new RebuildHistory()).chosen, 'b');
    assert.equal(rebuildSnapshot(entries, 'gone', new RebuildHistory()).chosen, 'a');
  });

  it('names the nodes that are not active', () => {
    const nodes = [active('m1', { liveness: 'offline' }), active('m2')];
    const snapshot = rebuildSnapshot([entry({ state: state({ nodes }) })], undefined, new RebuildHistory());
    assert.deepEqual(snapshot.troubled, [{ name: 'm1', liveness: 'offline' }]);
  });
});

describe('The history behind the chart', () => {
  const record = (history: RebuildHistory, values: readonly number[], from = now) =>
    values.forEach((value, index) =>
      history.add('k', state({ at: from + index * 1000, rebuild: [progress(value)] })),
    );
  const remaining = (history: RebuildHistory, key = 'k') =>
    history.of(key, what)?.points.map(({ at, remaining: left }) => [at - now, left]);

  it('keeps what remained when, of each cluster by itself', () => {
    const history = new RebuildHistory();
    record(history, [9, 5, 0]);
    assert.deepEqual(remaining(history), [
      [0, 9],
      [1000, 5],
      [2000, 0],
    ]);
    assert.equal(remaining(history, 'other'), undefined);
  });

  it('takes a snapshot once, though it is told several times', () => {
    const history = new RebuildHistory();
    const once = state({ rebuild: [progress(3)] });
    history.add('k', once);
    history.add('k', once);
    assert.equal(remaining(history)?.length, 1);
  });

  it('survives a reload, and joins what was seen before the file was read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const file = join(folder, 'kept', 'rebuild.json');
      const before = new RebuildHistory(file);
      record(before, [9, 5]);
      await before.write();
      const after = new RebuildHistory(file);
      record(after, [4], now + 5_000);
      await after.restore();
      assert.deepEqual(remaining(after), [
        [0, 9],
        [1000, 5],
        [5000, 4],
      ]);
      await writeFile(file, '[["x", {"unit"');
      const broken = new RebuildHistory(file);
      await broken.restore();
      assert.equal(remaining(broken), undefined);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('What the panel shows beside the recoveries', () => {
  const disks = [{ path: '/d', capacity: 100n, tier: 0, used: 25n }];
  const nodes = [
    node('c1', ['chunkserver'], { disks }),
    node('c2', ['chunkserver'], { disks }),
    node('m1', ['master']),
  ];
  const base = cluster({ nodes });
  const shown = (reported?: { readonly capacity: bigint; readonly used: bigint }) =>
    rebuildSnapshot(
      [
        entry({
          cluster: base,
          state: state({
            cluster: base,
            rebuild: [progress(7)],
            nodes: [
              active('c1', reported ? { reading: { disks: [{ path: '/d', ...reported }] } } : {}),
              active('c2', { liveness: 'offline' }),
              active('m1'),
            ],
          }),
        }),
      ],
      undefined,
      new RebuildHistory(),
      () => ({ survivable: 1, stores: ({ roles }) => roles.includes('chunkserver') }),
    );

  it('is one sentence for all, with how much more may fail', () => {
    assert.equal(
      shown().headline?.sentence,
      'Rebuilding: 7 chunks of 100 chunks left; one more failure is survivable.',
    );
  });

  it('is a map with liveness and fill: what a node reports, else what the file says', () => {
    assert.deepEqual(shown({ capacity: 200n, used: 80n }).map[0]?.nodes, [
      { name: 'c1', liveness: 'active', stores: true, fill: { capacity: 200, used: 80 } },
      { name: 'c2', liveness: 'offline', stores: true, fill: { capacity: 100, used: 25 } },
      { name: 'm1', liveness: 'active', stores: false },
    ]);
  });
});
