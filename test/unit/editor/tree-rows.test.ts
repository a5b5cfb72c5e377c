import assert from 'node:assert/strict';
import { nodeFilter } from '../../../src/editor/node-filter';
import { changedRows, spoken, type Row } from '../../../src/editor/row';
import { tooltip } from '../../../src/editor/row-tooltip';
import { brokenFileRow, clusterRow, shownNodes } from '../../../src/editor/tree-rows';
import { clockTime } from '../../../src/editor/words';
import type { ClusterState, NodeState } from '../../../src/heartbeat/state';
import { active, cluster, entry, node, now, state } from './samples';
import { computing } from '../computing';

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

  it('say who was the primary while it is silent and nobody else is', () => {
    const wasPrimary = [{ what: 'master', node: 'm1', at: 0 }];
    const nodes = [active('m1', { liveness: 'offline', verdict: 'down' }), active('m2'), active('c1')];
    const row = clusterRow(entry({ state: state({ nodes, wasPrimary }) }));
    assert.match(find(row, 'm1').description, /^was primary · offline/);
    assert.doesNotMatch(find(row, 'm2').description, /primary/);
    assert.doesNotMatch(find(row, 'm1').context, /\bprimary\b/, 'no act is offered for it as a primary');
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

describe('Rows of a large cluster', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `cs${i + 1}`);
  const large = cluster({ nodes: names.map((name, i) => node(name, ['cs'], { rack: `r${i % 10}` })) });
  const withStates = (offline: readonly string[]) =>
    entry({
      cluster: large,
      state: state({
        cluster: large,
        nodes: names.map((name) =>
          active(name, offline.includes(name) ? { liveness: 'offline', since: now } : {}),
        ),
      }),
    });
  const group = (row: Row) => row.children[0]?.children ?? [];

  it('are grouped by state, the worst first and open, the many that are well closed', () => {
    const rows = group(clusterRow(withStates(['cs7', 'cs8'])));
    assert.deepEqual(
      rows.map(({ label, description, expanded }) => [label, description, expanded]),
      [
        ['Offline', '2', true],
        ['Active', '998', false],
      ],
    );
    assert.deepEqual(
      rows[0]?.children.map(({ label }) => label),
      ['cs7', 'cs8'],
    );
  });

  it('keep the id of a node that changes its state, and read both states again together', () => {
    const before = clusterRow(withStates(['cs7']));
    const after = clusterRow(withStates(['cs7', 'cs8']));
    assert.equal(group(before)[1]?.children.find(({ label }) => label === 'cs8')?.id, find(after, 'cs8').id);
    assert.deepEqual(changedRows(before, after), [before.id], 'its text counts the nodes');
    const [was, is] = [before.children[0], after.children[0]];
    assert.ok(was && is);
    assert.deepEqual(changedRows({ ...was, description: '' }, { ...is, description: '' }), [is.id]);
  });

  it('are not made before somebody opens what they are in', () => {
    const took = computing(() => {
      for (let i = 0; i < 20; i++)
        assert.deepEqual(
          changedRows(clusterRow(withStates([])), clusterRow(withStates([])), (id) => !id.includes(':')),
          [],
        );
    });
    // 40 trees of 1,000 nodes each; making every row would take seconds.
    assert.ok(took < 2_000, `${took} ms`);
  });

  it('show what a filter finds, and nothing of a role without any', () => {
    const mixed = withStates(['cs7']);
    const filter = nodeFilter('rack:r6');
    assert.ok(filter);
    assert.equal(shownNodes(mixed, filter), 100);
    assert.match(clusterRow(mixed, filter).children[0]?.description ?? '', /^100 shown · 999 of 1000/);
    const offline = group(clusterRow(mixed, nodeFilter('offline')));
    assert.deepEqual(
      offline.map(({ label, kind }) => [label, kind]),
      [['cs7', 'node']],
    );
    assert.deepEqual(clusterRow(mixed, nodeFilter('nothing-like-it')).children, []);
  });
});

describe('A row of a node', () => {
  const rowOf = (more: Partial<NodeState>, cluster: Partial<ClusterState> = {}) =>
    find(clusterRow(entry({ state: state({ nodes: [active('m1', more)], ...cluster }) })), 'm1');
  const failure = { at: now, reason: 'refused' as const, message: 'm1 refuses SSH. Start sshd there.' };

  it('says since when it is offline and why, in a few words', () => {
    const since = now - 60_000;
    const time = clockTime(since).slice(0, 5);
    assert.equal(
      rowOf({ liveness: 'offline', since, failure }).description,
      `offline since ${time} (its SSH port refuses)`,
    );
    assert.equal(
      rowOf({ liveness: 'denied', since, failure: { ...failure, reason: 'host-key-changed' } }).description,
      `denied since ${time} (its host key changed)`,
    );
  });

  it('has the whole reason below it, and the words by which menus know what to offer', () => {
    const row = rowOf({ liveness: 'offline', failure });
    assert.deepEqual(
      row.children.map(({ kind, label }) => [kind, label]),
      [['reason', 'm1 refuses SSH. Start sshd there.']],
    );
    assert.equal(row.context, 'node target offline unmaintained silent');
    const denied = rowOf({ liveness: 'denied', failure: { ...failure, reason: 'host-key-unknown' } });
    assert.equal(denied.context, 'node target denied unmaintained host-key-unknown');
    assert.equal(rowOf({}).context, 'node target active unmaintained');
  });

  it('says until when maintenance lasts', () => {
    const until = now + 3_600_000;
    const row = rowOf({ liveness: 'maintenance', maintenance: { by: 'operator', since: now, until } });
    assert.equal(row.description, `maintenance until ${clockTime(until).slice(0, 5)}`);
    assert.match(row.context, /\bmaintained\b/);
  });

  it('has uptime and load below it, of any system, too coarse to change with every heartbeat', () => {
    const at = (uptimeSeconds: number, load: number) =>
      rowOf({ reading: { uptimeSeconds, load } }).children.map(({ kind, description }) => [
        kind,
        description,
      ]);
    assert.deepEqual(at(7_205, 0.52), [['system', 'up 2 h · load 0.5']]);
    assert.deepEqual(at(7_210, 0.54), at(7_205, 0.52));
  });

  it('says nothing about a node that cannot be seen because this machine lost the cluster', () => {
    const row = rowOf({ liveness: 'offline', failure }, { observerLost: true });
    assert.equal(row.description, 'not seen from here');
    assert.equal(row.icon?.id, 'circle-outline');
    assert.deepEqual(row.children, []);
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

  it('says since when and why, in the words of the transition, and when maintenance ends', () => {
    const reason = 'No heartbeat for 1 min. m1 did not answer.';
    const nodes = [
      active('m1', { liveness: 'offline', since: now - 300_000, reason }),
      active('m2', {
        liveness: 'maintenance',
        since: now,
        maintenance: { by: 'file', until: now + 3_600_000 },
      }),
      active('c1'),
    ];
    const shown = entry({ state: state({ nodes }) });
    const lines = (name: string) => tooltip(shown, find(clusterRow(shown), name), now);
    assert.match(lines('m1').join('\n'), /Liveness: offline since \d\d:\d\d \(5 min\)/);
    assert.ok(lines('m1').includes(reason));
    assert.match(lines('m2').join('\n'), /Maintenance, declared by the cluster file, until \d\d:\d\d/);
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
