import assert from 'node:assert/strict';
import { lustre, moosefs } from '../cluster/helpers';
import { codes, file, findings, only, times } from './helpers';

const count = ['too-few-domains', 'no-spare-domain', 'spare-domains', 'no-redundancy'];
const bare = (n: number, redundancy: string): string => file(times(n, {}), redundancy);

describe('redundancy', () => {
  it('5+2 on six nodes cannot be placed', () => {
    assert.deepEqual(only(bare(6, 'encoding: 5+2'), count), ['3:25-3:28 error too-few-domains']);
  });
  it('5+2 on seven nodes cannot rebuild itself (the document)', () => {
    assert.deepEqual(only(bare(7, 'encoding: 5+2'), count), ['3:25-3:28 warning no-spare-domain']);
  });
  it('5+2 on ten nodes: three may be gone, two at once (the document)', () => {
    const found = findings(bare(10, 'encoding: 5+2')).filter(({ code }) => count.includes(code));
    assert.deepEqual(
      found.map(({ code, severity }) => [code, severity]),
      [['spare-domains', 'information']],
    );
    assert.match(found[0]?.message ?? '', /^3 hosts of 10 may be gone.*; 2 may fail at once/);
  });
  it('without tolerance there is one finding, not two', () => {
    assert.deepEqual(only(bare(1, 'replicas: 1'), count), ['3:25-3:26 warning no-redundancy']);
    assert.deepEqual(only(bare(5, 'encoding: 5+0'), count), ['3:25-3:28 warning no-redundancy']);
    assert.deepEqual(only(bare(9, 'encoding: 1+0'), count), ['3:25-3:28 warning no-redundancy']);
    assert.deepEqual(only(bare(4, 'encoding: 5+0'), count), [
      '3:25-3:28 warning no-redundancy',
      '3:25-3:28 error too-few-domains',
    ]);
  });
  it('only storage nodes count, and a misspelt role makes none', () => {
    assert.deepEqual(only(file([{}, {}, { roles: 'client' }], 'replicas: 3'), count), [
      '3:25-3:26 error too-few-domains',
    ]);
    assert.deepEqual(only(file([{}, {}, { roles: 'css' }], 'replicas: 3'), count), [
      '3:25-3:26 error too-few-domains',
    ]);
  });
  it('a storage node counts whatever else is wrong with it, also in maintenance', () => {
    const nodes = [{}, { extra: ', maintenance: true' }, { extra: ', ssh: 5' }];
    assert.deepEqual(only(file(nodes, 'replicas: 3'), count), ['3:25-3:26 warning no-spare-domain']);
  });
  it('racks are known by their names', () => {
    const rack = (name: string) => ({ extra: `, rack: ${name}` });
    const text = file([rack('r1'), rack('r2'), rack('r2'), rack('r1')], 'replicas: 2, failureDomain: rack');
    assert.deepEqual(only(text, count), ['3:25-3:26 warning no-spare-domain']);
  });
  it('after missing-domain the rules on domains are silent, the others are not', () => {
    const text = file([{ extra: ', rack: r1' }, {}], 'encoding: 2+1, failureDomain: rack');
    assert.deepEqual(codes(text), ['unlisted-encoding', 'missing-domain']);
  });
  it('disks are domains; without any the rules wait', () => {
    const text = (disks?: string[]) => file([disks ? { disks } : {}], 'replicas: 2, failureDomain: disk');
    assert.deepEqual(only(text(['capacity: 1TB']), count), ['3:25-3:26 error too-few-domains']);
    assert.deepEqual(only(text(['capacity: 1TB', 'capacity: 1TB']), count), [
      '3:25-3:26 warning no-spare-domain',
    ]);
    assert.deepEqual(only(text(), count), []);
  });
  it('tiers are judged apart, and named', () => {
    const both = { disks: ['capacity: 1TB', 'capacity: 1TB, tier: 1'] };
    const found = findings(file([both, both, { disks: ['capacity: 1TB'] }], 'replicas: 2')).filter(
      ({ code }) => count.includes(code),
    );
    assert.deepEqual(
      found.map(({ code }) => code),
      ['no-spare-domain', 'spare-domains'],
    );
    assert.match(found[0]?.message ?? '', /in tier 1/);
    assert.match(found[1]?.message ?? '', /in tier 0/);
  });
  it('a tier that all share needs no name', () => {
    const found = findings(file(times(3, { disks: ['capacity: 1TB, tier: 1'] }), 'replicas: 2'));
    assert.doesNotMatch(found.map(({ message }) => message).join(), /tier/);
  });
  it('nothing that needs n runs after a bad value, and nothing that counts after an empty list', () => {
    assert.deepEqual(codes(bare(2, 'encoding: 5+x')), ['bad-value']);
    assert.deepEqual(codes(bare(2, 'replicas: 0')), ['bad-value']);
    assert.deepEqual(codes(bare(2, 'replicas: 3, encoding: 5+2')), ['bad-value']);
    assert.deepEqual(codes(file([], 'replicas: 3')), ['bad-value']);
    assert.deepEqual(only(file([], 'replicas: 3'), ['mds-quorum']), []);
  });
  it('nodes that could not be read are not counted as absent', () => {
    assert.deepEqual(
      codes(bare(2, 'replicas: 3') + '  - { name: n3, address: "\n').filter((code) => code !== 'yaml-syntax'),
      [],
    );
  });

  it('unlisted-encoding', () => {
    assert.deepEqual(only(bare(9, 'encoding: 4+2'), ['unlisted-encoding']), [
      '3:25-3:28 warning unlisted-encoding',
    ]);
    for (const listed of ['1+0', '1+1', '1+2', '3+1', '3+2', '5+2', '7+2', '17+3']) {
      assert.deepEqual(only(bare(2, `encoding: ${listed}`), ['unlisted-encoding']), []);
    }
  });
  it('write-blocking', () => {
    const at = (redundancy: string) => only(bare(5, redundancy), ['write-blocking']);
    assert.deepEqual(at('replicas: 3, minReplicas: 3'), ['3:41-3:42 warning write-blocking']);
    assert.deepEqual(at('replicas: 3, minReplicas: 2'), []);
    assert.deepEqual(at('replicas: 1, minReplicas: 1'), []);
    assert.deepEqual(at('replicas: 3'), []);
  });
  it('uneven-disks, on the first node that differs; the order of the disks is no difference', () => {
    const even = [
      { disks: ['capacity: 1TB', 'capacity: 2TB'] },
      {},
      { disks: ['capacity: 2TB', 'capacity: 1000GB'] },
    ];
    assert.deepEqual(only(file(even), ['uneven-disks']), []);
    const uneven = [...even, { disks: ['capacity: 1TB'] }, { disks: ['capacity: 3TB'] }];
    assert.deepEqual(only(file(uneven), ['uneven-disks']), ['8:13-8:15 information uneven-disks']);
    assert.deepEqual(
      only(file([{ disks: ['capacity: 1TB'] }, { disks: ['capacity: 1TB, tier: 2'] }]), ['uneven-disks'])
        .length,
      1,
    );
  });
  it('spare-domains: on the value that asks for the pieces', () => {
    assert.deepEqual(only(file([{}, {}, {}]), ['spare-domains']), ['3:25-3:28 information spare-domains']);
  });
  it('the same rules hold for moosefs, and a lustre file has none of them', () => {
    const text = moosefs() + '  - { name: c1, address: c1, roles: [chunkserver] }\n';
    assert.deepEqual(codes(text), ['too-few-domains']);
    assert.deepEqual(codes(lustre()), ['clients-must-remount', 'target-unpaired']);
  });
});

describe('mds-quorum', () => {
  const at = (mds: number, others: number): string[] =>
    only(file([...times(mds, { roles: 'mds, cs' }), ...times(others, {})]), ['mds-quorum']);
  const first = '5:38-5:41';
  for (const [mds, others, expected] of [
    [0, 3, ['4:1-4:6 error mds-quorum']],
    [1, 2, [`${first} warning mds-quorum`]],
    [2, 2, [`${first} error mds-quorum`]],
    [3, 3, []],
    [3, 4, [`${first} information mds-quorum`]],
    [4, 0, [`${first} warning mds-quorum`]],
    [5, 9, []],
    [6, 0, [`${first} warning mds-quorum`]],
    [7, 0, []],
  ] as const) {
    it(`${mds} MDS among ${mds + others} nodes`, () => assert.deepEqual(at(mds, others), expected));
  }
});
