import assert from 'node:assert/strict';
import { applyFix } from '../cluster/helpers';
import { file, findings, observed, only, times } from './helpers';

const nodes = times(8, {});
const order = ['heartbeat-order'];
const all = [
  'heartbeat-order',
  'milliseconds',
  'maintenance-shorter',
  'heartbeat-mismatch',
  'too-many-offline',
];

/** A file whose heartbeat begins on line 13 and whose parameters follow; 8 nodes are before them. */
function timing(
  heartbeat: readonly string[],
  parameters: readonly string[] = [],
  redundancy?: string,
): string {
  const section = (key: string, lines: readonly string[], indent: string): string =>
    lines.length > 0 ? `${key}\n${lines.map((line) => `${indent}${line}\n`).join('')}` : '';
  return file(
    nodes,
    redundancy,
    section('heartbeat:', heartbeat, '  ') + section('vstorage:\n  parameters:', parameters, '    '),
  );
}

const messages = (text: string, code: string) => findings(text).filter((one) => one.code === code);

describe('heartbeat-order', () => {
  it('each broken pair, on the later key where it is written', () => {
    assert.deepEqual(only(timing(['interval: 15s', 'inactiveAfter: 15s']), order), [
      '15:18-15:21 error heartbeat-order',
    ]);
    assert.deepEqual(
      only(timing(['inactiveAfter: 5s', 'offlineAfter: 5s', 'maintenanceOfflineAfter: 4s']), order),
      [
        '14:18-14:20 error heartbeat-order',
        '15:17-15:19 error heartbeat-order',
        '16:28-16:30 error heartbeat-order',
      ],
    );
  });
  it('against a default, on the key that is written', () => {
    assert.deepEqual(only(timing(['inactiveAfter: 15m']), order), ['14:18-14:21 error heartbeat-order']);
    assert.match(
      messages(timing(['inactiveAfter: 15m']), 'heartbeat-order')[0]?.message ?? '',
      /the default/,
    );
  });
  it('offlineAfter may equal maintenanceOfflineAfter', () => {
    assert.deepEqual(only(timing(['offlineAfter: 30m']), order), []);
    assert.deepEqual(only(timing(['offlineAfter: 31m']), order), ['14:17-14:20 error heartbeat-order']);
  });
  it('a parameter counts as written and is the default of its time', () => {
    assert.deepEqual(only(timing([], ['mds.wd.offline_tout_mnt: 600000']), order), [
      '15:30-15:36 error heartbeat-order',
    ]);
    assert.deepEqual(only(timing(['inactiveAfter: 5m'], ['mds.wd.offline_tout: 300000']), order), [
      '17:26-17:32 error heartbeat-order',
    ]);
    assert.deepEqual(only(timing(['offlineAfter: 10m'], ['mds.wd.offline_tout_mnt: 600000']), order), []);
  });
  it('nothing is concluded from a value that cannot be read', () => {
    assert.deepEqual(only(timing(['offlineAfter: 45', 'maintenanceOfflineAfter: 40s']), order), []);
    assert.deepEqual(only(timing(['oflineAfter: 30s', 'maintenanceOfflineAfter: 40s']), order), []);
    assert.deepEqual(only(timing(['inactiveAfter: 20m'], ['mds.wd.offline_tout: soon']), order), []);
  });
  it('the defaults of a system alone are nobody’s mistake', () => {
    assert.deepEqual(only(timing([]), order), []);
    assert.deepEqual(only(timing(['interval: 5s']), order), []);
  });
});

describe('milliseconds', () => {
  const short = timing([], ['mds.wd.offline_tout: 900']);
  it('below a minute, with both readings as fixes', () => {
    assert.deepEqual(only(short, all), ['15:26-15:29 warning milliseconds']);
    assert.deepEqual(
      messages(short, 'milliseconds')[0]?.fixes.map(({ title, edits }) => [title, edits[0]?.newText]),
      [
        ['Change to 900000 (900 s)', '900000'],
        ['Change to 54000000 (900 min)', '54000000'],
      ],
    );
    assert.deepEqual(only(timing([], ['mds.wd.offline_tout_mnt: 59999']), all), [
      '15:30-15:35 warning milliseconds',
    ]);
    assert.deepEqual(only(timing([], ['mds.wd.offline_tout: 60000']), ['milliseconds']), []);
  });
  it('silences the other rules for that parameter, and gives no default', () => {
    assert.deepEqual(only(timing(['offlineAfter: 10m'], ['mds.wd.offline_tout: 10']), all), [
      '17:26-17:28 warning milliseconds',
    ]);
    assert.deepEqual(
      only(timing([], ['mds.wd.offline_tout: 900000', 'mds.wd.offline_tout_mnt: 1800']), all),
      ['16:30-16:34 warning milliseconds'],
    );
    // 20 min is above the system's own 15 min, whatever the doubtful parameter says.
    assert.deepEqual(only(timing(['inactiveAfter: 20m'], ['mds.wd.offline_tout: 30']), order), [
      '14:18-14:21 error heartbeat-order',
    ]);
  });
});

describe('maintenance-shorter', () => {
  it('on the shorter parameter, and not as heartbeat-order besides', () => {
    const text = (mnt: number) =>
      only(timing([], ['mds.wd.offline_tout: 900000', `mds.wd.offline_tout_mnt: ${mnt}`]), all);
    assert.deepEqual(text(899_999), ['16:30-16:36 warning maintenance-shorter']);
    assert.deepEqual(text(900_000), []);
  });
});

describe('heartbeat-mismatch', () => {
  it('on the key of heartbeat, with the cluster’s own value as fix', () => {
    const text = timing(['offlineAfter: 10m'], ['mds.wd.offline_tout: 900000']);
    assert.deepEqual(only(text, all), ['14:17-14:20 warning heartbeat-mismatch']);
    const [found] = messages(text, 'heartbeat-mismatch');
    assert.match(found?.message ?? '', /10 min.*15 min/);
    assert.match(found?.fixes[0]?.title ?? '', /^Raise offlineAfter to 15m/);
    assert.deepEqual(only(applyFix(text, found ?? assert.fail()), all), []);
    assert.deepEqual(only(timing(['offlineAfter: 15m'], ['mds.wd.offline_tout: 900000']), all), []);
  });
  it('likewise for maintenance, where the value may be too high', () => {
    const text = timing(['maintenanceOfflineAfter: 1h'], ['mds.wd.offline_tout_mnt: 1800001']);
    assert.deepEqual(only(text, all), ['14:28-14:30 warning heartbeat-mismatch']);
    assert.match(messages(text, 'heartbeat-mismatch')[0]?.fixes[0]?.title ?? '', /^Lower .* 1800001ms/);
  });
});

describe('too-many-offline', () => {
  const text = (most: number, redundancy: string) =>
    only(timing([], [`mds.wd.max_offline_cs_hosts: ${most}`], redundancy), ['too-many-offline']);
  it('with a tolerance above it, on the parameter', () => {
    assert.deepEqual(text(1, 'encoding: 5+2'), ['15:34-15:35 warning too-many-offline']);
    assert.deepEqual(text(2, 'encoding: 5+2'), []);
    assert.deepEqual(text(1, 'replicas: 3'), ['15:34-15:35 warning too-many-offline']);
  });
  it('by the value that the cluster has, once it was read', () => {
    const live = (most: number, parameters: readonly string[] = []) =>
      only(timing([], parameters, 'encoding: 5+2'), ['too-many-offline'], {
        ...observed({}),
        parameters: new Map([['mds.wd.max_offline_cs_hosts', most]]),
      });
    const written = 'mds.wd.max_offline_cs_hosts: 2';
    assert.deepEqual(live(1, [written]), ['15:34-15:35 warning too-many-offline']);
    assert.deepEqual(live(1), ['3:25-3:28 warning too-many-offline']);
    assert.deepEqual(live(2, [written.replace('2', '1')]), []);
  });
  it('only where hosts are the failure domain', () => {
    assert.deepEqual(text(1, 'encoding: 5+2, failureDomain: disk'), []);
  });
});
