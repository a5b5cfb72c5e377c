import assert from 'node:assert/strict';
import type { Liveness } from '../../../src/heartbeat/state';
import { health, worstOf } from '../../../src/editor/worst';
import { active, state } from './samples';

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
