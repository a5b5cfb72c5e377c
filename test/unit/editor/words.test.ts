import assert from 'node:assert/strict';
import { isClusterFile } from '../../../src/editor/file-names';
import { calledCluster } from '../../../src/editor/called';
import { ruleLines } from '../../../src/editor/rule-lines';
import { roughDuration } from '../../../src/cluster/duration';
import { size } from '../../../src/editor/words';
import { amount } from '../../../src/rebuild/headline';
import { percentDone, rate, stateWords } from '../../../webview/words';

describe('Words', () => {
  it('say how long something is ago, in units that a person reads at a glance', () => {
    assert.deepEqual([0, 4_400, 89_000, 12 * 60_000, 185 * 60_000, 52 * 3_600_000].map(roughDuration), [
      '0 s',
      '4 s',
      '89 s',
      '12 min',
      '3 h 05 min',
      '2 d 4 h',
    ]);
  });

  it('say sizes in decimal units with three digits', () => {
    assert.deepEqual([0n, 999n, 1_000n, 9_312_000_000_000n].map(size), ['0 B', '999 B', '1 kB', '9.31 TB']);
  });
});

describe('Words of the rebuild page', () => {
  const base = { what: 'w', unit: 'chunks' as const, remaining: 50, peak: 200, state: 'rebuilding' as const };

  it('count done from the most that was left, and never say 100 % before the end', () => {
    assert.equal(percentDone(base), 75);
    assert.equal(percentDone({ ...base, remaining: 1, peak: 1000 }), 99);
    assert.equal(percentDone({ ...base, remaining: 0, state: 'stable' }), 100);
    assert.equal(percentDone({ ...base, remaining: 0, state: 'waiting' }), undefined);
  });

  it('give no rate where none is known', () => {
    assert.equal(rate(base), undefined);
    assert.equal(rate({ ...base, ratePerSecond: 0.5 }), '30 chunks/min');
    assert.equal(rate({ ...base, unit: 'bytes', ratePerSecond: 2_500_000 }), '2.5 MB/s');
  });

  it('let the system’s own note explain a state', () => {
    assert.equal(
      stateWords({ ...base, state: 'held', note: 'Held until all disks are back.' }).means,
      'Held until all disks are back.',
    );
    assert.match(stateWords({ ...base, state: 'split-brain' }).means, /person must decide/);
  });

  it('say amounts in their unit', () => {
    assert.equal(amount(12345, 'chunks'), '12,345 chunks');
    assert.equal(amount(0, 'bytes'), '0 B');
    assert.equal(amount(999_999, 'bytes'), '1 MB');
  });
});

describe('Cluster files', () => {
  it('are known by their name, a bare cluster.yaml by its two keys', () => {
    assert.ok(isClusterFile('/a/media.cluster.yaml', ''));
    assert.ok(isClusterFile('/a/cluster.yaml', 'cluster: media\nsystem: moosefs\n'));
    assert.ok(!isClusterFile('/a/cluster.yaml', 'kind: Cluster\napiVersion: v1\n'));
    assert.ok(!isClusterFile('/a/cluster.yaml', 'spec:\n  cluster: a\n  system: b\n'));
    assert.ok(!isClusterFile('/a/mycluster.yaml', 'cluster: media\nsystem: moosefs\n'));
  });
});

describe('The page of rules', () => {
  it('tells on which line a code is explained first', () => {
    const lines = ruleLines(
      '# `no-spare-domain`\n\n_Warning._ Not `bad-value`.\n\n# `bad-value`\n\n## `bad-value` again\n',
    );
    assert.deepEqual(
      [...lines],
      [
        ['no-spare-domain', 1],
        ['bad-value', 5],
      ],
    );
  });
});

describe('What a command was called with', () => {
  it('is read from a row or a key, and nothing else is trusted', () => {
    assert.deepEqual(calledCluster('k'), { cluster: 'k' });
    assert.deepEqual(calledCluster({ row: { cluster: 'k', node: 'n' } }), { cluster: 'k', node: 'n' });
    for (const other of [undefined, null, 7, {}, { row: null }, { row: { cluster: 7 } }]) {
      assert.deepEqual(calledCluster(other), {});
    }
  });
});
