import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '../../src/cluster/parse';
import { moosefsSpec } from '../../src/systems/moosefs/spec';
import { virtualIp } from './bed';
import { onBed, statusOf, told } from './suite';

interface Compared {
  readonly drifts: readonly {
    readonly path: readonly string[];
    readonly kind: string;
    readonly declared?: string;
    readonly live?: string;
  }[];
  readonly unknown: readonly { readonly sentence: string }[];
}

onBed('discovery of a real MooseFS cluster', (bed) => {
  let file: string;
  let text: string;
  before(async function () {
    this.timeout(60_000);
    // The goal is known from chunks only.
    await bed().load(3, 10_000);
    file = join(bed().folder, 'found.cluster.yaml');
    const addresses = [11, 12, 13, 101, 102, 103, 104, 31].map((host) => `root@10.77.0.${host}`);
    const ended = await bed().cli(['discover', ...addresses, '--system', 'moosefs', '--output', file]);
    assert.equal(ended.code, 0, told(ended));
    text = await readFile(file, 'utf8');
  });

  it('writes a file without an error that names every node by its role, with the disks and the virtual address', () => {
    const { findings, documents } = parse(text, [moosefsSpec]);
    assert.deepEqual(
      findings.filter(({ severity }) => severity === 'error'),
      [],
      text,
    );
    const cluster = documents[0]?.cluster;
    assert.deepEqual(
      cluster?.nodes.map(({ name, roles, disks }) => ({
        name,
        roles,
        disks: disks.map((disk) => `${disk.path} ${disk.capacity / 2n ** 20n}`),
      })),
      [
        ...['m1', 'm2', 'm3'].map((name) => ({ name, roles: ['master'], disks: [] })),
        ...['cs1', 'cs2', 'cs3', 'cs4'].map((name) => ({
          name,
          roles: ['chunkserver'],
          disks: ['/mnt/hdd1 192', '/mnt/hdd2 192'],
        })),
        { name: 'cl1', roles: ['client'], disks: [] },
      ],
    );
    const { virtualIp: address, interface: device, vhid, masterHost, mountPoint } = cluster.section;
    assert.deepEqual(
      { address, device, vhid, masterHost, mountPoint },
      {
        address: `${virtualIp}/24`,
        device: 'eth0',
        vhid: 10,
        masterHost: 'mfsmaster',
        mountPoint: '/mnt/mfs',
      },
    );
    assert.equal(cluster.redundancy?.pieces, 2);
    assert(!text.includes(bed().ucarpPassword), 'the password of ucarp is in the file');
  });

  it('the found file shows every node active, and compared with its nodes nothing differs', async function () {
    this.timeout(60_000);
    const status = await statusOf(bed(), file, 0);
    assert(status.nodes.every(({ liveness }) => liveness === 'active'));
    const ended = await bed().cli(['compare', file, '--format', 'json']);
    assert.equal(ended.code, 0, told(ended));
    assert.deepEqual((JSON.parse(ended.stdout) as Compared).drifts, []);
  });

  it('is never written over another file', async function () {
    this.timeout(30_000);
    const ended = await bed().cli(['discover', 'root@10.77.0.11', '--system', 'moosefs', '--output', file]);
    assert.equal(ended.code, 2, told(ended));
    assert.equal(await readFile(file, 'utf8'), text);
  });

  it('compare says what was changed in the file, and nothing of a node without power', async function () {
    this.timeout(60_000);
    await bed().powerOff('cs4');
    const changed = join(bed().folder, 'changed.cluster.yaml');
    await writeFile(
      changed,
      text
        .replace('vhid: 10', 'vhid: 11')
        .replace(/capacity: 192MiB/, 'capacity: 1GiB')
        .replace(/( +- name: cs3[^]*?)(?= +(?:#.*\n +)*- name: cs4)/, ''),
    );
    const ended = await bed().cli(['compare', changed, '--format', 'json', '--timeout', '8s']);
    assert.equal(ended.code, 1, told(ended));
    const { drifts } = JSON.parse(ended.stdout) as Compared;
    assert.deepEqual(
      // The master calls it by its name or its address.
      drifts.map(({ path, kind }) => `${kind} ${path.join('/').replace('10.77.0.103', 'cs3')}`).toSorted(),
      ['absent nodes/cs3', 'differs moosefs/vhid', 'differs nodes/cs1/disks//mnt/hdd1/capacity'],
      told(ended),
    );
    await bed().powerOn('cs4');
  });
});
