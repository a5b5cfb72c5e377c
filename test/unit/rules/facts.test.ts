import assert from 'node:assert/strict';
import fc from 'fast-check';
import { check } from '../../../src/rules/check';
import { factSentences, facts, nodeFactSentences } from '../../../src/rules/facts';
import { systems } from '../../../src/systems/index';

const TB = 1_000_000_000_000n;

function draftOf(encoding: string, nodes: readonly { capacity: number; used: number }[], more = '') {
  const text = [
    'cluster: a',
    'system: vstorage',
    `redundancy: { ${encoding}${more} }`,
    'nodes:',
    ...nodes.map(
      ({ capacity, used }, index) =>
        `  - { name: n${index}, address: 192.0.2.${index}, roles: [cs], disks: [{ path: /d, capacity: ${capacity}GB, used: ${used}GB }] }`,
    ),
  ].join('\n');
  const draft = check(text, systems).documents[0]?.draft;
  assert.ok(draft);
  return { draft, findings: check(text, systems).findings };
}

const same = (count: number, capacity: number, used: number) =>
  Array.from({ length: count }, () => ({ capacity, used }));

describe('facts', () => {
  it('say for 5+2 on ten nodes: two at once, three one after another', () => {
    const [tier] = facts(draftOf('encoding: 5+2', same(10, 10_000, 1_000)).draft) ?? [];
    assert.equal(tier?.tolerance, 2);
    assert.equal(tier?.rebuildsAfter, 3);
  });

  it('count fewer failures where the space for their data runs out first', () => {
    const [tier] = facts(draftOf('encoding: 5+2', same(10, 10_000, 8_500)).draft) ?? [];
    assert.equal(tier?.rebuildsAfter, 1);
  });

  it('reckon what can be stored: three copies on four nodes of 10 TB hold 13.3 TB', () => {
    const space = facts(draftOf('replicas: 3', same(4, 10_000, 3_000)).draft)?.[0]?.space;
    assert.equal(space?.capacity, 40n * TB);
    assert.equal(space?.usable, (40n * TB) / 3n);
    assert.equal(space?.usableUsed, 4n * TB);
    // After one is gone, three nodes of 10 TB hold 10 TB in three copies; 4 TB are there.
    assert.equal(space?.room, 6n * TB);
  });

  it('do not count the part of a large node that finds no partner', () => {
    const nodes = [{ capacity: 100_000, used: 0 }, ...same(2, 10_000, 0)];
    assert.equal(facts(draftOf('replicas: 2', nodes).draft)?.[0]?.space?.usable, 20n * TB);
  });

  it('say what each node owes: a ninth of the largest other', () => {
    const { draft } = draftOf('encoding: 5+2', same(10, 10_000, 9_000));
    const all = facts(draft) ?? [];
    assert.match(nodeFactSentences(draft, all, 'n3').join(), /has 1 TB free and owes a reserve of 1 TB/);
    assert.match(factSentences(all).join(' '), /Capacity 100 TB/);
  });

  it('drop a domain of which every node is gone', () => {
    const { draft } = draftOf('encoding: 5+2', same(10, 10_000, 1_000));
    assert.equal(facts(draft, undefined, new Set(['n0', 'n1']))?.[0]?.rebuildsAfter, 1);
    assert.equal(facts(draft, undefined, new Set(['n0', 'n1', 'n2', 'n3']))?.[0]?.tolerance, 0);
  });

  it('wait for the usage, and say so', () => {
    const text =
      'cluster: a\nsystem: moosefs\nredundancy: { replicas: 2 }\nnodes:\n  - { name: a, address: b, roles: [chunkserver] }\n';
    const all = facts(check(text, systems).documents[0]?.draft ?? assert.fail()) ?? [];
    assert.equal(all[0]?.space, undefined);
    assert.match(factSentences(all).join(' '), /need 2 hosts; there is 1.*once every disk/s);
  });

  it('are none for Lustre, and where domains cannot be counted', () => {
    for (const text of [
      'cluster: a\nsystem: lustre\nnodes: []\n',
      'cluster: a\nsystem: vstorage\nredundancy: { encoding: 5+2 }\nnodes:\n  - {',
      '',
    ]) {
      const draft = check(text, systems).documents[0]?.draft;
      if (draft) assert.equal(facts(draft), undefined);
    }
  });

  it('agree with cannot-rebuild: it is there exactly when no failure can be rebuilt from', () => {
    const node = fc
      .integer({ min: 1, max: 30 })
      .chain((capacity) =>
        fc.record({ capacity: fc.constant(capacity), used: fc.integer({ min: 0, max: capacity }) }),
      );
    fc.assert(
      fc.property(
        fc.array(node, { minLength: 4, maxLength: 7 }),
        fc.integer({ min: 2, max: 3 }),
        (nodes, replicas) => {
          const { draft, findings } = draftOf(`replicas: ${replicas}`, nodes);
          const [tier] = facts(draft) ?? [];
          const cannot = findings.some(({ code }) => code === 'cannot-rebuild');
          assert.equal(tier?.rebuildsAfter === 0, cannot);
          if (cannot) assert.equal(tier?.space?.room, 0n);
        },
      ),
      { numRuns: 200 },
    );
  });
});
