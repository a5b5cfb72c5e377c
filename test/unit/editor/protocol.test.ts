import assert from 'node:assert/strict';
import { isFromPage, isToPage, pageState } from '../../../src/editor/protocol';
import { RebuildHistory } from '../../../src/editor/rebuild-history';
import { rebuildSnapshot } from '../../../src/editor/rebuild-snapshot';
import type { RebuildProgress } from '../../../src/rebuild/progress';
import { active, entry, now, state } from './samples';

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

  it('restore nothing but the name of a cluster', () => {
    assert.deepEqual(pageState({ cluster: 'k', other: 1 }), { cluster: 'k' });
    for (const bad of [undefined, null, 7, {}, { cluster: 7 }]) assert.deepEqual(pageState(bad), {});
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

  it('keeps what remained when', () => {
    const history = new RebuildHistory();
    record(history, [9, 5, 0]);
    assert.deepEqual(history.of('k', what), [
      [now, 9],
      [now + 1000, 5],
      [now + 2000, 0],
    ]);
  });

  it('begins a new curve with a new rebuild, and adds nothing while all is stable', () => {
    const history = new RebuildHistory();
    record(history, [9, 0, 0, 0, 4]);
    assert.deepEqual(history.of('k', what), [[now + 4000, 4]]);
  });

  it('stays small however long it goes on, and keeps its beginning and its end', () => {
    const history = new RebuildHistory();
    record(
      history,
      Array.from({ length: 5000 }, (_, index) => 5000 - index),
    );
    const points = history.of('k', what);
    assert.ok(points.length <= 241, String(points.length));
    assert.equal(points[0]?.[1], 5000);
    assert.equal(points.at(-1)?.[1], 1);
  });

  it('takes a snapshot once, though it is told several times', () => {
    const history = new RebuildHistory();
    const once = state({ rebuild: [progress(3)] });
    history.add('k', once);
    history.add('k', once);
    assert.equal(history.of('k', what).length, 1);
  });
});
