import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
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

  const clock = { now: () => now + 60_000 };

  it('survives a reload, and joins what was seen before the file was read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const file = join(folder, 'kept', 'rebuild.json');
      const before = new RebuildHistory(file, clock);
      record(before, [9, 5]);
      await before.write();
      const after = new RebuildHistory(file, clock);
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

  it('of a cluster that is gone with the window is drawn, and never written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const file = join(folder, 'rebuild.json');
      const history = new RebuildHistory(file, clock);
      history.add('demo', state({ rebuild: [progress(9)] }), false);
      await history.write();
      assert.deepEqual(await readdir(folder), []);
      record(history, [7]);
      await history.write();
      const after = new RebuildHistory(file, clock);
      await after.restore();
      assert.deepEqual([remaining(history, 'demo')?.length, remaining(after, 'demo')], [1, undefined]);
      assert.equal(remaining(after)?.length, 1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is shared by two windows: neither takes away what the other alone has seen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const file = join(folder, 'rebuild.json');
      const [one, two] = [new RebuildHistory(file, clock), new RebuildHistory(file, clock)];
      record(one, [9, 8]);
      record(two, [7, 6], now + 30_000);
      // What both saw within seconds of each other stays as each saw it: two lines would zigzag.
      record(two, [8], now + 34_000);
      record(one, [5], now + 35_000);
      await Promise.all([one.write(), two.write()]);
      record(one, [4], now + 50_000);
      await one.write();
      record(two, [3], now + 55_000);
      await two.write();
      const whole = new RebuildHistory(file, clock);
      await whole.restore();
      const seen = (remaining(whole) ?? []).map(([at]) => at);
      assert.ok(
        [0, 30_000, 55_000].every((at) => seen.includes(at)),
        seen.join(' '),
      );
      assert.deepEqual(
        seen,
        [...new Set(seen)].toSorted((a = 0, b = 0) => a - b),
      );
      assert.ok(remaining(two)?.some(([at]) => at === 0) === true, 'a window draws what the other saw');
      assert.deepEqual(await readdir(folder), ['rebuild.json']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('goes on after the clock was put back, and says why points are missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'standby-history-'));
    try {
      const file = join(folder, 'rebuild.json');
      const early = new RebuildHistory(file, { now: () => now + 7_200_000 });
      record(early, [9, 8]);
      record(early, [7, 6], now + 7_200_000);
      await early.write();
      const said: string[] = [];
      const late = new RebuildHistory(file, { ...clock, said: (line) => said.push(line) });
      await late.restore();
      record(late, [5], now + 30_000);
      assert.deepEqual(remaining(late), [
        [0, 9],
        [1000, 8],
        [30_000, 5],
      ]);
      assert.match(said.join(), /put back: 2 points/);
      // In a window that runs while the clock is set, too.
      record(early, [4], now + 60_000);
      assert.deepEqual(remaining(early)?.at(-1), [60_000, 4]);
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
