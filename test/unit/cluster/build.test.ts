import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { lustre, moosefs, specs, vstorage } from './helpers';

const cluster = (text: string) => parse(text, specs).documents[0]?.cluster;

describe('the plain cluster', () => {
  it("settings of a node go over the cluster's", () => {
    const text = vstorage({
      top: 'ssh: { user: ops, port: 2200, become: sudo }\n',
      node: '    ssh: { port: 2222, become: none }\n',
    });
    assert.deepEqual(cluster(text)?.nodes[0]?.ssh, { user: 'ops', port: 2222, become: 'none' });
  });
  it('timing comes from the file, else from a parameter, else from the system', () => {
    const timing = (text: string): unknown[] => {
      const { interval, inactiveAfter, offlineAfter, maintenanceOfflineAfter, witnesses } =
        cluster(text)?.heartbeat ?? {};
      return [interval, inactiveAfter, offlineAfter, maintenanceOfflineAfter, witnesses];
    };
    const parameters =
      'vstorage: { parameters: { mds.wd.offline_tout: 300000, mds.wd.offline_tout_mnt: 30 } }\n';
    assert.deepEqual(timing(vstorage()), [5000, 15_000, 900_000, 1_800_000, 3]);
    assert.deepEqual(timing(moosefs()), [5000, 15_000, 60_000, 1_800_000, 3]);
    assert.deepEqual(timing(lustre()), [5000, 15_000, 30_000, 1_800_000, 3]);
    // 30 ms cannot be meant, so that it is no default.
    assert.deepEqual(timing(vstorage({ top: parameters })), [5000, 15_000, 300_000, 1_800_000, 3]);
    const written = `${parameters}heartbeat: { interval: 1s, offlineAfter: 2m, witnesses: 0 }\n`;
    assert.deepEqual(timing(vstorage({ top: written })), [1000, 15_000, 120_000, 1_800_000, 0]);
  });
  it('redundancy is pieces and tolerance', () => {
    const redundancy = (text: string): unknown => cluster(vstorage({ redundancy: text }))?.redundancy;
    assert.deepEqual(redundancy('encoding: 5+2'), { pieces: 7, tolerance: 2, failureDomain: 'host' });
    assert.deepEqual(redundancy('replicas: 3, failureDomain: disk'), {
      pieces: 3,
      tolerance: 2,
      failureDomain: 'disk',
    });
    assert.equal(cluster(lustre())?.redundancy, undefined);
  });
  it('usage of a disk is what is used, or the capacity less what is free', () => {
    const used = (disk: string): unknown => cluster(vstorage({ disk }))?.nodes[0]?.disks[0]?.used;
    assert.equal(used(', used: 8TB'), 8_000_000_000_000n);
    assert.equal(used(', free: 2TB'), 8_000_000_000_000n);
    assert.equal(used(', free: 2.1TB, used: 8TB'), 8_000_000_000_000n);
    assert.equal(used(''), undefined);
  });
  it('the section is plain values', () => {
    const section = '  virtualIp: 172.16.0.99/16\n  interface: eth0\n  vhid: 10\n';
    assert.deepEqual(cluster(moosefs({ section }))?.section, {
      virtualIp: '172.16.0.99/16',
      interface: 'eth0',
      vhid: 10,
    });
    assert.deepEqual(cluster(lustre())?.section['targets'], [
      { name: 'OST0000', device: '/dev/drbd0', mountPoint: '/mnt/ost0', primary: 'oss1' },
    ]);
  });
  it('maintenance is absent, a fact, or a time', () => {
    const maintenance = (value: string): unknown =>
      cluster(vstorage({ node: `    maintenance: ${value}\n` }))?.nodes[0]?.maintenance;
    assert.equal(maintenance('false'), undefined);
    assert.deepEqual(maintenance('true'), {});
    assert.deepEqual(maintenance('{ until: 2026-11-21T22:00:00Z }'), { until: '2026-11-21T22:00:00Z' });
  });
  it('there is none of a document with an error, nor of one whose required key is misspelt', () => {
    for (const [text, hasErrors] of [
      [vstorage().replace('10TB', '10'), true],
      [moosefs().replace('address', 'adress'), false],
      [moosefs().replace('cluster', 'clustre'), false],
    ] as const) {
      const document = parse(text, specs).documents[0];
      assert.equal(document?.cluster, undefined);
      assert.equal(document?.hasErrors, hasErrors);
    }
  });
  it('knows a simulated cluster by x-demo, and takes that key amiss to nobody', () => {
    const here = (text: string) => text.replace('10.0.0.11', '127.0.0.1');
    const demo = (text: string): unknown => {
      const { documents, findings } = parse(here(vstorage({ top: text })), specs);
      assert.deepEqual(
        findings.filter(({ code }) => code !== 'usage-unknown'),
        parse(here(vstorage()), specs).findings,
      );
      return documents[0]?.cluster?.demo;
    };
    assert.deepEqual(demo('x-demo: { timeFactor: 60 }\n'), { timeFactor: 60 });
    assert.deepEqual(demo('x-demo: {}\n'), { timeFactor: 1 });
    for (const strange of ['3', '{ timeFactor: fast }', '{ timeFactor: 0 }', '{ timeFactor: 1e9 }', '[]'])
      assert.equal(demo(`x-demo: ${strange}\n`), undefined);
    assert.equal(demo(''), undefined);
  });
  it('takes no real machine for a simulated one, whatever the file was copied from', () => {
    const text = vstorage({ top: 'x-demo: { timeFactor: 60 }\n' });
    assert.match(text, /address: 10\.0\.0\.11/);
    const [document] = parse(text, specs).documents;
    assert.ok(document?.cluster);
    assert.equal(document.cluster.demo, undefined);
  });
});
