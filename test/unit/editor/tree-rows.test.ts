import assert from 'node:assert/strict';
import type { Row } from '../../../src/editor/tree-rows';
import { brokenFileRow, changedRows, clusterRow, spoken, tooltip } from '../../../src/editor/tree-rows';
import { active, cluster, entry, node, now, state } from './samples';

function all(row: Row): Row[] {
  return [row, ...row.children.flatMap(all)];
}

function find(row: Row, label: string): Row {
  const found = all(row).find((each) => each.label === label);
  assert.ok(found, `no row ${label}`);
  return found;
}

describe('Rows of the tree', () => {
  it('go from the cluster to its roles, in the order of the file, to their nodes', () => {
    const row = clusterRow(entry({ state: state() }));
    assert.equal(row.label, 'media');
    assert.deepEqual(
      row.children.map((group) => [group.label, group.children.map((each) => each.label)]),
      [
        ['master', ['m1', 'm2']],
        ['chunkserver', ['c1']],
      ],
    );
  });

  it('show a node with two roles under both, with different ids', () => {
    const both = cluster({ nodes: [node('s1', ['mds', 'cs'])] });
    const rows = all(clusterRow(entry({ cluster: both }))).filter((row) => row.label === 's1');
    assert.equal(rows.length, 2);
    assert.notEqual(rows[0]?.id, rows[1]?.id);
  });

  it('keep every id, and change nothing at all, while only time passes', () => {
    const early = clusterRow(entry({ state: state() }));
    const late = clusterRow(
      entry({
        state: state({
          at: now + 5000,
          nodes: state().nodes.map((each) => ({ ...each, lastHeartbeat: now + 5000 })),
        }),
      }),
    );
    assert.deepEqual(late, early);
    assert.deepEqual(changedRows(early, late), []);
  });

  it('keep a node’s id when its liveness changes, and name only that node and its group as changed', () => {
    const before = clusterRow(entry({ state: state() }));
    const services = [{ name: 'mfschunkserver', state: 'running' as const }];
    const after = clusterRow(
      entry({
        state: state({ nodes: [active('m1'), active('m2'), active('c1', { reading: { services } })] }),
      }),
    );
    assert.equal(find(after, 'c1').id, find(before, 'c1').id);
    assert.deepEqual(changedRows(before, after), [find(before, 'c1').id]);
  });

  it('mark the primary', () => {
    const reading = { primary: [{ what: 'master', node: 'm2' }], mirrors: [], rebuild: [] };
    const row = clusterRow(entry({ state: state({ reading }) }));
    assert.equal(find(row, 'm2').description, 'primary · active');
    assert.equal(find(row, 'm1').description, 'active');
    assert.match(find(row, 'm2').context, /\bprimary\b/);
  });

  it('give the verdict of the witnesses with a silent node, and shape besides colour', () => {
    const row = clusterRow(
      entry({
        state: state({
          nodes: [active('m1', { liveness: 'offline', verdict: 'down' }), active('m2'), active('c1')],
        }),
      }),
    );
    assert.equal(find(row, 'm1').description, 'offline (nobody reaches it)');
    assert.notEqual(find(row, 'm1').icon?.id, find(row, 'm2').icon?.id);
    assert.match(row.description, /^1 offline, 2 active/);
  });

  it('do not show the services of a silent node as if they were running now', () => {
    const reading = { services: [{ name: 'mfsmaster', state: 'running' as const }] };
    const nodes = [active('m1', { liveness: 'offline', reading }), active('m2'), active('c1')];
    assert.equal(
      find(clusterRow(entry({ state: state({ nodes }) })), 'mfsmaster').description,
      'was running',
    );
  });

  it('show declared disks until the node reports them, and what is reported afterwards', () => {
    const disk = { path: '/mnt/d1', capacity: 10_000_000_000_000n, tier: 0 };
    const base = cluster({ nodes: [node('c1', ['chunkserver'], { disks: [disk] })] });
    assert.equal(find(clusterRow(entry({ cluster: base })), '/mnt/d1').description, '10 TB');
    const reading = { disks: [{ path: '/mnt/d1', capacity: 8_000_000_000_000n, used: 2_000_000_000_000n }] };
    const watched = state({ cluster: base, nodes: [active('c1', { reading })] });
    assert.equal(
      find(clusterRow(entry({ cluster: base, state: watched })), '/mnt/d1').description,
      '25 % of 8 TB used',
    );
  });

  it('offer only what is possible: no plan for a read-only cluster, none where the system has none', () => {
    assert.match(clusterRow(entry()).context, /^cluster watched plans writable$/);
    assert.doesNotMatch(clusterRow(entry({ cluster: cluster({ readOnly: true }) })).context, /writable/);
    assert.doesNotMatch(clusterRow(entry({ hasPlans: false })).context, /plans/);
    assert.match(clusterRow(entry({ watched: false })).context, /\bidle\b/);
  });

  it('say when a key or a secret waits for a person to connect, and offer Connect then', () => {
    const row = clusterRow(entry({ asks: true }));
    assert.match(row.context, /\basks\b/);
    assert.match(row.description, /Connect asks/);
  });

  it('have one for a file that is no cluster, so that it is not missing without a word', () => {
    const row = brokenFileRow('file:///b.cluster.yaml', 'b.cluster.yaml', 2);
    assert.equal(row.description, '2 errors, not watched');
    assert.equal(spoken(row), 'cluster file b.cluster.yaml, 2 errors, not watched');
  });

  it('say that a state is old when nobody watches any more', () => {
    assert.match(clusterRow(entry({ watched: false, state: state() })).description, /not watched now/);
  });

  it('say that this machine lost the cluster instead of counting its nodes as dead', () => {
    const row = clusterRow(entry({ state: state({ observerLost: true }) }));
    assert.match(row.description, /this machine has lost the cluster/);
  });
});

describe('Tooltip of a node', () => {
  it('has the age of the last heartbeat, and the failure with what to do', () => {
    const failure = {
      at: now - 3000,
      reason: 'timeout' as const,
      message: 'm1 did not answer. Look at its console.',
    };
    const nodes = [
      active('m1', { liveness: 'inactive', verdict: 'undetermined', lastHeartbeat: now - 20_000, failure }),
      active('m2'),
      active('c1'),
    ];
    const shown = entry({ state: state({ nodes }) });
    const lines = tooltip(shown, find(clusterRow(shown), 'm1'), now).join('\n');
    assert.match(lines, /Last heartbeat 20 s ago/);
    assert.match(lines, /no node could say/);
    assert.match(lines, /Look at its console\./);
  });

  it('is honest about a node that never answered', () => {
    const never = { name: 'm1', liveness: 'unknown' as const, firstAttempt: now - 60_000, stale: [] };
    const shown = entry({ state: state({ nodes: [never, active('m2'), active('c1')] }) });
    assert.match(
      tooltip(shown, find(clusterRow(shown), 'm1'), now).join('\n'),
      /No heartbeat yet; first asked 60 s ago/,
    );
  });
});

describe('What a screen reader says', () => {
  it('names kind, name and state of a row', () => {
    const row = clusterRow(entry({ state: state() }));
    assert.equal(spoken(find(row, 'c1')), 'node c1, active');
  });
});
