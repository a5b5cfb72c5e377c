import assert from 'node:assert/strict';
import type { Liveness } from '../../../src/heartbeat/state';
import { health, silence, troubles, worstOf } from '../../../src/editor/worst';
import { active, cluster, node, now, state } from './samples';

const withOne = (liveness: Liveness) =>
  state({ nodes: [active('m1', { liveness }), active('m2'), active('c1')] });

describe('Health of a cluster', () => {
  it('is that of its worst node, from active over maintenance to offline', () => {
    const order: Liveness[] = ['active', 'maintenance', 'unknown', 'denied', 'inactive', 'offline'];
    const badness = order.map((liveness) => health(withOne(liveness)).badness);
    assert.deepEqual(
      badness,
      badness.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(badness).size, order.length);
  });

  it('names the worst first', () => {
    const nodes = [
      active('m1', { liveness: 'inactive' }),
      active('m2', { liveness: 'offline' }),
      active('c1'),
    ];
    assert.equal(health(state({ nodes })).text, '1 offline, 1 inactive, 1 active');
  });

  it('mentions a rebuild while all nodes are active', () => {
    const rebuild = [
      {
        what: 'under-goal chunks',
        unit: 'chunks' as const,
        remaining: 5,
        peak: 9,
        state: 'rebuilding' as const,
      },
    ];
    const shown = health(state({ rebuild }));
    assert.equal(shown.text, 'all 3 nodes active, rebuilding');
    assert.ok(shown.badness > health(state()).badness);
    const at = state().at;
    const timed = rebuild.map((row) => ({ ...row, etaSeconds: 100, endsAt: at + 70_000 }));
    assert.equal(
      health(state({ rebuild: timed })).text,
      'all 3 nodes active, rebuilding, about 1 min 10 s left',
    );
    assert.equal(
      health(state({ rebuild: [...timed, ...rebuild] })).text,
      'all 3 nodes active, rebuilding',
      'of one of them nobody knows when it ends',
    );
    const waiting = rebuild.map((row) => ({ ...row, state: 'waiting' as const }));
    assert.equal(health(state({ rebuild: waiting })).text, 'all 3 nodes active, rebuild waiting');
  });

  it('is worst of all when this machine lost the cluster', () => {
    assert.ok(health(state({ observerLost: true })).badness > health(withOne('offline')).badness);
  });

  it('of several clusters the worst is chosen, the first on a tie, and none of none', () => {
    const good = { name: 'good', health: health(state()) };
    const other = { name: 'other', health: health(state()) };
    const bad = { name: 'bad', health: health(withOne('offline')) };
    assert.equal(worstOf([good, bad, other])?.name, 'bad');
    assert.equal(worstOf([good, other])?.name, 'good');
    assert.equal(worstOf([]), undefined);
  });
});

describe('The badge', () => {
  it('counts silent nodes of watched clusters, and not those in maintenance', () => {
    assert.deepEqual(silence([undefined, state()]), { value: 0, text: '' });
    const nodes = [
      active('m1', { liveness: 'inactive' }),
      active('m2', { liveness: 'offline' }),
      active('c1', { liveness: 'offline', maintenance: { by: 'operator' } }),
    ];
    assert.deepEqual(silence([state({ nodes })]), { value: 2, text: '2 silent nodes' });
  });

  it('counts a cluster that is lost from here as one, not every node of it', () => {
    const nodes = ['m1', 'm2', 'c1'].map((name) => active(name, { liveness: 'offline' }));
    assert.deepEqual(silence([state({ nodes, observerLost: true })]), {
      value: 1,
      text: 'this machine has lost the cluster media',
    });
  });
});

describe('The troubles of a cluster', () => {
  it('are its nodes that are not well, the worst first, with since when and why', () => {
    const nodes = [
      active('m1', { liveness: 'inactive', since: now - 10_000, reason: 'No heartbeat for 15 s.' }),
      active('m2'),
      active('c1', { liveness: 'offline', since: now - 90_000, reason: 'No heartbeat for 1 min.' }),
    ];
    const lines = troubles(state({ nodes }), now);
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^c1: offline since \d\d:\d\d\. No heartbeat for 1 min\.$/);
    assert.match(lines[1] ?? '', /^m1: inactive since/);
  });

  it('are a few even when they are many, and one when the cluster is lost from here', () => {
    const many = cluster({ nodes: Array.from({ length: 20 }, (_, i) => node(`c${i}`, ['cs'])) });
    const nodes = many.nodes.map(({ name }) => active(name, { liveness: 'offline', since: now }));
    const lines = troubles(state({ cluster: many, nodes }), now);
    assert.equal(lines.length, 6);
    assert.equal(lines.at(-1), 'and 15 others');
    assert.match(troubles(state({ nodes, observerLost: true }), now).join(), /^Most nodes fell silent/);
  });
});
