import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import type { Observed } from '../../../src/rules/observed';
import { moosefsSystem } from '../../../src/systems/moosefs/system';
import { applyFix, brief } from '../cluster/helpers';

interface Sketch {
  /** `name address roles`, one string a node. */
  readonly nodes?: readonly string[];
  readonly section?: readonly string[];
}

const three = ['m1 10.0.0.1 master', 'm2 10.0.0.2 master', 'm3 10.0.0.3 master'];
const ucarp = ['virtualIp: 10.0.0.99/24', 'interface: eth0', 'vhid: 10'];

/** The section begins on line 5, and nodes after it; node i is on line 6 + lines of the section + i. */
function text({ nodes = three, section = ucarp }: Sketch = {}): string {
  const lines = nodes.map((node) => {
    const [name, address, roles = ''] = node.split(' ');
    return `  - { name: ${name}, address: '${address}', roles: [${roles}] }\n`;
  });
  return `cluster: files
system: moosefs
redundancy: { replicas: 2 }
moosefs:
  mountPoint: /mnt/mfs
${section.map((line) => `  ${line}\n`).join('')}nodes:
${lines.join('')}  - { name: s1, address: 10.0.9.1, roles: [chunkserver] }
  - { name: s2, address: 10.0.9.2, roles: [chunkserver] }
  - { name: s3, address: 10.0.9.3, roles: [chunkserver] }
`;
}

const found = (sketch: Sketch, observed?: Observed) =>
  check(text(sketch), [moosefsSystem], () => observed).findings.filter(
    ({ code }) => code !== 'spare-domains' && code !== 'usage-unknown',
  );
const places = (sketch: Sketch, observed?: Observed) => brief(found(sketch, observed));
const message = (sketch: Sketch, observed?: Observed) => found(sketch, observed)[0]?.message ?? '';
const named = (address: string) => ['virtualIp: ' + address, 'interface: eth0', 'vhid: 10'];

describe('Rules of MooseFS: candidates', () => {
  it('three candidates in one network are fine', () => assert.deepEqual(places({}), []));
  it('no-primary: on the key nodes', () => {
    assert.deepEqual(places({ nodes: [], section: [] }), ['6:1-6:6 error no-primary']);
    assert.deepEqual(places({ nodes: ['m1 h1 mastr'], section: [] }), ['7:40-7:45 error wrong-role']);
  });
  it('single-candidate: on virtualIp; without one, nobody expects a failover', () => {
    assert.deepEqual(places({ nodes: three.slice(0, 1) }), ['6:14-6:26 error single-candidate']);
    assert.match(message({ nodes: three.slice(0, 1) }), /1 candidate, m1/);
    assert.deepEqual(places({ nodes: three.slice(0, 1), section: [] }), []);
  });
  it('two-candidates: on virtualIp', () => {
    assert.deepEqual(places({ nodes: three.slice(0, 2) }), ['6:14-6:26 information two-candidates']);
    assert.equal(found({ nodes: three.slice(0, 2) })[0]?.related.length, 2);
  });
  it('many-metaloggers: on the first one too many; candidates do not count', () => {
    const loggers = (count: number) =>
      Array.from({ length: count }, (_, index) => `l${index} 10.0.0.1${index} metalogger`);
    assert.deepEqual(places({ nodes: [...three, ...loggers(3)] }), []);
    assert.deepEqual(places({ nodes: [...three, ...loggers(5)] }), [
      '16:13-16:15 information many-metaloggers',
    ]);
    assert.match(
      message({ nodes: [...three, ...loggers(5)] }),
      /^5 metaloggers .* 3 chunkservers.* from 2\./,
    );
    const both = ['m1 10.0.0.1 master,metalogger', ...three.slice(1), ...loggers(3)];
    assert.deepEqual(places({ nodes: both }), []);
  });
  it('many-metaloggers: a tenth of the chunkservers, not rounded', () => {
    const servers = (count: number) =>
      Array.from({ length: count }, (_, index) => `c${index} 10.1.${index}.1 chunkserver`);
    const loggers = ['l1', 'l2', 'l3', 'l4'].map((name, index) => `${name} 10.0.0.2${index} metalogger`);
    // 39 chunkservers allow 3.9 metaloggers, 40 allow 4; three more are in every text.
    assert.deepEqual(places({ nodes: [...three, ...loggers, ...servers(36)] }), [
      '16:13-16:15 information many-metaloggers',
    ]);
    assert.deepEqual(places({ nodes: [...three, ...loggers, ...servers(37)] }), []);
  });
});

describe('Rules of MooseFS: the virtual address', () => {
  it('virtual-ip-outside: on the candidate’s address; names are not checked', () => {
    const nodes = ['m1 10.0.1.1 master', 'm2 fd00::1 master', 'm3 master3 master'];
    assert.deepEqual(places({ nodes }), [
      '10:26-10:36 error virtual-ip-outside',
      '11:26-11:35 error virtual-ip-outside',
    ]);
    assert.match(message({ nodes }), /m1 has the address 10\.0\.1\.1.*10\.0\.0\.99\/24/);
  });
  it('virtual-ip-outside: IPv6, with a zone or not', () => {
    const nodes = ['m1 fd00::1 master', 'm2 fd00:0:0:1::2 master', 'm3 fd00::3%eth0 master'];
    assert.deepEqual(places({ nodes, section: named("'fd00::99/64'") }), [
      '11:26-11:41 error virtual-ip-outside',
    ]);
  });
  it('virtual-ip-outside: a /32 has no network to be outside of', () => {
    assert.deepEqual(places({ section: named('10.7.7.7/32') }), ['6:14-6:25 warning virtual-ip-mask']);
    assert.deepEqual(places({ section: named("'fd00::7/128'") }), ['6:14-6:27 warning virtual-ip-mask']);
  });
  it('virtual-ip-mask: the bounds of both families', () => {
    assert.deepEqual(places({ section: named('10.0.0.99/16') }), []);
    assert.deepEqual(places({ section: named('10.0.0.99/15') }), ['6:14-6:26 warning virtual-ip-mask']);
    assert.deepEqual(places({ section: named('10.0.0.99/31') }), [
      '10:26-10:36 error virtual-ip-outside',
      '11:26-11:36 error virtual-ip-outside',
      '12:26-12:36 error virtual-ip-outside',
    ]);
    const nodes = ['m1 fd00::1 master', 'm2 fd00::2 master', 'm3 fd00::3 master'];
    assert.deepEqual(places({ nodes, section: named("'fd00::99/48'") }), []);
    assert.deepEqual(places({ nodes, section: named("'fd00::99/47'") }), [
      '6:14-6:27 warning virtual-ip-mask',
    ]);
  });
  it('virtual-ip-taken: on the address of the node, whatever it does', () => {
    const sketch = { nodes: [...three, 'c1 10.0.0.99 client'] };
    assert.deepEqual(places(sketch), ['13:26-13:37 error virtual-ip-taken']);
    assert.equal(found(sketch)[0]?.related[0]?.range.start.line, 5);
  });
  it('master-host-elsewhere: another literal; a name may mean anything', () => {
    const sketch = { section: [...ucarp, 'masterHost: 10.0.0.1'] };
    assert.deepEqual(places(sketch), ['9:15-9:23 error master-host-elsewhere']);
    const [one] = found(sketch);
    const fixed = applyFix(text(sketch), one ?? assert.fail());
    assert.match(fixed, /masterHost: 10\.0\.0\.99$/m);
    for (const host of ['10.0.0.99', 'mfsmaster']) {
      assert.deepEqual(places({ section: [...ucarp, `masterHost: ${host}`] }), []);
    }
    assert.deepEqual(places({ section: ['masterHost: 10.0.0.1'] }), []);
  });
});

describe('Rules of MooseFS: the password', () => {
  it('ucarp-password-in-file: the value, an error when it is the published one, and never said', () => {
    const sketch = (word: string) => ({ section: [...ucarp, `advertisementPassword: ${word}`] });
    assert.deepEqual(places(sketch('hunter2')), ['9:26-9:33 warning ucarp-password-in-file']);
    assert.deepEqual(places(sketch('secret')), ['9:26-9:32 error ucarp-password-in-file']);
    assert.doesNotMatch(message(sketch('hunter2')), /hunter2/);
    assert.deepEqual(places(sketch('from-file')), []);
  });
});

describe('Rules of MooseFS: ucarp-skew', () => {
  const observed = (skews: Readonly<Record<string, number | undefined>>, primary?: string): Observed => ({
    disks: new Map(),
    primary: primary === undefined ? [] : [{ what: 'master', node: primary }],
    facts: new Map(Object.entries(skews).map(([node, skew]) => [node, skew === undefined ? {} : { skew }])),
  });
  it('below 2, on the candidate’s name', () => {
    assert.deepEqual(places({}, observed({ m1: 2, m2: 1, m3: 0 })), [
      '11:13-11:15 warning ucarp-skew',
      '12:13-12:15 warning ucarp-skew',
    ]);
    assert.match(message({}, observed({ m2: 0 })), /m2 with skew 0/);
  });
  it('not for the present master while another candidate has not joined again', () => {
    assert.deepEqual(places({}, observed({ m1: 1, m2: 50, m3: undefined }, 'm1')), []);
    assert.deepEqual(places({}, observed({ m1: 1, m2: 50 }, 'm1')), []);
    assert.deepEqual(places({}, observed({ m1: 1, m2: 50, m3: 50 }, 'm1')), [
      '10:13-10:15 warning ucarp-skew',
    ]);
    assert.deepEqual(places({}, observed({ m1: 1, m2: 50 }, 'm2')), ['10:13-10:15 warning ucarp-skew']);
  });
  it('safety 12: not for the promoted master before rejoin, be it that all ucarps run again', () => {
    const back = (follows: boolean): Observed => ({
      ...observed({ m1: 50, m2: 1, m3: 50 }, 'm2'),
      facts: new Map([
        ['m1', { skew: 50, follows }],
        ['m2', { skew: 1, follows: false }],
        ['m3', { skew: 50, follows: true }],
      ]),
    });
    assert.deepEqual(places({}, back(false)), []);
    assert.deepEqual(places({}, back(true)), ['11:13-11:15 warning ucarp-skew']);
  });
  it('not for the node that a failover is about to promote', () => {
    assert.deepEqual(places({}, observed({ m1: undefined, m2: 1, m3: undefined })), []);
    assert.deepEqual(places({}, observed({ m1: undefined, m2: 0, m3: 50 })), [
      '11:13-11:15 warning ucarp-skew',
    ]);
  });
  it('not without a report, nor for nodes that are no candidates', () => {
    assert.deepEqual(places({}), []);
    assert.deepEqual(places({}, observed({ s1: 0 })), []);
  });
});
