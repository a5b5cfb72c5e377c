import assert from 'node:assert/strict';
import fc from 'fast-check';
import { normalAddress, readAddress, readAddressWithPrefix } from '../../../src/cluster/address';
import { readDuration } from '../../../src/cluster/duration';
import type { Reading } from '../../../src/cluster/grammar';
import { readEncoding, readName, readTime } from '../../../src/cluster/name';
import { nearMiss } from '../../../src/cluster/near';
import { readPercent } from '../../../src/cluster/percent';
import { formatSize, readSize } from '../../../src/cluster/size';

const value = <T>(reading: Reading<T>): T | string =>
  'value' in reading ? reading.value : (reading.code ?? 'bad-value');
const suggestion = (reading: Reading<unknown>): string | undefined =>
  'value' in reading ? undefined : reading.suggestions?.[0];

describe('sizes', () => {
  for (const [text, bytes] of [
    ['10TB', 10_000_000_000_000n],
    ['931.5GiB', 1_000_190_509_056n],
    ['512 MB', 512_000_000n],
    ['1kB', 1000n],
    ['1KB', 1000n],
    ['1KiB', 1024n],
    ['7B', 7n],
    ['0', 0n],
    ['8EiB', 2n ** 63n],
    ['9007199254740993B', 9_007_199_254_740_993n],
    ['0.1PB', 100_000_000_000_000n],
  ] as const) {
    it(`${text} is ${bytes} bytes`, () => assert.equal(value(readSize(text)), bytes));
  }
  for (const text of ['10', '10.5', '1e3', '0x10', '+5', '931.5']) {
    it(`${text} lacks its unit`, () => assert.equal(value(readSize(text)), 'size-without-unit'));
  }
  for (const text of [
    '-5TB',
    '.inf',
    '.nan',
    '1e3GB',
    'TB',
    '',
    '10 T B',
    '10Tbit',
    '-5',
    '1.TB',
    '.5TB',
    'kiB',
  ]) {
    it(`'${text}' is no size`, () => assert.equal(value(readSize(text)), 'bad-value'));
  }
  it('offers the right case where only the case differs', () => {
    assert.equal(suggestion(readSize('10tb')), '10TB');
    assert.equal(suggestion(readSize('1.5 gib')), '1.5 GiB');
    assert.equal(suggestion(readSize('5kiB')), '5KiB');
    assert.equal(suggestion(readSize('5b')), '5B');
  });
  it('whole bytes of every unit come back exactly', () => {
    const units = { B: 1n, kB: 1000n, GB: 10n ** 9n, EB: 10n ** 18n, KiB: 1024n, EiB: 2n ** 60n };
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 12n),
        fc.constantFrom(...Object.entries(units)),
        (n, [unit, factor]) => {
          assert.equal(value(readSize(`${n}${unit}`)), n * factor);
        },
      ),
    );
  });
  it('are shown in a unit that a person reads', () => {
    assert.equal(formatSize(9_010_000_000_000n), '9.01 TB');
    assert.equal(formatSize(1000n), '1 kB');
    assert.equal(formatSize(999_999n), '1 MB');
    assert.equal(formatSize(999_994n), '999.99 kB');
    assert.equal(formatSize(999n), '999 B');
    assert.equal(formatSize(-1_500_000n), '-1.5 MB');
  });
});

describe('durations', () => {
  for (const [text, ms] of [
    ['5s', 5000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['250 ms', 250],
    ['1d', 86_400_000],
    ['1.1s', 1100],
  ] as const) {
    it(`${text} is ${ms} ms`, () => assert.equal(value(readDuration(text)), ms));
  }
  it('a bare number lacks its unit', () => assert.equal(value(readDuration('15')), 'size-without-unit'));
  for (const text of ['0s', '0', '-5s', '5 min', '5S', '1h30m', '', '.inf', '9'.repeat(400) + 's']) {
    it(`'${text.slice(0, 9)}' is no duration`, () => assert.equal(value(readDuration(text)), 'bad-value'));
  }
});

describe('percentages', () => {
  it('are exact hundredths', () => {
    assert.equal(value(readPercent('5%')), 500n);
    assert.equal(value(readPercent('0%')), 0n);
    assert.equal(value(readPercent('99.99 %')), 9999n);
    assert.equal(value(readPercent('2.50%')), 250n);
  });
  for (const text of ['5', '100%', '-1%', '0.001%', '%', '5 percent']) {
    it(`'${text}' is refused`, () => assert.equal(value(readPercent(text)), 'bad-value'));
  }
});

describe('names, encodings and times', () => {
  it('a name has 1 to 63 characters and begins with a letter or digit', () => {
    for (const name of ['a', '1', 'cs-1.rack_2', 'a'.repeat(63)]) assert.equal(value(readName(name)), name);
    for (const name of ['', '-a', '_a', '.a', 'a b', 'ä', 'a/b', 'a'.repeat(64), 'a\n']) {
      assert.equal(value(readName(name)), 'bad-value', name);
    }
    assert.equal(value(readName('scratch12', 8)), 'bad-value');
  });
  it('M is 1 to 99 and N is 0 to 99', () => {
    for (const encoding of ['1+0', '5+2', '99+99']) assert.equal(value(readEncoding(encoding)), encoding);
    for (const encoding of ['0+1', '100+1', '5+100', '5', '5+', '5 + 2', '5-2', '-5+2']) {
      assert.equal(value(readEncoding(encoding)), 'bad-value', encoding);
    }
  });
  it('a time is ISO 8601', () => {
    assert.equal(value(readTime('2026-11-21T20:00:00Z')), '2026-11-21T20:00:00Z');
    for (const time of ['yesterday', '2026-13-01T00:00:00Z', '20:00', '2026-11-21T25:00:00Z']) {
      assert.equal(value(readTime(time)), 'bad-value', time);
    }
  });
});

describe('addresses', () => {
  const good = [
    '10.0.0.1',
    'cs1',
    'cs1.example.net',
    'cs_1',
    'a.b.',
    'fe80::1%eth0',
    '::1',
    '2001:DB8::1',
    '1a',
    '4.example',
  ];
  for (const address of good) {
    it(`${address} is one`, () => assert.equal(value(readAddress(address)), address));
  }
  const bad = [
    '10.0.0.300',
    '10.0.0',
    '1',
    '010.0.0.1',
    '[::1]',
    'a..b',
    '-a',
    'a b',
    'müller.example',
    ':::1',
    '',
    'a/b',
    'a:22',
  ];
  for (const address of [...bad, `${'a'.repeat(64)}.net`, 'a.'.repeat(130)]) {
    it(`'${address.slice(0, 20)}' is none`, () => assert.equal(value(readAddress(address)), 'bad-value'));
  }
  it('brackets are taken off by the fix', () => assert.equal(suggestion(readAddress('[::1]')), '::1'));
  it('one address in two spellings is the same', () => {
    assert.equal(normalAddress('2001:DB8:0:0::1'), normalAddress('2001:db8::1'));
    assert.equal(normalAddress('CS1.Example.net'), normalAddress('cs1.example.net.'));
    assert.notEqual(normalAddress('fe80::1%eth0'), normalAddress('fe80::1%eth1'));
  });
  it('a prefix is needed and fits the family', () => {
    for (const text of ['172.16.0.99/16', '10.0.0.1/32', 'fd00::1/128', '10.0.0.1/0']) {
      assert.equal(value(readAddressWithPrefix(text)), text);
    }
    for (const text of [
      '172.16.0.99',
      '172.16.0.99/33',
      'fd00::1/129',
      'host/16',
      '10.0.0.1/',
      '10.0.0.1/8/8',
      '10.0.0.1/-1',
    ]) {
      assert.equal(value(readAddressWithPrefix(text)), 'bad-value', text);
    }
  });
});

describe('near misses', () => {
  const keys = ['name', 'address', 'roles', 'rack', 'failureDomain', 'vhid'];
  for (const [written, meant] of [
    ['adress', 'address'],
    ['failure_domain', 'failureDomain'],
    ['failuredomain', 'failureDomain'],
    ['role', 'roles'],
    ['rcak', 'rack'],
    ['vid', 'vhid'],
    ['colour', undefined],
    ['x', undefined],
  ] as const) {
    it(`${written} means ${meant ?? 'nothing'}`, () => assert.equal(nearMiss(written, keys), meant));
  }
});
