import assert from 'node:assert/strict';
import {
  attention,
  lastPrimary,
  newsText,
  noNews,
  primariesOf,
  stillTrue,
  together,
  type Told,
} from '../../../src/editor/attention';
import type { ClusterState, NodeState } from '../../../src/heartbeat/state';
import type { RebuildProgress, RebuildState } from '../../../src/rebuild/progress';
import { active, cluster, node, now, state } from './samples';

const minute = 60_000;
const well = (name: string, at: number, more: Partial<NodeState> = {}) =>
  active(name, { since: at - 10 * minute, ...more });
const offline = (name: string, at: number) => active(name, { liveness: 'offline', since: at });

/** Goes through snapshots as the window does; returns what was news at each. */
function through(...states: ClusterState[]) {
  let told: Told = {};
  let before: ClusterState | undefined;
  return states.map((each) => {
    const seen = attention(told, before, each);
    told = seen.told;
    before = each;
    return seen.news;
  });
}

const at = (minutes: number, ...nodes: NodeState[]) => state({ at: now + minutes * minute, nodes });

describe('What needs a person', () => {
  it('is a node that became offline, once, however often it is seen so', () => {
    const news = through(
      at(0, well('m1', now), well('m2', now)),
      at(1, active('m1', { liveness: 'inactive' }), well('m2', now)),
      at(2, offline('m1', now), well('m2', now)),
      at(3, offline('m1', now), well('m2', now)),
    );
    assert.deepEqual(
      news.map((each) => each.offline),
      [[], [], ['m1'], []],
    );
  });

  it('is not told again of a node that comes and goes, but of one that was well for a while', () => {
    const back = (minutes: number) => active('m1', { since: now + minutes * minute });
    const news = through(
      at(0, offline('m1', now)),
      at(1, back(1)),
      at(2, offline('m1', now)),
      at(3, back(3)),
      at(9, back(3)),
      at(10, offline('m1', now)),
    );
    assert.deepEqual(
      news.map((each) => each.offline.length),
      [1, 0, 0, 0, 0, 1],
    );
  });

  it('is nothing of a node in maintenance', () => {
    const [news] = through(at(0, active('m1', { liveness: 'offline', maintenance: { by: 'operator' } })));
    assert.deepEqual(news, noNews);
  });

  it('is one word for a cluster that is lost from here, and none for its nodes', () => {
    const gone = ['m1', 'm2', 'c1'].map((name) => offline(name, now));
    const lost = (minutes: number) => ({ ...at(minutes, ...gone), observerLost: true });
    const news = through(lost(0), lost(1), at(2, well('m1', now), well('m2', now), well('c1', now)), lost(3));
    assert.deepEqual(news, [{ ...noNews, lost: true }, noNews, noNews, noNews]);
  });

  it('is a changed host key always, and a refused login where it worked before', () => {
    const denied = (reason: 'host-key-changed' | 'host-key-unknown' | 'auth-failed') =>
      active('m1', { liveness: 'denied', failure: { at: now, reason, message: reason } });
    assert.deepEqual(through(at(0, denied('host-key-unknown')))[0], noNews, 'waits for Connect');
    assert.deepEqual(through(at(0, denied('host-key-changed')))[0]?.denied, ['m1']);
    assert.deepEqual(through(at(0, well('m1', now)), at(1, denied('auth-failed')))[1]?.denied, ['m1']);
  });

  const grave = (minutes: number, what: string, to: RebuildState) => {
    const recovery: RebuildProgress = { what, unit: 'chunks', remaining: 5, peak: 9, state: to };
    return { ...at(minutes, well('m1', now)), rebuild: [recovery] };
  };

  it('is a split brain and a rebuild that the cluster has given up, once, and again after a while without it', () => {
    const news = through(
      grave(0, 'r0', 'rebuilding'),
      grave(1, 'r0', 'split-brain'),
      grave(20, 'r0', 'split-brain'),
      grave(21, 'r0', 'disconnected'),
      grave(22, 'r0', 'split-brain'),
      grave(23, 'r0', 'rebuilding'),
      grave(29, 'r0', 'rebuilding'),
      grave(30, 'r0', 'split-brain'),
    );
    assert.deepEqual(
      news.map(({ recoveries }) => recoveries.length),
      [0, 1, 0, 0, 0, 0, 0, 1],
    );
    assert.deepEqual(through(grave(0, 'chunks', 'suppressed'))[0]?.recoveries, [
      { what: 'chunks', state: 'suppressed' },
    ]);
    assert.deepEqual(through(grave(0, 'chunks', 'waiting'))[0], noNews, 'goes on by itself');
  });

  it('is no split brain any more when that was settled before it was told', () => {
    const [news = noNews] = through(grave(0, 'r0', 'split-brain'));
    assert.equal(stillTrue(news, grave(1, 'r0', 'rebuilding')), undefined);
    assert.deepEqual(stillTrue(news, grave(1, 'r0', 'split-brain'))?.recoveries, news.recoveries);
  });

  it('is dropped when it is over before it was told', () => {
    const news = { ...noNews, offline: ['m1', 'm2'] };
    assert.deepEqual(stillTrue(news, at(0, offline('m1', now), well('m2', now)))?.offline, ['m1']);
    assert.equal(stillTrue(news, at(0, well('m1', now), well('m2', now))), undefined);
    assert.equal(stillTrue(news, { ...at(0, offline('m1', now)), observerLost: true }), undefined);
  });
});

describe('The words of a notification', () => {
  it('name a few nodes, the primary first, and count the others', () => {
    const names = ['c1', 'c2', 'c3', 'c4', 'm1'];
    const nodes = names.map((name) => offline(name, now));
    const base = cluster({ nodes: names.map((name) => node(name, ['cs'])) });
    const reading = { primary: [{ what: 'master', node: 'm1' }], mirrors: [], rebuild: [] };
    const seen = state({ cluster: base, nodes, reading });
    const news = { ...noNews, offline: names };
    const was = lastPrimary(new Set(), seen);
    assert.equal(newsText(news, seen, was), 'media: m1 (primary), c1, c2 and 2 others are offline.');
    assert.deepEqual(primariesOf(news, was), ['m1']);
    const silent = state({ cluster: base, nodes, reading: { ...reading, primary: [] } });
    assert.deepEqual(primariesOf(news, lastPrimary(was, silent)), ['m1'], 'a silent primary is still meant');
  });

  it('say of a single node what the witnesses say', () => {
    const one = active('m1', { liveness: 'offline', verdict: 'down' });
    const news = { ...noNews, offline: ['m1'] };
    assert.equal(
      newsText(news, state({ nodes: [one] }), new Set()),
      'media: m1 is offline (nobody reaches it).',
    );
  });

  it('are one sentence for a lost cluster, and one for two kinds of trouble', () => {
    assert.match(
      newsText({ ...noNews, lost: true }, state(), new Set()),
      /^This machine has lost the cluster media:/,
    );
    const both = together(
      { ...noNews, offline: ['m1'] },
      { ...noNews, offline: ['m1'], denied: ['m2', 'c1'] },
    );
    assert.equal(newsText(both, state(), new Set()), 'media: m1 is offline; m2 and c1 refuse us.');
  });

  it('say of recoveries what has become of them, beside the nodes that are the cause', () => {
    const news = {
      ...noNews,
      offline: ['m1'],
      recoveries: [
        { what: 'r0', state: 'split-brain' },
        { what: 'chunks', state: 'suppressed' },
      ],
    } as const;
    assert.equal(
      newsText(news, state(), new Set()),
      'media: split brain, both sides were written to and a person must decide: r0; too much is offline at once, the cluster does not rebuild: chunks; m1 is offline.',
    );
  });
});
