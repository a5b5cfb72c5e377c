import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { systemOf, systems } from '../../../src/systems/index';

/** What the systems say of a loss: `what effect`, and the sentences. */
function consequences(text: string, ...lost: string[]) {
  const { documents, findings } = parse(
    text,
    systems.map(({ spec }) => spec),
  );
  const cluster = documents[0]?.cluster;
  assert.ok(cluster, JSON.stringify(findings));
  const all = systemOf(cluster).whatIf?.(cluster, new Set(lost)) ?? [];
  return {
    brief: all.map(({ what, effect }) => `${what} ${effect}`),
    text: all.map((one) => one.sentence).join('\n'),
  };
}

const nodes = (...lines: string[]) =>
  `nodes:\n${lines.map((line, index) => `  - { address: 10.0.0.${index + 1}, ${line} }\n`).join('')}`;

describe('What the loss of roles means', () => {
  it('MooseFS: a candidate fails over, the last one stops everything, the last metadata is data lost', () => {
    const file = (metalogger: boolean) =>
      `cluster: files\nsystem: moosefs\nredundancy: { replicas: 2 }\n${nodes(
        'name: m1, roles: [master]',
        'name: m2, roles: [master]',
        `name: cs1, roles: [chunkserver${metalogger ? ', metalogger' : ''}]`,
        'name: cs2, roles: [chunkserver]',
      )}`;
    assert.deepEqual(consequences(file(true), 'cs2').brief, []);
    assert.deepEqual(consequences(file(true), 'm1').brief, ['master failover']);
    assert.match(consequences(file(true), 'm1').text, /fails over to m2; nobody could take over after that/);
    assert.deepEqual(consequences(file(true), 'm1', 'm2').brief, ['master stopped']);
    assert.match(consequences(file(true), 'm1', 'm2').text, /still on cs1/);
    assert.deepEqual(consequences(file(true), 'm1', 'm2', 'cs1').brief, ['master data-lost']);
    assert.deepEqual(consequences(file(false), 'm1', 'm2').brief, ['master data-lost']);
  });

  it('vstorage: a majority of the MDS has to live', () => {
    const file = `cluster: media\nsystem: vstorage\nredundancy: { replicas: 2 }\n${nodes(
      ...[1, 2, 3, 4, 5].map((n) => `name: n${n}, roles: [mds, cs]`),
    )}`;
    assert.match(consequences(file, 'n1').text, /4 of 5 MDS are left, and 3 are needed: 1 more may fail/);
    assert.match(consequences(file, 'n1', 'n2').text, /none more may fail/);
    assert.deepEqual(consequences(file, 'n1', 'n2').brief, ['MDS majority weaker']);
    assert.deepEqual(consequences(file, 'n1', 'n2', 'n3').brief, ['MDS majority stopped']);
    assert.match(consequences(file, 'n1', 'n2', 'n3').text, /stops until 1 more is back/);
  });

  it('Lustre: a target goes to its partner; with both, a mirror is lost and shared storage waits', () => {
    const target = (name: string, more: string) =>
      `    - { name: ${name}, device: /dev/${name}, mountPoint: /mnt/${name}, ${more} }\n`;
    const file = `cluster: scratch\nsystem: lustre\nlustre:\n  filesystem: scratch\n  mgsNids: [10.0.0.1@tcp]\n  targets:\n${target('MGT', 'primary: mds1')}${target('OST0000', 'drbd: r0, primary: oss1, secondary: oss2')}${target('OST0001', 'primary: oss2, secondary: oss1')}${nodes(
      'name: mds1, roles: [mgs, mds]',
      'name: oss1, roles: [oss]',
      'name: oss2, roles: [oss]',
    )}`;
    assert.deepEqual(consequences(file, 'oss1').brief, ['OST0000 failover', 'OST0001 weaker']);
    assert.match(
      consequences(file, 'oss1').text,
      /OST0000 fails over from oss1 to oss2.*mirror r0 is resynced/,
    );
    assert.deepEqual(consequences(file, 'oss1', 'oss2').brief, ['OST0000 data-lost', 'OST0001 stopped']);
    assert.deepEqual(consequences(file, 'mds1').brief, ['MGT stopped']);
    assert.match(consequences(file, 'mds1').text, /the file system stops until one is back/);
  });
});
