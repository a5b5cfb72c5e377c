import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { clusterMap, MOST_NODES_DRAWN } from '../../../src/rebuild/map';
import { systems } from '../../../src/systems/index';

function cluster(count: number, domain: string, rackOf: (index: number) => string | undefined) {
  const nodes = Array.from({ length: count }, (_, index) => {
    const rack = rackOf(index);
    return `  - { name: cs${index}, address: 10.0.${index >> 8}.${index & 255}, roles: [cs]${rack ? `, rack: ${rack}` : ''} }`;
  });
  const text = `cluster: media\nsystem: vstorage\nredundancy: { replicas: 3, failureDomain: ${domain} }\nnodes:\n${nodes.join('\n')}\n`;
  const found = parse(
    text,
    systems.map(({ spec }) => spec),
  ).documents[0]?.cluster;
  assert.ok(found);
  return found;
}

describe('The map of a cluster', () => {
  it('draws ten nodes one by one, in one domain without a name', () => {
    const [only, ...more] = clusterMap(
      cluster(10, 'host', () => undefined),
      ({ name }) => ({
        liveness: name === 'cs3' ? 'offline' : 'active',
        stores: true,
        fill: { capacity: 100, used: 40 },
      }),
    );
    assert.deepEqual(more, []);
    assert.equal(only?.label, '');
    assert.equal(only.nodes.length, 10);
    assert.deepEqual(only.counts, { active: 9, offline: 1 });
    assert.deepEqual(only.fill, { capacity: 1000, used: 400 });
  });

  it('groups by the failure domain of the file', () => {
    const found = clusterMap(
      cluster(6, 'rack', (index) => `r${index % 2}`),
      () => ({ liveness: 'active', stores: true }),
    );
    assert.deepEqual(
      found.map(({ label, nodes }) => [label, nodes.map(({ name }) => name).join(' ')]),
      [
        ['rack r0', 'cs0 cs2 cs4'],
        ['rack r1', 'cs1 cs3 cs5'],
      ],
    );
  });

  it('sums a thousand nodes by rack, else by fifty in the order of the file', () => {
    const look = () => ({ liveness: 'active', stores: true, fill: { capacity: 10, used: 1 } });
    const racks = clusterMap(
      cluster(1000, 'host', (index) => `r${index % 20}`),
      look,
    );
    assert.deepEqual([racks.length, racks[0]?.label, racks[0]?.nodes.length], [20, 'rack r0', 0]);
    const rows = clusterMap(
      cluster(1000, 'host', () => undefined),
      look,
    );
    assert.deepEqual([rows.length, rows[1]?.label, rows[1]?.counts], [20, 'nodes 51 to 100', { active: 50 }]);
    assert.equal(
      clusterMap(
        cluster(MOST_NODES_DRAWN, 'host', () => undefined),
        look,
      )[0]?.isSummed,
      false,
    );
  });

  it('says who sends and who receives, where it is known, and how many of a domain that is summed', () => {
    const state = () => ({ liveness: 'active', stores: true });
    const [ten] = clusterMap(
      cluster(10, 'host', () => undefined),
      state,
      [
        { from: ['cs0'], to: ['cs1'] },
        { from: [], to: ['cs0', 'cs2'] },
      ],
    );
    assert.deepEqual(
      ten?.nodes.slice(0, 4).map(({ flow }) => flow),
      ['sends and receives', 'receives', 'receives', undefined],
    );
    const [first, second] = clusterMap(
      cluster(1000, 'rack', (index) => `r${index % 2}`),
      state,
      [{ from: ['cs1'], to: ['cs2', 'cs4'] }],
    );
    assert.deepEqual(first?.flow, { sends: 0, receives: 2 });
    assert.deepEqual(second?.flow, { sends: 1, receives: 0 });
  });
});
