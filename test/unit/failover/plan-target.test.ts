import assert from 'node:assert/strict';
import { targetsOf, wrongTarget } from '../../../src/failover/plan-target';
import type { Planner } from '../../../src/failover/planner';
import { cluster, node, plan } from './fakes';

const four = cluster([node('mds1'), node('mds2'), node('oss1'), node('oss2')]);

function planner(more: Partial<Planner>): Planner {
  return {
    kind: 'failover',
    title: 'Fail over',
    target: 'item',
    surveyed: () => [],
    surveyScript: () => '',
    surveyTimeoutMs: 1,
    plan: () => plan([]),
    ...more,
  };
}

const items = planner({
  items: () => [
    { name: 'lustre1-MDT0000', node: 'mds1' },
    { name: 'lustre1-OST0000', detail: '/dev/drbd1', node: 'oss1' },
    { name: 'oss1', node: 'oss1' },
  ],
  takers: ({ nodes }, target) => nodes.filter(({ name }) => target?.includes('OST') && name === 'oss2'),
});
const wrong = (of: Planner, target?: string, to?: string) =>
  wrongTarget(of, four, {
    kind: of.kind,
    ...(target === undefined ? {} : { target }),
    ...(to === undefined ? {} : { to }),
  });

describe('What a plan is about', () => {
  it('may be an item, which is looked up; a near miss is suggested, what exists is listed', () => {
    assert.equal(wrong(items, 'lustre1-OST0000'), undefined);
    assert.equal(wrong(items, 'oss1'), undefined);
    assert.match(
      wrong(items, 'lustre1-OST0001') ?? '',
      /no such thing\. Did you mean lustre1-OST0000\? It may be about lustre1-MDT0000, lustre1-OST0000, oss1\./,
    );
    assert.match(wrong(items) ?? '', /needs a TARGET: lustre1-MDT0000, /);
    assert.match(wrong(planner({ items: () => [] }), 'x') ?? '', /has nothing that failover could be about/);
    assert.doesNotMatch(wrong(items, 'a\u001b[31mb') ?? '', /\u001b/);
  });

  it('may be a node of its own list, or the whole cluster and then nothing else', () => {
    const ofNode = planner({ kind: 'rejoin', target: 'node', targets: ({ nodes }) => nodes.slice(0, 2) });
    assert.deepEqual(
      targetsOf(ofNode, four)?.map(({ name }) => name),
      ['mds1', 'mds2'],
    );
    assert.match(wrong(ofNode) ?? '', /rejoin needs a TARGET/);
    assert.match(wrong(ofNode, 'oss3') ?? '', /no node oss3 .*Did you mean oss1\?/);
    const whole = planner({ target: 'cluster' });
    assert.equal(targetsOf(whole, four), undefined);
    assert.equal(wrong(whole), undefined);
    assert.match(wrong(whole, 'oss1') ?? '', /takes no TARGET\. To choose who takes over, write --to oss1\./);
  });

  it('says who can take over, by the target where that matters', () => {
    assert.equal(wrong(items, 'lustre1-OST0000', 'oss2'), undefined);
    assert.match(wrong(items, 'lustre1-OST0000', 'mds2') ?? '', /mds2 cannot be named.*These can: oss2\./);
    assert.match(wrong(items, 'lustre1-MDT0000', 'mds2') ?? '', /no choice of nodes: leave out --to/);
    assert.match(wrong(items, 'lustre1-OST0000', 'oss9') ?? '', /There is no node oss9/);
    assert.match(wrong(planner({ target: 'cluster' }), undefined, 'oss1') ?? '', /failover takes no --to/);
  });
});
