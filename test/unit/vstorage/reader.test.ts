import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { readConfig } from '../../../src/systems/vstorage/reader-config';
import { readEvents } from '../../../src/systems/vstorage/reader-events';
import { readStat } from '../../../src/systems/vstorage/reader-stat';
import {
  readVinfraDisks,
  readVinfraMaintenance,
  readVinfraNodes,
  readVinfraOverview,
} from '../../../src/systems/vstorage/reader-vinfra';

const folder = join(__dirname, '../../fixtures/vstorage');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
const stat = (name: string) => readStat(text(name));

/** Powers of 1024, as printed. */
const size = (number: number, unit: 'G' | 'T'): bigint =>
  (BigInt(Math.round(number * 10)) * 1024n ** (unit === 'G' ? 3n : 4n)) / 10n;

describe('reader of vstorage stat', () => {
  it('reads every part of the newest edition', () => {
    const report = stat('01-stat-healthy.txt');
    assert.equal(report.name, 'stor1');
    assert.equal(report.health, 'healthy');
    assert.equal(report.answeredBy, 2);
    assert.equal(report.spaceNote, 'OK');
    assert.deepEqual(report.allocatable, { free: size(12.4, 'T'), total: size(21.6, 'T') });
    assert.deepEqual(report.physical, { free: size(17.9, 'T'), total: size(31.2, 'T') });
    assert.deepEqual(report.mdsCount, { available: 3, total: 3 });
    assert.deepEqual(report.csCount, { active: 4, total: 4, inactive: 0, offline: 0 });
    assert.deepEqual(report.replication, { norm: 3, limit: 2 });
    assert.equal(report.chunks.healthy, 52011);
    assert.equal(report.chunks.void, 118);
    assert.equal(Object.keys(report.chunks).length, 11);
    assert.deepEqual(
      report.metadata?.map(({ id, isMaster, host }) => [id, isMaster, host]),
      [
        [1, false, 'st1.example'],
        [2, true, 'st2.example'],
        [3, false, 'st3.example'],
      ],
    );
    assert.deepEqual(report.chunkServices?.[2], {
      id: 1027,
      state: 'active',
      host: 'st3.example',
      space: size(7.8, 'T'),
      free: size(4.5, 'T'),
      replicas: 38940,
      unique: 2,
      ioWaitPercent: 2,
      flags: 'JCc',
    });
    assert.equal(report.unreadableRows, 0);
  });

  it('reads the columns of the old edition, and says nothing about those that it lacks', () => {
    const report = stat('02-stat-old-edition.txt');
    assert.deepEqual(report.chunkServices?.[1], {
      id: 1026,
      state: 'active',
      host: '10.30.18.3',
      space: size(931.3, 'G'),
      free: size(869.8, 'G'),
      replicas: 211,
      ioWaitPercent: 0,
    });
    assert.equal(report.answeredBy, undefined);
    assert.equal(report.chunks.pending, undefined);
    assert.equal(report.chunks.standby, undefined);
    assert.equal(report.chunks.degraded, 0);
  });

  it('needs no words in brackets, no “connected to”, and no replication for an encoding', () => {
    const report = stat('03-stat-quiet-no-brackets.txt');
    assert.equal(report.spaceNote, undefined);
    assert.equal(report.chunksNote, undefined);
    assert.equal(report.replication, undefined);
    assert.deepEqual(report.physical, { free: size(30.2, 'T'), total: size(56, 'T') });
    assert.deepEqual(
      report.metadata?.map(({ id, isMaster }) => [id, isMaster]),
      [
        [1, true],
        [2, false],
      ],
    );
    assert.deepEqual(
      report.chunkServices?.map(({ host, flags }) => [host, flags]),
      [
        ['node001.vstoragedomain', ''],
        ['node002.vstoragedomain', 'JC'],
      ],
    );
  });

  it('reads states, a lost MDS, and a chunk list over several lines', () => {
    const report = stat('04-stat-inactive.txt');
    assert.equal(report.health, 'degraded');
    assert.deepEqual(
      report.chunkServices?.map(({ state }) => state),
      ['inactive', 'active', 'active', 'active'],
    );
    assert.equal(report.metadata?.[0]?.status, 'unavail');
    assert.deepEqual([report.chunks.degraded, report.chunks.urgent, report.chunks.void], [38001, 1008, 118]);
    assert.deepEqual(report.csCount, { active: 3, total: 4, inactive: 1, offline: 0 });
  });

  it('tells offline services and chunks that are being replicated', () => {
    const report = stat('05-stat-rebuilding.txt');
    assert.equal(report.chunkServices?.[0]?.state, 'offline');
    assert.equal(report.chunks.replicating, 64);
  });

  it('tells that the cluster gave up replicating', () => {
    const report = stat('06-stat-failure.txt');
    assert.equal(report.health, 'failure');
    assert.equal(report.chunksNote, 'Error');
    assert.deepEqual([report.chunks.blocked, report.chunks.pending], [25400, 200]);
    assert.equal(report.chunkServices?.filter(({ state }) => state === 'offline').length, 3);
  });

  it('keeps the flags of failed services, and calls “-” unknown', () => {
    const [first, , , fourth, fifth] = stat('07-stat-failed-flags.txt').chunkServices ?? [];
    assert.equal(first?.flags, 'HJC');
    assert.deepEqual(fourth, { id: 1028, state: 'failed', host: 'st4.example', flags: 'R' });
    assert.equal(fifth?.state, 'ill');
    assert.equal(fifth.ioWaitPercent, 99);
  });

  it('reads maintenance, dropped services and offline chunks', () => {
    assert.equal(stat('08-stat-maintenance.txt').chunkServices?.[0]?.state, 'maintenance');
    const report = stat('09-stat-offline-chunks.txt');
    assert.equal(report.chunks.offline, 250);
    assert.deepEqual(
      report.chunkServices?.map(({ state, host }) => [state, host]),
      [
        ['active', '10.0.0.1'],
        ['offline', '10.0.0.2'],
        ['dropped', '10.0.0.3'],
      ],
    );
  });

  it('takes nothing for granted while a master is being elected', () => {
    const report = stat('10-stat-election.txt');
    assert.equal(report.health, 'unknown');
    assert.deepEqual(report.chunks, {});
    assert.equal(report.physical, undefined);
    assert.equal(report.chunkServices, undefined);
    assert.deepEqual(report.metadata, [{ id: 4, isMaster: false, status: 'avail', host: '10.1.1.4' }]);
  });

  it('reads a SMART warning, tiers, and IPv6', () => {
    assert.equal(stat('11-stat-smart.txt').health, 'smart-warning');
    assert.deepEqual(
      stat('12-stat-encoding-tiers.txt').chunkServices?.map(({ tier }) => tier),
      [0, 1, 3],
    );
    assert.deepEqual(
      stat('13-stat-ipv6.txt').chunkServices?.map(({ host }) => host),
      ['2001:db8::11', '2001:db8::12'],
    );
  });

  it('makes no size of a number without a unit, and believes no more free than there is', () => {
    const report = stat('14-stat-bare-numbers.txt');
    assert.equal(report.allocatable, undefined);
    assert.equal(report.physical, undefined);
    assert.deepEqual(report.chunks, { healthy: 431, degraded: 0 });
    assert.equal(report.chunkServices?.[1]?.space, size(1000, 'G'));
    assert.equal(report.chunkServices[1].free, undefined);
    assert.equal(report.chunkServices[0]?.space, undefined);
  });

  it('tells of broken rows only what is sure', () => {
    const report = stat('15-stat-broken-rows.txt');
    assert.deepEqual(report.chunks, { healthy: 900, offline: 4 });
    assert.deepEqual(report.chunkServices, [
      { id: 1025, state: 'active' },
      { id: 1027, state: 'active', host: 'st3.example' },
      // Two rows that disagree.
      { id: 1028, state: 'unknown' },
      { id: 1029, state: 'offline' },
    ]);
    assert.equal(report.unreadableRows, 1);
    assert.deepEqual(
      report.metadata?.map(({ id, isMaster, status }) => [id, isMaster, status]),
      [
        [1, false, undefined],
        [3, true, 'avail'],
      ],
    );
  });

  it('keeps words that it does not know, and stops before other tables', () => {
    const report = stat('16-stat-unknown-states.txt');
    assert.equal(report.chunkServices?.length, 2);
    assert.equal(report.chunkServices[0]?.state, 'releasing');
    assert.deepEqual(
      [report.chunkServices[1]?.state, report.chunkServices[1]?.word],
      ['unknown', 'sleeping'],
    );
    assert.deepEqual(report.chunks, { healthy: 900, degraded: 0 });
  });

  it('refuses what is nothing of the kind', () => {
    for (const other of [
      '',
      'sh: vstorage: not found',
      'Permission denied',
      '\0\0\0',
      'Filesystem  Size Used',
    ])
      assert.throws(() => readStat(other), UnreadableError, JSON.stringify(other));
  });
});

describe('readers of get-config and get-event', () => {
  it('read names and values; a name with two values has none', () => {
    const config = readConfig(text('17-get-config.txt'));
    assert.equal(config['mds.wd.offline_tout'], 300000);
    assert.equal(config['mds.name'], 'stor one');
    assert.equal('mds.twice' in config, false);
    assert.equal(readConfig(text('18-get-config-old.txt'))['mds.wd.offline_tout'], '900000ms');
    assert.throws(() => readConfig('nothing here'), UnreadableError);
  });

  it('read events with their time by the clock of the node, and what they mean', () => {
    const now = Date.UTC(2026, 10, 21, 21, 0, 0);
    const events = readEvents(text('19-get-event.txt'), { now, zone: 120 });
    assert.deepEqual(
      events.map(({ at, severity, meaning }) => [at, severity, meaning]),
      [
        [Date.UTC(2026, 10, 21, 18, 0, 3), 'wrn', { kind: 'cs', id: 1026, state: 'inactive' }],
        [Date.UTC(2026, 10, 21, 18, 14, 48), 'wrn', { kind: 'cs', id: 1026, state: 'offline' }],
        [Date.UTC(2026, 10, 21, 18, 14, 49), 'inf', { kind: 'replication-started', queued: 38001 }],
        [Date.UTC(2026, 10, 21, 19, 2, 10), 'inf', { kind: 'replication-completed' }],
        [Date.UTC(2026, 10, 21, 19, 2, 11), 'err', undefined],
      ],
    );
  });

  it('leave out a moment that can be read in two ways, lies ahead, or has no clock', () => {
    const events = readEvents(text('20-get-event-short-dates.txt'), { now: Date.UTC(2026, 10, 22), zone: 0 });
    assert.deepEqual(
      events.map(({ at, system, message }) => [at, system, message]),
      [
        [undefined, 'MDS', 'Replication started'],
        [Date.UTC(2026, 10, 21, 20, 0, 5), undefined, 'something without system and severity'],
      ],
    );
    const ahead = readEvents(text('19-get-event.txt'), { now: Date.UTC(2026, 10, 20), zone: 0 });
    assert.ok(ahead.length === 5 && ahead.every(({ at }) => at === undefined));
    assert.ok(readEvents(text('19-get-event.txt')).every(({ at }) => at === undefined));
  });
});

describe('readers of vinfra', () => {
  it('read the overview', () => {
    const overview = readVinfraOverview(text('21-vinfra-overview.json'));
    assert.deepEqual([overview.chunks.degraded, overview.chunks.healthy, overview.total], [12, 988, 1003]);
    assert.deepEqual([overview.csTotal, overview.csFailed], [5, 1]);
  });

  it('read nodes and their maintenance', () => {
    assert.deepEqual(readVinfraNodes(text('22-vinfra-nodes.json')), [
      {
        id: '09bb6b80-0001',
        host: 'node001.vstoragedomain',
        isOnline: true,
        isAssigned: true,
        maintenance: 'none',
      },
      {
        id: '187edb10-0002',
        host: 'node002.vstoragedomain',
        isOnline: true,
        isAssigned: true,
        maintenance: 'in',
      },
      { id: 'e6255ae0-0003', host: 'node003.vstoragedomain', isAssigned: false },
    ]);
  });

  it('read disks in bytes, and take no size in words', () => {
    const [first, , third, fourth] = readVinfraDisks(text('23-vinfra-disks.json'));
    assert.deepEqual(first, {
      id: 'EAC7DF5D',
      node: '187edb10-0002',
      device: '/dev/sdb',
      mountPoint: '/vstorage/33aac2d5',
      role: 'cs',
      tier: 1,
      serviceId: 1026,
      serviceStatus: 'ok',
      diskStatus: 'ok',
      isBeingReleased: false,
      capacity: 10_000_000_000_000n,
      used: 9_000_000_000_000n,
    });
    assert.deepEqual([third?.serviceId, third?.tier, third?.capacity], [1027, undefined, undefined]);
    assert.deepEqual([fourth?.used, fourth?.capacity], [undefined, undefined]);
    const [shown] = readVinfraDisks(text('24-vinfra-disk-show.json'));
    assert.deepEqual([shown?.device, shown?.serviceId, shown?.isBeingReleased], ['/dev/sdb', 1026, true]);
  });

  it('read the state of a maintenance', () => {
    assert.deepEqual(readVinfraMaintenance(text('25-vinfra-maintenance.json')), {
      node: '9dcc9632',
      state: 'in_maintenance',
      isOn: true,
    });
    const off = readVinfraMaintenance('{"node_id": "x", "status": "NOT_IN_MAINTENANCE"}');
    assert.equal(off.isOn, false);
  });

  it('refuse what is no JSON, or another one', () => {
    for (const other of ['', 'Traceback (most recent call last):', '42', '"text"', '{}']) {
      assert.throws(() => readVinfraOverview(other), UnreadableError);
      assert.throws(() => readVinfraMaintenance(other), UnreadableError);
    }
    assert.throws(() => readVinfraDisks('usage: vinfra node disk list'), UnreadableError);
  });
});

describe('fixtures of vstorage', () => {
  it('are all used in this file', () => {
    const own = readFileSync(__filename, 'utf8');
    assert.deepEqual(
      readdirSync(folder).filter((name) => !own.includes(name)),
      [],
    );
  });
});
