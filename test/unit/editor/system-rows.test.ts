import assert from 'node:assert/strict';
import { countdown } from '../../../src/cluster/duration';
import { calledCluster } from '../../../src/editor/called';
import { nodeFilter } from '../../../src/editor/node-filter';
import { offeredTargets } from '../../../src/editor/offered-targets';
import { changedRows, spoken, type Row } from '../../../src/editor/row';
import { tooltip } from '../../../src/editor/row-tooltip';
import { clusterRow } from '../../../src/editor/tree-rows';
import { health } from '../../../src/editor/worst';
import type { RebuildState } from '../../../src/rebuild/progress';
import type { SystemRow } from '../../../src/systems/system-row';
import { active, cluster, entry, now, state } from './samples';

const dueAt = now + 680_000;

function rowsOf(_state: unknown, at: number): readonly SystemRow[] {
  return [
    {
      id: 'fs',
      label: 'lustre1',
      tone: 'none',
      children: [
        {
          id: 'fs/ost0',
          label: 'lustre1-OST0000',
          description: 'on m1',
          tone: 'good',
          node: 'm1',
          item: 'lustre1-OST0000',
          tooltip: 'mounted at /mnt/ost0\nmirror r0',
        },
        {
          id: 'fs/ost1',
          label: 'lustre1-OST0001',
          description: `rebuild starts in ${countdown(dueAt - at)}`,
          tone: 'warning',
          node: 'm2',
        },
      ],
    },
    { id: 'mds', label: 'no MDS', description: 'none answers', tone: 'bad' },
  ];
}

const targets = new Set(['m1', 'lustre1-OST0000']);
const drawn = (more = {}) => clusterRow(entry({ state: state(), rowsOf, targets, now, ...more }));

function find(row: Row, label: string): Row {
  const found = [row, ...row.children.flatMap((each) => [each, ...each.children])].find(
    (each) => each.label === label,
  );
  assert.ok(found, label);
  return found;
}

describe('Rows that a system supplies', () => {
  it('stand before the nodes, with a shape for each tone and its word for those who do not see it', () => {
    const row = drawn();
    assert.deepEqual(
      row.children.map(({ label }) => label),
      ['lustre1', 'no MDS', 'master', 'chunkserver'],
    );
    const shapes = ['lustre1', 'lustre1-OST0000', 'lustre1-OST0001', 'no MDS'].map(
      (label) => find(row, label).icon?.id,
    );
    assert.deepEqual(shapes, [undefined, 'pass-filled', 'warning', 'error']);
    assert.equal(spoken(find(row, 'no MDS')), 'no MDS, none answers, error');
    assert.equal(spoken(find(row, 'lustre1-OST0000')), 'lustre1-OST0000, on m1');
    assert.ok(find(row, 'lustre1').expanded);
  });

  it('count down without another id, and name only the row that counts as changed', () => {
    const later = drawn({ now: now + 10_000 });
    assert.equal(find(drawn(), 'lustre1-OST0001').description, 'rebuild starts in 11 min 20 s');
    assert.equal(find(later, 'lustre1-OST0001').description, 'rebuild starts in 11 min 10 s');
    assert.deepEqual(changedRows(drawn(), later), [find(later, 'lustre1-OST0001').id]);
  });

  it('offer what may be done about their node, and a plan where one may be about them', () => {
    const row = drawn();
    assert.equal(find(row, 'lustre1-OST0000').context, 'part target ofnode active unmaintained');
    assert.equal(find(row, 'lustre1-OST0001').context, 'part ofnode active unmaintained');
    assert.equal(find(row, 'no MDS').context, 'part');
    assert.doesNotMatch(
      find(drawn({ targets: new Set() }), 'lustre1-OST0000').context,
      /target/,
      'nothing where nothing may be changed',
    );
    const called = calledCluster({ row: find(row, 'lustre1-OST0000') });
    assert.deepEqual([called.node, called.item], ['m1', 'lustre1-OST0000']);
  });

  it('are of the past once no node speaks: no row looks like the present', () => {
    const silent = state({ nodes: cluster().nodes.map(({ name }) => active(name, { liveness: 'offline' })) });
    for (const past of [silent, state({ observerLost: true })]) {
      const row = find(drawn({ state: past }), 'lustre1-OST0000');
      assert.deepEqual([row.description, row.icon?.id], ['was on m1', 'question']);
    }
    assert.deepEqual(
      clusterRow(entry({ rowsOf })).children.map(({ kind }) => kind),
      ['group', 'group'],
      'and there are none while nothing was seen',
    );
  });

  it('go with the nodes while the tree is filtered', () => {
    const row = clusterRow(entry({ state: state(), rowsOf, now }), nodeFilter('name:m2'));
    assert.deepEqual(
      row.children[0]?.children.map(({ label }) => label),
      ['lustre1-OST0001'],
    );
    assert.equal(row.children[1]?.kind, 'group');
  });

  it('say more to whoever points at them', () => {
    const row = find(drawn(), 'lustre1-OST0000');
    assert.deepEqual(tooltip(entry(), row, now), [
      'lustre1-OST0000: on m1',
      'mounted at /mnt/ost0',
      'mirror r0',
    ]);
  });
});

describe('A simulated cluster in the tree', () => {
  it('says so, and how fast its time runs', () => {
    const mark = (timeFactor: number) =>
      clusterRow(entry({ cluster: cluster({ demo: { timeFactor } }) })).description;
    assert.match(mark(60), /^demo ×60 · /);
    assert.match(mark(1), /^demo · /);
    assert.doesNotMatch(clusterRow(entry()).description, /demo/);
  });
});

describe('What a plan is offered for', () => {
  const targets = [
    { name: 'OST0', node: 'oss1' },
    { name: 'OST1', node: 'oss1' },
    { name: 'oss1', node: 'oss1' },
    { name: 'oss2/sdb', node: 'oss2' },
  ];
  const offered = (called: Parameters<typeof offeredTargets>[1]) =>
    offeredTargets(targets, called).map(({ name }) => name);
  it('is the row’s own item, else its node, else what lies on its node, else everything', () => {
    assert.deepEqual(offered({ node: 'oss1', item: 'OST1' }), ['OST1']);
    assert.deepEqual(offered({ node: 'oss1', item: 'something else' }), ['oss1']);
    assert.deepEqual(offered({ node: 'oss2' }), ['oss2/sdb']);
    assert.deepEqual(offered({ node: 'oss3' }), []);
    assert.equal(offered({}).length, 4);
  });
});

describe('Health of a cluster that recovers', () => {
  it('is that of the worst recovery, and a split brain is worse than a node that refuses us', () => {
    const of = (...states: RebuildState[]) =>
      health(
        state({
          rebuild: states.map((each, index) => ({
            what: `row ${index}`,
            unit: 'bytes',
            remaining: 1,
            peak: 1,
            state: each,
          })),
        }),
      );
    assert.deepEqual(
      [of('stable', 'rebuilding').text, of('rebuilding').icon.id],
      ['all 3 nodes active, rebuilding', 'sync'],
    );
    assert.equal(of('rebuilding', 'suppressed', 'held').text, 'all 3 nodes active, rebuild suppressed');
    assert.equal(of('disconnected').icon.id, 'warning');
    assert.equal(of('waiting').icon.id, 'warning', 'nobody knows until when');
    const due = state({
      rebuild: [{ what: 'x', unit: 'chunks', remaining: 1, peak: 1, state: 'waiting', dueAt: now + 1000 }],
    });
    assert.equal(health(due).icon.id, 'sync', 'it begins by itself');
    const split = of('rebuilding', 'split-brain');
    assert.deepEqual([split.text, split.icon.id], ['all 3 nodes active, split brain', 'error']);
    const denied = health(state({ nodes: [active('m1', { liveness: 'denied' })] }));
    assert.ok(split.badness > denied.badness && of('rebuilding').badness < denied.badness);
  });
});
