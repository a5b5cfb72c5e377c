import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { scale, type Space } from '../../../src/rules/space';
import {
  dataToDelete,
  domainsToAdd,
  modesThatFit,
  modeText,
  remedies,
} from '../../../src/systems/vstorage/advice';
import { vstorageAdvice } from '../../../src/systems/vstorage/advice-sentences';
import { vstorageSpec } from '../../../src/systems/vstorage/spec';

const T = 10n ** 12n;
const mode = { data: 5, parity: 2, isEncoded: true };
const space = (capacity: bigint, used: bigint): Space => ({
  fillable: capacity * scale,
  used: used * scale,
  free: (capacity - used) * scale,
});
const hosts = (number: number, capacity: bigint, used: bigint) =>
  Array.from({ length: number }, () => space(capacity, used));

/** A cluster file of nodes with one disk each. */
function fileOf(encoding: string, disks: readonly (readonly [capacity: string, used: string])[]): string {
  return [
    'cluster: c\nsystem: vstorage',
    `redundancy: { encoding: ${encoding} }`,
    'nodes:',
    ...disks.map(
      ([capacity, used], index) =>
        `  - { name: n${index}, address: 10.0.0.${index + 1}, roles: [mds, cs], disks: [{ path: /d, capacity: ${capacity}, used: ${used} }] }`,
    ),
  ].join('\n');
}

function adviceOf(text: string): readonly string[] {
  const [document] = parse(text, [vstorageSpec]).documents;
  assert.ok(document);
  return vstorageAdvice(document.draft);
}

const nodes = (number: number, capacity: string, used: string) =>
  Array.from({ length: number }, () => [capacity, used] as const);

describe('advice: what would have to change', () => {
  it('says nothing where everything fits', () => {
    assert.deepEqual(
      remedies({ spaces: hosts(9, 10n * T, 6n * T), stored: 60n * T * scale, mode, kind: 'host' }),
      [],
    );
  });

  it('reckons hosts, data and modes so that the next smaller number would not do', () => {
    const shortage = { spaces: hosts(9, 10n * T, 9n * T), stored: 97n * T * scale, mode, kind: 'host' };
    assert.equal(domainsToAdd(shortage), 1);
    const bytes = dataToDelete(shortage);
    // 90 of 97 TB of pieces fit: 7 TB too many, five sevenths of it data.
    assert.ok(bytes !== undefined && bytes >= 5n * T && bytes <= 5n * T + 1n, `${bytes}`);
    const modes = modesThatFit(shortage).map(modeText);
    assert.equal(modes[0], '7+2');
    assert.ok(!modes.includes('3+2'), 'a mode that takes more room is no help');
    assert.deepEqual(remedies(shortage), [
      'add 1 host with room for 10 TB',
      'delete 5 TB of data',
      'lower the mode to 7+2 (it needs 9 hosts and survives the loss of 2; data counts once it is written anew)',
    ]);
  });

  it('with too few hosts, deleting data is no help', () => {
    const shortage = { spaces: hosts(6, 10n * T, 1n * T), stored: 7n * T * scale, mode, kind: 'host' };
    assert.equal(dataToDelete(shortage), undefined);
    assert.match(remedies(shortage).join('; '), /^add 1 host with room for 10 TB; lower the mode to 3\+2/);
  });

  it('as hovers: one more host than the mode needs', () => {
    assert.deepEqual(adviceOf(fileOf('5+2', nodes(7, '10TB', '5TB'))), [
      'For a cluster that rebuilds itself after a failure: add 1 host; or lower the mode to 3+2 (it needs 5 hosts and survives the loss of 2; data counts once it is written anew). One more than the mode needs is advised.',
    ]);
  });

  it('as hovers: what a rebuild lacks, and what the network makes of its time', () => {
    const said = adviceOf(fileOf('5+2', nodes(10, '10TB', '9.5TB')));
    assert.match(
      said[0] ?? '',
      /^To rebuild node n0 after its failure: add 1 host with room for 10 TB; or delete 3\.57 TB of data/,
    );
    // 9.5 TB / 9 others, five pieces to be read for each: 5.28 TB received by each.
    assert.match(
      said[1] ?? '',
      /^Rebuilding the fullest \(9\.5 TB\) takes at least (70 min|1 h 10 min) at 10 Gbit\/s, 28 min at 25 Gbit\/s/,
    );
  });

  it('as hovers: equal disks', () => {
    const said = adviceOf(
      fileOf('1+1', [
        ['10TB', '1TB'],
        ['8TB', '1TB'],
        ['10TB', '1TB'],
      ]),
    );
    assert.match(said.at(-1) ?? '', /^Equal disks in all nodes make a rebuild easiest: n1 lacks 2 TB\.$/);
  });
});
