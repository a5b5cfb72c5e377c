import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster';
import { nodeLenses, redundancyLens } from '../../../src/editor/language/lens-text';
import type { ClusterState, Liveness } from '../../../src/heartbeat/state';
import type { RebuildState } from '../../../src/rebuild/progress';
import { check } from '../../../src/rules/check';
import { facts } from '../../../src/rules/facts';
import { systems } from '../../../src/systems/index';

const text = [
  'cluster: a',
  'system: vstorage',
  'redundancy: { encoding: 3+2 }',
  'nodes:',
  ...[1, 2, 3, 4, 5, 6, 7].map((n) => `  - { name: n${n}, address: 192.0.2.${n}, roles: [mds, cs] }`),
].join('\n');
const document = check(text, systems).documents[0] ?? assert.fail();
const cluster: Cluster = document.cluster ?? assert.fail('the file has errors');
const whole = facts(document.draft) ?? assert.fail();

function stateOf(
  liveness: Readonly<Record<string, Liveness>>,
  rebuild?: RebuildState,
  observerLost = false,
): ClusterState {
  return {
    cluster,
    at: 0,
    nodes: cluster.nodes.map(({ name }) => ({ name, liveness: liveness[name] ?? 'active', stale: [] })),
    reading: { primary: [{ what: 'mds', node: 'n1' }], mirrors: [], rebuild: [] },
    rebuild: rebuild ? [{ what: 'chunks', unit: 'chunks', remaining: 0, state: rebuild, peak: 0 }] : [],
    observerLost,
  };
}

function above(gone: readonly string[], rebuild?: RebuildState): string {
  const left = facts(document.draft, undefined, new Set(gone)) ?? assert.fail();
  return redundancyLens(
    left,
    whole,
    stateOf(Object.fromEntries(gone.map((name) => [name, 'offline'])), rebuild),
  );
}

describe('the line above redundancy', () => {
  it('says what the file promises while nobody watches', () => {
    assert.equal(
      redundancyLens(whole, whole, undefined),
      'Survives 2 more failures · rebuilds itself after 2',
    );
  });

  it('counts a node that is gone, until its data is rebuilt', () => {
    assert.equal(above(['n3']), 'Survives 1 more failure · rebuilds itself after 1');
    assert.equal(above(['n3'], 'rebuilding'), 'Survives 1 more failure · rebuilds itself after 1');
    assert.equal(above(['n3'], 'stable'), 'Survives 2 more failures · rebuilds itself after 1');
  });

  it('promises nothing when too much is gone', () => {
    assert.equal(above(['n3', 'n4']), 'Survives no more failure · cannot rebuild itself after one');
    assert.equal(
      above(['n3', 'n4', 'n5'], 'stable'),
      'Survives no more failure · cannot rebuild itself after one',
    );
  });

  it('says nothing of the cluster when this machine has lost it', () => {
    assert.equal(
      redundancyLens(whole, whole, stateOf({}, undefined, true)),
      'This machine has lost the cluster',
    );
  });
});

describe('the line above a node', () => {
  const observed = {
    disks: new Map([['n2', new Map([['/a', { capacity: 10_000_000_000_000n, used: 2_500_000_000_000n }]])]]),
    primary: [],
    facts: new Map(),
  };

  it('says its liveness, its roles and what is free', () => {
    const lines = nodeLenses(cluster.nodes, stateOf({}), observed);
    assert.equal(lines.get('n1'), 'active · mds, cs (primary)');
    assert.equal(lines.get('n2'), 'active · mds, cs · 7.5 TB of 10 TB free');
  });

  it('does not repeat what a silent node said before', () => {
    assert.equal(
      nodeLenses(cluster.nodes, stateOf({ n2: 'offline' }), observed).get('n2'),
      'offline · mds, cs',
    );
  });
});
