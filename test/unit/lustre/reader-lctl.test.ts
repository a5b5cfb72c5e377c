import assert from 'node:assert/strict';
import { UnreadableError } from '../../../src/heartbeat/probe';
import {
  readDevices,
  readExports,
  readHealth,
  readImports,
  readRecovery,
  readSpace,
} from '../../../src/systems/lustre/reader-lctl';
import { readLfsck } from '../../../src/systems/lustre/reader-lfsck';
import {
  clientMountOf,
  escaped,
  mountOf,
  readFindmnt,
  readProcMounts,
} from '../../../src/systems/lustre/reader-mounts';
import { recorded } from './fixtures';

const lustre = (name: string) => recorded(`lustre/${name}`);

describe('Readers of lctl', () => {
  it('recovery_status in its five states and both forms of get_param; an unknown one is unknown', () => {
    const found = readRecovery(lustre('recovery.txt')).map(({ values: _, ...rest }) => rest);
    assert.deepEqual(found, [
      { device: 'scratch-MDT0000', status: 'INACTIVE', said: 'INACTIVE' },
      {
        device: 'scratch-MDT0001',
        status: 'WAITING',
        said: 'WAITING',
        start: 1_795_300_000,
        waitedSeconds: 42,
        notReady: '0000 0002',
      },
      {
        device: 'scratch-OST0000',
        status: 'RECOVERING',
        said: 'RECOVERING',
        start: 1_795_300_010,
        remainingSeconds: 187,
        connected: 2,
        completed: 1,
        clients: 3,
        evicted: 0,
      },
      {
        device: 'scratch-OST0001',
        status: 'COMPLETE',
        said: 'COMPLETE',
        start: 1_795_299_000,
        durationSeconds: 300,
        completed: 2,
        clients: 3,
        evicted: 1,
      },
      { device: 'scratch-OST0002', status: 'WAITING_FOR_CLIENTS', said: 'WAITING_FOR_CLIENTS' },
      { device: 'scratch-OST0003', status: 'unknown', said: 'DAYDREAMING' },
    ]);
    const [, , recovering] = readRecovery(lustre('recovery.txt'));
    assert.equal(recovering?.values['lock_repay_clients'], '1', 'every line is kept');
  });

  it('a recovery that is cut off has no half of a number', () => {
    const source = lustre('recovery.txt');
    const numbers = (text: string) =>
      readRecovery(text).flatMap(({ device, values: _, ...rest }) =>
        Object.entries(rest).flatMap(([key, value]) =>
          typeof value === 'number' ? [`${device} ${key} ${value}`] : [],
        ),
      );
    const whole = new Set(numbers(source));
    for (let end = 0; end < source.length; end += 1)
      for (const each of numbers(source.slice(0, end))) assert.ok(whole.has(each), `${end}: ${each}`);
  });

  it('health_check: the last line counts', () => {
    assert.equal(readHealth('health_check=healthy\n'), 'healthy');
    assert.equal(
      readHealth('device scratch-OST0000 reported unhealthy\nhealth_check=NOT HEALTHY\n'),
      'unhealthy',
    );
    assert.equal(readHealth('health_check=\ndevice MGS reported unhealthy\nNOT HEALTHY\n'), 'unhealthy');
    assert.equal(readHealth('health_check=LBUG\n'), 'LBUG');
    assert.equal(readHealth('health_check=heal'), 'unknown', 'cut off');
    assert.equal(readHealth(''), 'unknown');
  });

  it('dl: number, state, type, name, uuid and references', () => {
    const found = readDevices(lustre('dl.txt'));
    assert.equal(found.length, 7);
    assert.deepEqual(found[3], {
      number: 3,
      state: 'UP',
      type: 'obdfilter',
      name: 'scratch-OST0000',
      uuid: 'scratch-OST0000_UUID',
      references: 7,
    });
    assert.deepEqual(
      found.map(({ state }) => state),
      ['UP', 'UP', 'UP', 'UP', 'UP', 'IN', '--'],
    );
    assert.deepEqual(readDevices(''), [], 'nothing is served');
    assert.throws(() => readDevices('opening /dev/obd failed: No such file\n'), UnreadableError);
  });

  it('space in bytes, and clients', () => {
    assert.deepEqual(readSpace(lustre('params.txt')), [
      {
        device: 'scratch-OST0000',
        total: 7_885_288 * 1024,
        free: 4_336_908 * 1024,
        available: 4_120_062 * 1024,
        filesTotal: 524_288,
        filesFree: 498_112,
      },
      // More than a double holds exactly: rather nothing.
      { device: 'scratch-OST0001' },
    ]);
    assert.deepEqual(
      [...readExports(lustre('params.txt'))],
      [
        ['scratch-OST0000', 4],
        ['scratch-MDT0000', 7],
      ],
    );
  });

  it('imports of a client, with NIDs in brackets', () => {
    assert.deepEqual(readImports(lustre('imports-old.txt')), [
      {
        name: 'scratch-OST0000-osc-ffff8c1f3b2a4000',
        device: 'scratch-OST0000',
        failoverNids: ['10.0.1.3@tcp', '10.0.1.4@tcp'],
        state: 'FULL',
        currentConnection: '10.0.1.4@tcp',
      },
      {
        name: 'scratch-OST0001-osc-ffff8c1f3b2a4000',
        device: 'scratch-OST0001',
        failoverNids: ['10.0.1.4@tcp'],
        state: 'DISCONN',
      },
      {
        name: 'scratch-MDT0000-mdc-ffff8c1f3b2a4000',
        device: 'scratch-MDT0000',
        failoverNids: ['10.0.1.1@o2ib2', '10.0.1.2@o2ib2'],
        state: 'REPLAY_WAIT',
        currentConnection: '10.0.1.2@o2ib2',
      },
    ]);
  });

  it('imports of a client, with NIDs as keys', () => {
    assert.deepEqual(readImports(lustre('imports-new.txt')), [
      {
        name: 'scratch-OST000a-osc-ffff9b6f1c3d2800',
        device: 'scratch-OST000a',
        failoverNids: ['10.0.1.3@tcp', '10.0.1.4@tcp'],
        state: 'FULL',
        currentConnection: '10.0.1.3@tcp',
      },
    ]);
  });
});

describe('Reader of LFSCK', () => {
  it('how far it is, what it repaired and how fast it goes', () => {
    assert.deepEqual(readLfsck(lustre('lfsck.txt')), [
      {
        device: 'scratch-MDT0000',
        component: 'lfsck_layout',
        status: 'scanning-phase1',
        said: 'scanning-phase1',
        checked: 120_345,
        repaired: 3,
        speed: 2100,
        runSeconds: 61,
      },
      {
        device: 'scratch-MDT0000',
        component: 'lfsck_namespace',
        status: 'completed',
        said: 'completed',
        checked: 14,
        repaired: 1,
        speed: 10,
        runSeconds: 3,
      },
    ]);
  });

  it('every other state', () => {
    assert.deepEqual(
      readLfsck(lustre('lfsck-states.txt')).map(({ status, said }) => `${said}=${status}`),
      [
        'init=init',
        'scanning-phase2=scanning-phase2',
        'failed=failed',
        'stopped=stopped',
        'paused=paused',
        'crashed=crashed',
        'partial=partial',
        'co-paused=paused',
        'asleep=unknown',
      ],
    );
  });
});

describe('Readers of mounts', () => {
  const target = { device: '/dev/drbd0', mountPoint: '/mnt/ost0' };

  it('/proc/mounts, with blanks in paths', () => {
    const text = '/dev/drbd0 /mnt/a\\040b lustre ro,svname=x 0 0\n';
    assert.deepEqual(readProcMounts(text), [
      { source: '/dev/drbd0', mountPoint: '/mnt/a b', type: 'lustre', options: ['ro', 'svname=x'] },
    ]);
    assert.equal(escaped('/mnt/a b\\c'), '/mnt/a\\040b\\134c');
    assert.throws(() => readProcMounts('/dev/drbd0 /mnt\n'), UnreadableError);
    assert.deepEqual(readProcMounts(text.trimEnd()), [], 'a line that is cut off is none');
  });

  it('findmnt, with two columns or four', () => {
    assert.deepEqual(readFindmnt('/dev/drbd0 /mnt/a\\x20b\n/dev/drbd1 /mnt/ost1 lustre_tgt ro,x\n'), [
      { source: '/dev/drbd0', mountPoint: '/mnt/a b' },
      { source: '/dev/drbd1', mountPoint: '/mnt/ost1', type: 'lustre_tgt', options: ['ro', 'x'] },
    ]);
    assert.throws(() => readFindmnt('what\n'), UnreadableError);
  });

  it('a target is known by its device, whatever its type', () => {
    const recordedMounts = readProcMounts(recorded('drbd/03-healthy/oss1/proc-mounts.txt'));
    assert.equal(mountOf(recordedMounts, target)?.type, 'ext4');
    const elsewhere = readProcMounts('/dev/drbd0 /tmp/look ext4 ro 0 0\n');
    assert.equal(mountOf(elsewhere, target)?.mountPoint, '/tmp/look');
    const linked = readProcMounts('/dev/mapper/ost0 /mnt/x ext4 rw 0 0\n');
    assert.equal(mountOf(linked, target), undefined);
    assert.ok(mountOf(linked, target, ['/dev/mapper/ost0']));
  });

  it('or by Lustre on its mount point; something else there is not it', () => {
    assert.ok(mountOf(readProcMounts('/dev/sdx /mnt/ost0/ lustre_tgt rw 0 0\n'), target));
    assert.equal(mountOf(readProcMounts('tmpfs /mnt/ost0 tmpfs rw 0 0\n'), target), undefined);
  });

  it('the mount of a client, by the name of its file system', () => {
    const mounts = readProcMounts('10.0.1.1@tcp:10.0.1.2@tcp:/scratch /mnt/scratch lustre rw 0 0\n');
    assert.ok(clientMountOf(mounts, 'scratch'));
    assert.equal(clientMountOf(mounts, 'home'), undefined);
  });
});
