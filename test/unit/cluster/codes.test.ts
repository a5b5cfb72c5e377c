import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { fixed, found, lustre, moosefs, place, specs, vstorage } from './helpers';

const node2 = '  - { name: cs2, address: 10.0.0.12, roles: [cs] }\n';

describe('the codes of the group "The file", with their places', () => {
  it('files without a mistake have no finding', () => {
    for (const text of [vstorage(), moosefs(), lustre()]) assert.deepEqual(found(text), []);
  });

  const cases: readonly [string, string, readonly string[]][] = [
    ['yaml-syntax at the first unreadable place', 'cluster: a\nsystem: [\n', ['2:9-2:10 error yaml-syntax']],
    [
      'yaml-syntax for a second key',
      vstorage({ node: '    rack: r1\n    rack: r2\n' }),
      ['9:5-9:9 error yaml-syntax'],
    ],
    [
      'yaml-syntax for an alias without anchor',
      vstorage({ node: '    rack: *r\n' }),
      ['8:11-8:13 error yaml-syntax'],
    ],
    [
      'yaml-syntax for an unknown tag',
      vstorage({ node: '    rack: !r r1\n' }),
      ['8:11-8:13 error yaml-syntax'],
    ],
    ['unknown-key', vstorage({ node: '    colour: red\n' }), ['8:5-8:11 warning unknown-key']],
    [
      'unknown-key instead of missing-key for a misspelt one',
      moosefs().replace('address', 'adress'),
      ['5:17-5:23 warning unknown-key'],
    ],
    [
      'missing-key at the top, on the first key',
      'system: vstorage\nredundancy: { replicas: 2 }\n' + vstorage().split('\n').slice(3).join('\n'),
      ['1:1-1:7 error missing-key'],
    ],
    [
      'missing-key of a node, on its name',
      moosefs().replace(', address: 10.0.0.1', ''),
      ['5:13-5:15 error missing-key'],
    ],
    [
      'missing-key of a nameless node, on its first token',
      vstorage().replace('name: cs1\n    ', ''),
      ['5:5-5:12 error missing-key'],
    ],
    ['missing-key of a disk', vstorage().replace(', capacity: 10TB', ''), ['9:17-9:25 error missing-key']],
    [
      'missing-key of redundancy, on that key',
      vstorage({ redundancy: 'failureDomain: host' }),
      ['3:1-3:11 error missing-key'],
    ],
    [
      'missing-key: moosefs.virtualIp needs interface and vhid',
      moosefs({ section: '  virtualIp: 10.0.0.9/24\n' }),
      ['6:1-6:8 error missing-key', '6:1-6:8 error missing-key'],
    ],
    [
      'missing-key: lustre needs its section',
      lustre().split('lustre:\n')[0] ?? '',
      ['1:1-1:8 error missing-key'],
    ],
    [
      'missing-key of a target, on its name',
      lustre().replace('      primary: oss1\n', ''),
      ['11:13-11:20 error missing-key'],
    ],
    ['bad-value: not an address', moosefs().replace('10.0.0.1', '10.0.0.300'), ['5:26-5:36 error bad-value']],
    [
      'bad-value: not in the list',
      vstorage({ redundancy: 'replicas: 2, failureDomain: hosts' }),
      ['3:43-3:48 error bad-value'],
    ],
    [
      'bad-value: no value at all, on the key',
      vstorage({ node: '    rack:\n' }),
      ['8:5-8:9 error bad-value'],
    ],
    ['bad-value: true is no name', vstorage({ node: '    rack: true\n' }), ['8:11-8:15 error bad-value']],
    [
      'bad-value: no nodes',
      'cluster: a\nsystem: vstorage\nredundancy: {replicas: 2}\nnodes: []\n',
      ['4:8-4:10 error bad-value'],
    ],
    [
      'bad-value: nodes is null',
      'cluster: a\nsystem: vstorage\nredundancy: {replicas: 2}\nnodes:\n',
      ['4:1-4:6 error bad-value'],
    ],
    ['bad-value: a document that is a list', '- a\n- b\n', ['1:1-1:4 error bad-value']],
    ['bad-value: a document that is a text', 'hello\n', ['1:1-1:6 error bad-value']],
    [
      'bad-value: encoding and replicas, on the later',
      vstorage({ redundancy: 'replicas: 2, encoding: 1+1' }),
      ['3:38-3:41 error bad-value'],
    ],
    [
      'bad-value: minReplicas above replicas',
      vstorage({ redundancy: 'replicas: 2, minReplicas: 3' }),
      ['3:41-3:42 error bad-value'],
    ],
    ['bad-value: capacity 0', vstorage().replace('10TB', '0'), ['9:37-9:38 error bad-value']],
    ['bad-value: used above capacity', vstorage({ disk: ', used: 11TB' }), ['9:49-9:53 error bad-value']],
    [
      'bad-value: used and free do not add up',
      vstorage({ disk: ', free: 3TB, used: 8TB' }),
      ['9:60-9:63 error bad-value'],
    ],
    [
      'bad-value: a bare margin',
      vstorage({ redundancy: 'replicas: 2, fillMargin: 5' }),
      ['3:40-3:41 error bad-value'],
    ],
    [
      'bad-value: ten copies for moosefs',
      moosefs({ redundancy: 'replicas: 10' }),
      ['3:25-3:27 error bad-value'],
    ],
    [
      'bad-value: moosefs places by host only',
      moosefs({ redundancy: 'replicas: 2, failureDomain: rack' }),
      ['3:43-3:47 error bad-value'],
    ],
    [
      'bad-value: a NID without its network',
      lustre().replace('10.0.1.1@tcp', '10.0.1.1'),
      ['9:13-9:21 error bad-value'],
    ],
    [
      'bad-value: a file system name of nine characters',
      lustre().replace('filesystem: scratch', 'filesystem: scratch12'),
      ['8:15-8:24 error bad-value'],
    ],
    ['bad-value: not a target', lustre().replace('OST0000', 'OST1'), ['11:13-11:17 error bad-value']],
    [
      'bad-value: a prefix too long',
      moosefs({ section: '  virtualIp: 10.0.0.9/33\n  interface: eth0\n  vhid: 1\n' }),
      ['7:14-7:25 error bad-value'],
    ],
    [
      'size-without-unit, for a size',
      vstorage().replace('10TB', '10'),
      ['9:37-9:39 error size-without-unit'],
    ],
    [
      'size-without-unit, in quotes',
      vstorage().replace('10TB', '"10"'),
      ['9:37-9:41 error size-without-unit'],
    ],
    [
      'size-without-unit, for a duration',
      vstorage({ top: 'heartbeat: { interval: 5 }\n' }),
      ['3:24-3:25 error size-without-unit'],
    ],
    [
      'duplicate-name of nodes',
      vstorage({ more: node2.replace('cs2', 'cs1') }),
      ['10:13-10:16 error duplicate-name'],
    ],
    [
      'duplicate-name of disks, whatever the slash',
      vstorage({ more: '      - { path: /dev/sdb/, capacity: 1TB }\n' }),
      ['10:17-10:26 error duplicate-name'],
    ],
    [
      'duplicate-name of clusters in a file',
      `${moosefs()}---\n${moosefs()}`,
      ['7:10-7:15 error duplicate-name'],
    ],
    [
      'duplicate-address',
      vstorage({ more: node2.replace('.12', '.11') }),
      ['10:27-10:36 error duplicate-address'],
    ],
    ['unknown-node', lustre().replace('primary: oss1', 'primary: os1'), ['14:16-14:19 error unknown-node']],
    [
      'wrong-role: a role that the system lacks',
      vstorage({ more: node2.replace('[cs]', '[css]') }),
      ['10:46-10:49 error wrong-role'],
    ],
    [
      'wrong-role: a node that lacks the role',
      lustre().replace('primary: oss1', 'primary: mds1'),
      ['14:16-14:20 error wrong-role'],
    ],
    [
      'missing-domain',
      vstorage({ redundancy: 'encoding: 1+1, failureDomain: rack' }),
      ['5:11-5:14 error missing-domain'],
    ],
    [
      'unknown-key: redundancy in a lustre file',
      lustre({ top: 'redundancy: { replicas: 2 }\n' }),
      ['3:1-3:11 warning unknown-key'],
    ],
    [
      'unknown-key: a section of another system',
      vstorage({ top: 'moosefs: { vhid: 1 }\n' }),
      ['3:1-3:8 warning unknown-key'],
    ],
    [
      'unknown-key: minReplicas without replicas',
      vstorage({ redundancy: 'encoding: 1+1, minReplicas: 1' }),
      ['3:30-3:41 warning unknown-key'],
    ],
    [
      'unknown-key: minReplicas for moosefs',
      moosefs({ redundancy: 'replicas: 2, minReplicas: 1' }),
      ['3:28-3:39 warning unknown-key'],
    ],
    [
      'unknown-key: a near miss of a known parameter',
      vstorage({ top: 'vstorage: { parameters: { mds.wd.ofline_tout: 900000 } }\n' }),
      ['3:27-3:45 warning unknown-key'],
    ],
    ['an empty file', '', ['1:1-1:1 error missing-key']],
    ['a file of comments', '# nothing\n', ['1:1-1:10 error missing-key']],
    [
      'only the file is judged without a system',
      vstorage().replace('vstorage', 'ceph'),
      ['2:9-2:13 error bad-value'],
    ],
  ];
  for (const [title, text, expected] of cases) it(title, () => assert.deepEqual(found(text), expected));

  it('related places name the first of two', () => {
    const [finding] = parse(vstorage({ more: node2.replace('cs2', 'cs1') }), specs).findings;
    assert.deepEqual(
      finding?.related.map(({ range }) => place(range)),
      ['5:11-5:14'],
    );
  });
  it('messages name the numbers and the remedy', () => {
    const [finding] = parse(vstorage({ disk: ', used: 11TB' }), specs).findings;
    assert.match(finding?.message ?? '', /11 TB.*10 TB.*Correct/);
  });
});

describe('fixes', () => {
  it('a misspelt key, node, unit or choice is put right, and then nothing is found', () => {
    const good = moosefs();
    assert.equal(fixed(good.replace('address', 'adress'), 'unknown-key'), good);
    assert.equal(fixed(lustre().replace('primary: oss1', 'primary: os1'), 'unknown-node'), lustre());
    assert.equal(fixed(vstorage().replace('10TB', '10tb'), 'bad-value'), vstorage());
    assert.equal(fixed(vstorage().replace('10TB', '"10"'), 'size-without-unit'), vstorage());
    assert.equal(fixed(good.replace('[master]', 'master'), 'bad-value'), good);
    assert.equal(fixed(good.replace('[master]', '[mastre]'), 'wrong-role'), good);
  });
  it('a unit in other words is put right: short for a size in two ways, spelt out for a duration', () => {
    const choices = (text: string) =>
      parse(text, specs).findings.flatMap(({ code, fixes }) =>
        fixes.flatMap(({ edits }) => edits.map(({ newText }) => `${code} ${newText}`)),
      );
    const sized = (size: string) => choices(vstorage().replace('10TB', size));
    assert.deepEqual(sized('10 T'), ['bad-value 10TB', 'bad-value 10TiB']);
    assert.deepEqual(sized('10k'), ['bad-value 10kB', 'bad-value 10KiB']);
    const timed = (time: string) => choices(vstorage({ top: `heartbeat: { offlineAfter: ${time} }\n` }));
    for (const [written, meant] of [
      ['15 min', '15m'],
      ['15minutes', '15m'],
      ['90 Seconds', '90s'],
      ['2hrs', '2h'],
      ['900000 msec', '900000ms'],
      ['1 day', '1d'],
      ['15M', '15m'],
    ]) {
      assert.deepEqual(timed(written ?? ''), [`bad-value ${meant ?? ''}`]);
    }
    assert.deepEqual([...timed('15 parsecs'), ...sized('10 toString')], []);
  });
  it('only a fix with one reading is safe', () => {
    const safe = (text: string): unknown => parse(text, specs).findings[0]?.fixes[0]?.safe;
    assert.equal(safe(vstorage().replace('10TB', '10tb')), true);
    assert.equal(safe(vstorage().replace('10TB', '10')), undefined);
    assert.equal(safe(moosefs().replace('address', 'adress')), undefined);
  });
});
