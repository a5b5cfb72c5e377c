import assert from 'node:assert/strict';
import { check } from '../../../src/rules/check';
import { lustreSystem } from '../../../src/systems/lustre/system';
import { brief } from '../cluster/helpers';

const nids = 'serviceNodes: [a@tcp, b@tcp]';
const mgt = ['name: MGT', 'device: /dev/drbd0', 'mountPoint: /mnt/mgt', 'primary: mds1', 'secondary: mds2'];

function ost(
  number: number,
  primary: string,
  secondary: string | undefined,
  extra = nids,
): readonly string[] {
  return [
    `name: OST000${number}`,
    `device: /dev/drbd${number + 1}`,
    `drbd: r${number}`,
    `mountPoint: /mnt/ost${number}`,
    `primary: ${primary}`,
    ...(secondary === undefined ? [] : [`secondary: ${secondary}`]),
    ...(extra ? [extra] : []),
  ];
}

/** Nodes are on lines 4 to 8 (name in column 13); the first target begins on line 14. */
function text(
  targets: readonly (readonly string[])[],
  { mgsNids = '[m1@tcp, m2@tcp]', paths = '[ping, serial]', racks = ['r1', 'r2', 'r1', 'r2', 'r1'] } = {},
): string {
  const nodes = ['mds1', 'mds2', 'oss1', 'oss2', 'oss3'].map(
    (name, index) =>
      `  - { name: ${name}, address: ${name}, roles: [mgs, mds, oss], rack: ${racks[index]} }\n`,
  );
  const list = targets.map((lines) => `    - ${lines.join('\n      ')}\n`);
  return `cluster: scratch
system: lustre
nodes:
${nodes.join('')}lustre:
  filesystem: scratch
  mgsNids: ${mgsNids}
  heartbeatPaths: ${paths}
  targets:
${list.join('')}`;
}

type More = Parameters<typeof text>[1];
const found = (targets: readonly (readonly string[])[], more?: More) =>
  check(text(targets, more), [lustreSystem]).findings;
const places = (targets: readonly (readonly string[])[], more?: More) => brief(found(targets, more));
const message = (targets: readonly (readonly string[])[], more?: More) =>
  found(targets, more)[0]?.message ?? '';

describe('Rules of Lustre: pairs', () => {
  it('two pairs in two racks with two NIDs each are fine', () => {
    assert.deepEqual(places([mgt, ost(0, 'oss1', 'oss2'), ost(1, 'oss2', 'oss1')]), []);
  });
  it('same-node-pair: on the secondary', () => {
    assert.deepEqual(places([ost(0, 'oss1', 'oss1')]), ['19:18-19:22 error same-node-pair']);
  });
  it('target-unpaired: on the name', () => {
    assert.deepEqual(places([ost(0, 'oss1', undefined)]), ['14:13-14:20 warning target-unpaired']);
    assert.match(message([ost(0, 'oss1', undefined)]), /OST0000 has no secondary.*oss1/);
  });
  it('target-unpaired: a misspelt secondary is one finding', () => {
    const misspelt = [...ost(0, 'oss1', undefined), 'secondery: oss2'];
    assert.deepEqual(places([misspelt]), ['20:7-20:16 warning unknown-key']);
  });
  it('same-rack-pair: different nodes of one rack, on the name', () => {
    assert.deepEqual(places([ost(0, 'oss1', 'oss3')]), ['14:13-14:20 information same-rack-pair']);
    assert.match(message([ost(0, 'oss1', 'oss3')]), /oss1 and oss3 are both in rack r1/);
  });
  it('shared-metadata-server: one per OST and node, on the value of the OST', () => {
    assert.deepEqual(places([mgt, ost(0, 'mds1', 'mds2')]), [
      '23:16-23:20 warning shared-metadata-server',
      '24:18-24:22 warning shared-metadata-server',
    ]);
    const [one] = found([mgt, ost(0, 'mds1', 'oss2')]);
    assert.equal(one?.related[0]?.range.start.line, 16);
    assert.deepEqual(
      places([
        mgt,
        ['name: MDT0000', 'device: /dev/x', 'mountPoint: /x', 'primary: mds1', 'secondary: mds2', nids],
      ]),
      [],
    );
  });
});

describe('Rules of Lustre: drbd-reused', () => {
  const change = (lines: readonly string[], key: string, value: string) =>
    lines.map((line) => (line.startsWith(`${key}:`) ? `${key}: ${value}` : line));
  const first = ost(0, 'oss1', 'oss2');
  it('resource, device and mount point, on the later value', () => {
    for (const [key, value, place] of [
      ['drbd', 'r0', '23:13-23:15'],
      ['device', '/dev/drbd1', '22:15-22:25'],
      ['mountPoint', '/mnt/ost0/', '24:19-24:29'],
    ] as const) {
      assert.deepEqual(
        places([first, change(ost(1, 'oss2', 'oss1'), key, value)]).filter(
          (one) => !one.includes('same-rack'),
        ),
        [`${place} error drbd-reused`],
      );
    }
  });
  it('only where a node may serve both', () => {
    const racks = ['r1', 'r2', 'r3', 'r4', 'r5'];
    assert.deepEqual(places([first, change(ost(1, 'oss3', 'mds1'), 'drbd', 'r0')], { racks }), []);
    assert.deepEqual(places([first, change(ost(1, 'oss3', 'oss1'), 'drbd', 'r0')], { racks }), [
      '23:13-23:15 error drbd-reused',
    ]);
  });
});

describe('Rules of Lustre: clients and heartbeat', () => {
  it('ping-only-heartbeat: on the list', () => {
    const pair = [ost(0, 'oss1', 'oss2')];
    assert.deepEqual(places(pair, { paths: '[ping]' }), ['12:19-12:25 warning ping-only-heartbeat']);
    assert.deepEqual(places(pair, { paths: '[serial]' }), []);
    assert.deepEqual(places(pair, { paths: '[]' }), []);
  });
  it('clients-must-remount: an OST or MDT without two different service nodes, on the name', () => {
    for (const extra of ['', 'serviceNodes: [a@tcp]', 'serviceNodes: [a@tcp, a@tcp]']) {
      assert.deepEqual(places([ost(0, 'oss1', 'oss2', extra)]), [
        '14:13-14:20 information clients-must-remount',
      ]);
    }
    assert.deepEqual(places([mgt]), []);
    assert.deepEqual(places([ost(0, 'oss1', 'oss2', 'serviceNodes: [a, b]')]), [
      '20:22-20:23 error bad-value',
      '20:25-20:26 error bad-value',
    ]);
  });
  it('mgs-single-nid: with a secondary of the MGT, on the list', () => {
    assert.deepEqual(places([mgt], { mgsNids: '[m1@tcp]' }), ['11:12-11:20 warning mgs-single-nid']);
    assert.deepEqual(places([ost(0, 'oss1', 'oss2')], { mgsNids: '[m1@tcp]' }), []);
  });
});

describe('Rules of Lustre: overloaded-partner', () => {
  const racks = ['a', 'b', 'c', 'd', 'e'];
  it('more than twice as many after the worst takeover, on the node', () => {
    const targets = [ost(0, 'oss1', 'oss2'), ost(1, 'oss1', 'oss2'), ost(2, 'oss2', 'oss3')];
    assert.deepEqual(places(targets, { racks }), ['7:13-7:17 warning overloaded-partner']);
    assert.match(message(targets, { racks }), /oss2 serves 1 target, and 3 after taking over the 2 of oss1/);
  });
  it('twice as many is not more, and two partners do not fail at once', () => {
    const targets = [ost(0, 'oss1', 'oss2'), ost(1, 'oss3', 'oss2'), ost(2, 'oss2', 'oss3')];
    assert.deepEqual(places(targets, { racks }), []);
  });
  it('a node that serves nothing is a spare', () => {
    assert.deepEqual(places([ost(0, 'oss1', 'oss2'), ost(1, 'oss1', 'oss2')], { racks }), []);
  });
});
