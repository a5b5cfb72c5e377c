import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { readDrbdEvents } from '../../../src/systems/lustre/reader-drbd-events';
import { compareGenerations, readDrbdGi } from '../../../src/systems/lustre/reader-drbd-gi';
import { readDrbdJson } from '../../../src/systems/lustre/reader-drbd-json';
import { procReadings, readProcDrbd, withProc } from '../../../src/systems/lustre/reader-drbd-proc';
import { readDrbdShow } from '../../../src/systems/lustre/reader-drbd-show';
import { readDrbdStatus } from '../../../src/systems/lustre/reader-drbd-status';
import { states } from './drbd-states';
import { told } from './drbd-told';
import { recorded } from './fixtures';

const folder = join(__dirname, '../../fixtures/drbd');
const has = (state: string, file: string) => existsSync(join(folder, state, `${file}.txt`));
const text = (state: string, file: string) => recorded(`drbd/${state}/${file}.txt`);

const events = (state: string) => readDrbdEvents(text(state, 'drbdsetup-events2-now-statistics'));
const proc = (state: string) => readProcDrbd(text(state, 'proc-drbd'));
const names = new Map([[0, 'ost0']]);

describe('Readers of DRBD, every recorded state', () => {
  it('no recorded state is left out', () => {
    const all = readdirSync(folder).flatMap((state) =>
      readdirSync(join(folder, state)).map((node) => `${state}/${node}`),
    );
    assert.deepEqual(Object.keys(states), all.toSorted());
  });

  for (const [state, wanted] of Object.entries(states)) {
    const { drbd, gi } = wanted;
    it(`${state}: all fields, of events2 with /proc/drbd`, () => {
      assert.equal(withProc(events(state), proc(state)).map(told).join(' | '), drbd);
      const { current, bitmap, history, ...flags } = readDrbdGi(text(state, 'drbdadm-get-gi'));
      const set = Object.entries(flags).flatMap(([key, value]) => (value ? [key] : []));
      assert.equal(`${[current, bitmap, ...history].join(':')} ${set.join(' ')}`, gi);
    });

    it(`${state}: drbdadm role, cstate and dstate say the same`, () => {
      const [reading] = withProc(events(state), proc(state));
      if (!reading) return assert.match(text(state, 'drbdadm-role'), /not allocated/);
      const { role, peerRole, disk, peerDisk, said, connection } = reading;
      assert.equal(`${role}/${peerRole}`, text(state, 'drbdadm-role').trim());
      assert.equal(`${disk}/${peerDisk}`, text(state, 'drbdadm-dstate').trim());
      assert.equal(said['cs'] ?? connection, text(state, 'drbdadm-cstate').trim());
    });

    it(`${state}: status and /proc/drbd by themselves contradict nothing`, () => {
      const [wantedReading] = withProc(events(state), proc(state));
      const kernel = procReadings(proc(state), names);
      const sources = [
        kernel,
        readDrbdStatus(text(state, 'drbdsetup-status-verbose-statistics')),
        ...(wantedReading ? [readDrbdStatus(text(state, 'drbdadm-status'))] : []),
      ];
      for (const readings of sources) {
        assert.equal(readings.length, wantedReading ? 1 : 0);
        for (const key of ['role', 'disk', 'connection', 'replication', 'peerDisk', 'peerRole'] as const) {
          const value = readings[0]?.[key];
          const isSilent = value === 'unknown' || value === 'Unknown';
          assert.ok(isSilent || value === wantedReading?.[key], `${key}: ${value}`);
        }
      }
      // Both are counted at once; a moment lies between two commands.
      assert.equal(kernel[0]?.protocol, wantedReading?.protocol);
    });
  }

  it('8.4 has no JSON: what it prints instead is unreadable', () => {
    const usage = text('03-healthy/oss1', 'drbdsetup-status-json-statistics');
    assert.throws(() => readDrbdJson(usage), UnreadableError);
  });

  it('the configuration in force: 8.4 has its fencing among the options of the disk', () => {
    const found = Object.keys(states).filter((state) => has(state, 'drbdsetup-show-defaults'));
    assert.ok(found.length > 0);
    for (const state of found) {
      const drbd = states[state]?.drbd ?? '';
      // Options of the disk are gone with the disk, those of the net with the connection.
      assert.deepEqual(readDrbdShow(text(state, 'drbdsetup-show-defaults')), [
        {
          resource: 'ost0',
          ...(/ Diskless\//.test(drbd) ? {} : { fencing: 'dont-care' }),
          ...(/ StandAlone /.test(drbd) ? {} : { protocol: 'C', allowTwoPrimaries: false }),
        },
      ]);
    }
  });
});

describe('Generations of two copies', () => {
  const gi = (state: string, node: string) => readDrbdGi(text(`${state}/${node}`, 'drbdadm-get-gi'));
  const compared = (state: string) => compareGenerations(gi(state, 'oss1'), gi(state, 'oss2'));

  it('say who has what: equal, ahead, behind', () => {
    assert.equal(compared('03-healthy'), 'same', 'the lowest bit is not compared');
    assert.equal(compared('09-standalone-primary'), 'ahead');
    assert.equal(compared('04-diskless-primary'), 'behind');
    assert.equal(compared('28-link-cut-both-alive'), 'ahead');
  });

  it('different data over the same base are a split brain, also when one side only waits', () => {
    assert.equal(compared('30-split-brain-both-standalone'), 'split-brain');
    assert.equal(compared('31-split-brain-one-standalone'), 'split-brain');
  });

  it('a copy that never had data says nothing', () => {
    assert.equal(compared('01-fresh-inconsistent'), 'unknown');
  });

  it('nothing in common', () => {
    const other = { ...gi('03-healthy', 'oss1'), current: '1111111111111110', history: ['0', '0'] as const };
    assert.equal(compareGenerations(gi('16-old-primary-back-resync', 'oss1'), other), 'unrelated');
  });
});

describe('Reader of /proc/drbd', () => {
  const device = (line: string, more = '') =>
    readProcDrbd(`version: 8.4.11 (api:1/proto:86-101)\n${line}\n${more}`).devices[0];

  it('a large resync is told in megabytes, and hours have no limit', () => {
    const found = device(
      ' 1: cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate C r-----',
      "\t[>....................] sync'ed:  0.6% (11650908/11716496)M\n\tfinish: 125:46:40 speed: 26,348 (26,348) want: 30,720 K/sec\n",
    );
    assert.deepEqual(found?.sync, {
      percent: 0.6,
      total: 11_716_496 * 1024 ** 2,
      speed: 26_348 * 1024,
      wanted: 30_720 * 1024,
      finishSeconds: 125 * 3600 + 46 * 60 + 40,
    });
  });

  it('says that it stalled where the kernel says so', () => {
    const found = device(
      ' 0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----',
      "\t[>....] sync'ed: 12.0% (1000/2000)K\n\tfinish: 0:00:00 speed: 0 (12 -- 8) K/sec (stalled)\n",
    );
    assert.deepEqual(found?.sync, {
      percent: 12,
      total: 2_048_000,
      speed: 0,
      finishSeconds: 0,
      stalled: true,
    });
  });

  it('names who paused, and knows states of the handshake', () => {
    const paused = device(' 0: cs:PausedSyncT ro:Secondary/Primary ds:Inconsistent/UpToDate C rapu--');
    assert.deepEqual(paused?.pausedBy, ['dependency', 'peer', 'user']);
    const greeting = device(' 0: cs:WFReportParams ro:Secondary/Unknown ds:UpToDate/DUnknown C r-----');
    assert.deepEqual([greeting?.connection, greeting?.replication], ['Connecting', 'Off']);
    assert.equal(device(' 0: cs:Unconfigured'), undefined);
  });

  it('DRBD 9 tells its version alone', () => {
    assert.deepEqual(readProcDrbd('version: 9.2.8 (api:2/proto:86-122)\nGIT-hash: e163\n'), {
      version: '9.2.8',
      devices: [],
    });
  });
});

describe('Reader of DRBD 9', () => {
  const json = recorded('drbd9/status.json');

  it('one reading for each resource, volume and peer, with the figures of a resync', () => {
    assert.deepEqual(readDrbdJson(json).map(told), [
      'ost0/0 Primary/Secondary UpToDate/UpToDate Connected Established minor:0 peer:oss2 outOfSync:0K size:409600K written:123456K suspended:false',
      'ost1/0 Secondary/Primary Inconsistent/UpToDate Connected SyncTarget minor:1 peer:oss2 outOfSync:2047544K size:20970204K written:18922660K suspended:false sync(percent:90.24 total:20970204K speed:95283.2001953125K wanted:102400K finishSeconds:21)',
      'ost2/0 Primary/Unknown UpToDate/Outdated StandAlone Off minor:2 peer:oss4 outOfSync:92K size:409600K written:500K suspended:true',
    ]);
  });

  it('an estimate that nobody has is left out, and a percentage of the whole device is none of the resync', () => {
    const odd = json
      .replace('"estimated-seconds-to-finish": 21', '"estimated-seconds-to-finish": 987654321')
      .replace('"has-sync-details": true', '"has-sync-details": false');
    const [, second] = readDrbdJson(odd);
    assert.equal(second?.sync, undefined);
    const [, third] = readDrbdJson(json.replace('finish": 21', 'finish": 987654321'));
    assert.ok(third?.sync && !('finishSeconds' in third.sync));
  });

  it('its status in text has the same words', () => {
    const status = `ost0 node-id:0 role:Primary suspended:no force-io-failures:no
    write-ordering:flush
  volume:0 minor:0 disk:UpToDate backing_dev:/dev/sdb quorum:yes open:yes
      size:409600 read:0 written:500 al-writes:1 bm-writes:0 upper-pending:0
      lower-pending:0 al-suspended:no blocked:no
  oss2 node-id:1 connection:Connected role:Secondary congested:no
      ap-in-flight:0 rs-in-flight:0
    volume:0 replication:Established peer-disk:UpToDate resync-suspended:no
        received:0 sent:100 out-of-sync:0 pending:0 unacked:0
`;
    assert.deepEqual(readDrbdStatus(status).map(told), [
      'ost0/0 Primary/Secondary UpToDate/UpToDate Connected Established minor:0 peer:oss2 outOfSync:0K size:409600K written:500K suspended:false',
    ]);
  });

  it('its options are quoted and stand among those of the net', () => {
    const show = `resource "ost0" {
    options {
        on-no-data-accessible	suspend-io;
    }
    net {
        fencing         	resource-and-stonith;
        allow-two-primaries	yes;
        protocol        	B;
    }
}
`;
    assert.deepEqual(readDrbdShow(show), [
      { resource: 'ost0', fencing: 'resource-and-stonith', protocol: 'B', allowTwoPrimaries: true },
    ]);
  });
});

describe('Readers of DRBD on damaged text', () => {
  /** A figure that is a part of the right one would be believed. */
  const figures = (values: readonly object[]): readonly string[] =>
    values.flatMap((value) =>
      Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
        typeof each === 'object' && each !== null && !Array.isArray(each)
          ? figures([each])
          : typeof each === 'number'
            ? [`${key}=${each}`]
            : [],
      ),
    );
  const states84 = [
    '02-initial-sync/oss2',
    '06-resync-after-attach/oss1',
    '17-secondary-killed-seen-by-primary/oss1',
  ];
  const readers = {
    'proc-drbd': (source: string) => readProcDrbd(source).devices,
    'drbdsetup-status-verbose-statistics': readDrbdStatus,
    'drbdadm-status': readDrbdStatus,
    'drbdsetup-events2-now-statistics': readDrbdEvents,
  };

  for (const [file, read] of Object.entries(readers))
    it(`${file}, cut at every place: no figure that was not there, else unreadable`, () => {
      for (const state of states84) {
        const source = text(state, file);
        const whole = new Set(figures(read(source)));
        for (let end = 0; end < source.length; end += 1) {
          let found: readonly string[] = [];
          try {
            found = figures(read(source.slice(0, end)));
          } catch (error) {
            assert.ok(error instanceof UnreadableError, String(error));
          }
          for (const figure of found) assert.ok(whole.has(figure), `${state} cut at ${end}: ${figure}`);
        }
      }
    });

  it('lines of events2 in any order are the same', () => {
    const source = text('06-resync-after-attach/oss2', 'drbdsetup-events2-now-statistics');
    const lines = source.trimEnd().split('\n');
    const last = lines.pop() ?? '';
    const reversed = `${[...lines.toReversed(), last].join('\n')}\n`;
    assert.deepEqual(readDrbdEvents(reversed).map(told), readDrbdEvents(source).map(told));
  });

  it('a word that nobody knows is unknown, and kept for people', () => {
    const source = text('03-healthy/oss1', 'drbdsetup-events2-now-statistics')
      .replace('disk:UpToDate size', 'disk:Melted size')
      .replace('connection:Connected', 'connection:Dreaming')
      .replace('replication:Established', 'replication:Singing')
      .replace('role:Primary', 'role:Emperor');
    const [reading] = readDrbdEvents(source);
    assert.deepEqual(
      [reading?.disk, reading?.connection, reading?.replication, reading?.role],
      ['unknown', 'unknown', 'unknown', 'Unknown'],
    );
    assert.deepEqual(reading?.said, {
      role: 'Emperor',
      connection: 'Dreaming',
      replication: 'Singing',
      disk: 'Melted',
    });
  });

  it('text of something else is unreadable', () => {
    for (const source of ['', '\0\u0001binary', 'No such file or directory\n', '<html>\n'])
      for (const read of [
        ...Object.values(readers).filter((each) => each !== readDrbdStatus),
        readDrbdGi,
        readDrbdJson,
      ])
        assert.throws(() => read(source), UnreadableError, source);
    assert.deepEqual(readDrbdStatus(''), [], 'no resource is up');
    assert.throws(() => readDrbdStatus('ost0: No such resource\n'), UnreadableError);
  });
});
