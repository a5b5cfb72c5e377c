import assert from 'node:assert/strict';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { holdsAddress, readAddresses } from '../../../src/systems/moosefs/reader-addresses';
import { readDaemonTest } from '../../../src/systems/moosefs/reader-daemon';
import { readChangelogs, readImageHeader, readImages } from '../../../src/systems/moosefs/reader-metadata';
import {
  hasLiveMaster,
  readChunkMatrix,
  readChunkservers,
  readDisks,
  readMetadataServers,
  readMfscli,
} from '../../../src/systems/moosefs/reader-mfscli';
import { everything, hasRecorded, liveStates, recorded, result } from './fixtures';

const states = [...liveStates, '09-master-process-dead', '17-goal3-only-2-servers'];
const says =
  (...words: string[]) =>
  (error: unknown) =>
    error instanceof UnreadableError && words.every((word) => error.message.includes(word));

describe('MooseFS readers on recorded output', () => {
  it('reads the metadata version without the blank, and the master’s own time', () => {
    const [server] = readMetadataServers(recorded('01-healthy/mfscli_SIN_pipe.txt'));
    assert.deepEqual(server, {
      host: '10.77.0.99',
      software: '3.0.117',
      live: true,
      state: '-',
      version: 1460,
      clock: 1795295668118,
    });
  });

  it('tells a dead master from a live one although mfscli exits 0', () => {
    assert.ok(!hasLiveMaster(readMfscli(recorded('09-master-process-dead/mfscli_SIM_pipe.txt'))));
    const poll = readMfscli(recorded('09-master-process-dead/mfscli_poll_pipe.txt'));
    assert.equal(poll.servers[0]?.state, 'DEAD');
    assert.equal(poll.matrix, undefined);
  });

  const expected: Record<string, { missing: number; endangered: number; undergoal: number; all: number }> = {
    '01-healthy': { missing: 0, endangered: 0, undergoal: 0, all: 240 },
    '03-rebuilding': { missing: 0, endangered: 75, undergoal: 0, all: 200 },
    '04-rebuild-done': { missing: 0, endangered: 0, undergoal: 0, all: 240 },
    '06-disk-damaged': { missing: 0, endangered: 0, undergoal: 0, all: 260 },
    '11-after-promotion-m2': { missing: 0, endangered: 0, undergoal: 0, all: 550 },
    '17-goal3-only-2-servers': { missing: 0, endangered: 0, undergoal: 76, all: 76 },
  };
  for (const [state, { all, ...classes }] of Object.entries(expected))
    it(`reads the chunk matrix of ${state}`, () => {
      const matrix = readChunkMatrix(recorded(`${state}/mfscli_SIC_pipe.txt`));
      const { missing, endangered, undergoal } = matrix?.classes ?? {};
      assert.deepEqual({ missing, endangered, undergoal }, classes);
      assert.equal(
        matrix?.cells.reduce((sum, cell) => sum + cell.chunks, 0),
        all,
      );
    });

  for (const state of states)
    it(`reads every set of ${state} in one output`, () => {
      const text = everything(state);
      if (state === '09-master-process-dead') return assert.ok(!hasLiveMaster(readMfscli(text)));
      if (state.startsWith('17')) return assert.equal(readDisks(text).length, 2);
      const report = readMfscli(text);
      assert.ok(hasLiveMaster(report));
      assert.ok(report.connected.length >= 3 && report.metaloggers.length >= 2);
      assert.equal(report.disks.length, 2 * report.connected.length);
      return undefined;
    });

  it('reads connected and disconnected chunkservers', () => {
    const { connected, disconnected } = readChunkservers(recorded('03-rebuilding/mfscli_SCS_pipe.txt'));
    assert.deepEqual(
      connected.map(({ host }) => host),
      ['cs1', 'cs3', 'cs4'],
    );
    assert.deepEqual(connected[0], {
      host: 'cs1',
      port: 9422,
      id: 2,
      labels: 'A',
      version: '3.0.117',
      load: 2,
      mood: 'normal',
      maintenance: 'off',
      chunks: 107,
      used: 87863296n,
      total: 402653184n,
    });
    assert.deepEqual(disconnected, [{ host: 'cs2', port: 9422, id: 1, maintenance: 'off' }]);
  });

  it('reads a damaged disk with the time of its error', () => {
    const disks = readDisks(recorded('06-disk-damaged/mfscli_SHD_pipe.txt'));
    const damaged = disks.filter(({ status }) => status === 'damaged');
    assert.deepEqual(damaged, [
      {
        ip: '10.77.0.103',
        port: 9422,
        path: '/mnt/hdd1',
        chunks: 0,
        lastError: 1795295912,
        status: 'damaged',
        used: 97718272n,
        total: 201326592n,
      },
    ]);
    assert.equal(disks.filter(({ status }) => status === 'ok').length, 7);
  });

  for (const state of liveStates)
    it(`reads mfsmaster test, addresses, images and changelogs of ${state}`, () => {
      for (const name of ['m1', 'm2', 'm3']) {
        if (recorded(`${state}/${name}_ip_a.txt`) === '') continue; // the node was powered off
        const exitCode = Number(/rc=(\d+)/.exec(recorded(`${state}/${name}_mfsmaster_test.cmd`))?.[1]);
        const stderr = recorded(`${state}/${name}_mfsmaster_test.err`);
        const test = readDaemonTest('mfsmaster', result({ exitCode, stderr }));
        const master = state.endsWith('m2') ? 'm2' : 'm1';
        assert.equal(test.running, name === master);
        const addresses = readAddresses(recorded(`${state}/${name}_ip_a.txt`));
        assert.equal(holdsAddress(addresses, '10.77.0.99/24'), name === master);
        const images = readImages(recorded(`${state}/${name}_metadata_versions.txt`));
        const usable = images.filter((image) => image.header);
        assert.ok(usable.length > 0 && usable.every(({ header }) => header?.version === 2));
        const { files, now } = readChangelogs(recorded(`${state}/${name}_changelog_ranges.txt`));
        assert.ok(files.length >= 2 && files.every((f) => f.first <= f.last && f.mtime <= now));
      }
    });

  it('tells empty images from usable ones', () => {
    const images = readImages(recorded('01-healthy/m1_metadata_versions.txt'));
    assert.deepEqual(
      images.map(({ name, header }) => [name, header?.fileid]),
      [
        ['metadata.crc', undefined],
        ['metadata.mfs.back', '6B020925DD0A5199'],
        ['metadata.mfs.back.1', undefined],
        ['metadata.mfs.empty', undefined],
        ['metadata_ml.mfs.back', '6B020925DD0A5199'],
      ],
    );
  });

  it('passes over a file that is too short for an image: an interrupted download stops no failover', () => {
    const images = readImages(
      [
        '== metadata_ml.mfs.back size=2905 mtime=1795295529',
        '# header: MFSM 2.0 (4D46534D20322E30)',
        '# version: 2 ; fileid: 0x6B020925DD0A5199',
        '== metadata_ml.tmp size=0 mtime=1795295530',
        "can't read metadata header",
        '== metadata.mfs.back.tmp size=9 mtime=1795295531',
        "can't open metadata file",
      ].join('\n'),
    );
    assert.deepEqual(
      images.map(({ header }) => header?.version),
      [2, undefined, undefined],
    );
  });

  it('finds the stray NUL bytes of a stopped daemon in the recording, so that the test above means something', () => {
    assert.ok(hasRecorded('01-healthy/m2_mfsmaster_test.err'));
    assert.ok(recorded('01-healthy/m2_mfsmaster_test.err').includes('\0'));
  });
});

describe('MooseFS readers on what could be printed', () => {
  it('reads both spellings of temporary maintenance, and the brackets around the load', () => {
    const row = (load: string, mode: string) =>
      `chunk servers:|(unresolved)|9422|1|-|3.0.117|${load}|${mode}|1|2|3|-|0|0|0`;
    const { connected, disconnected } = readChunkservers(
      [
        row('[7]', 'maintenance_tmp_on'),
        row('(3)', 'maintenance_on'),
        row('<9>', 'maintenance_off'),
        'Disconnected chunk servers:|cs9|9422|9|maintenance_temp_on',
      ].join('\n'),
    );
    assert.deepEqual(
      connected.map(({ load, mood, maintenance }) => [load, mood, maintenance]),
      [
        [7, 'grace', 'temporary'],
        [3, 'rebalancing', 'on'],
        [9, 'overloaded', 'off'],
      ],
    );
    assert.equal(disconnected[0]?.maintenance, 'temporary');
  });

  it('passes over rows and columns that a later version may add', () => {
    const text = `${everything('01-healthy').replaceAll('|0|0|0\n', '|0|0|0|new|columns\n')}\nnew set:|1|2\n`;
    assert.equal(readMfscli(text).connected.length, 4);
  });

  it('does not take a stopped master for a live one, nor mfscli’s traceback for an answer’s end', () => {
    const busy = readMfscli(
      'metadata servers:|10.79.0.11|0.0.0|BUSY|not available|0|not available|not available|not available|-|-|-|-\n',
    );
    assert.ok(!hasLiveMaster(busy));
    // -SHD asks each chunkserver; one that a silent network cuts off ends it like this
    const text = everything('01-healthy').replace(
      /disks:[\s\S]*/,
      `${'-'.repeat(60)} error ${'-'.repeat(60)}\nTraceback (most recent call last):\nTimeoutError: timed out\n`,
    );
    const report = readMfscli(text);
    assert.ok(hasLiveMaster(report) && report.disks.length === 0 && report.connected.length === 4);
  });

  it('reads a disk whose path holds the separator', () => {
    const [disk] = readDisks('disks:|10.0.0.1:9422:/mnt/a|b/|1|no errors|ok|-|-|-|-|-|-|-|-|5|6\n');
    assert.equal(disk?.path, '/mnt/a|b');
  });

  it('names the column that is no number', () => {
    assert.throws(
      () => readChunkservers('chunk servers:|cs1|x|1|A|3|0|maintenance_off|1|2|3\n'),
      says('a port', '“x”'),
    );
  });
});

describe('MooseFS readers on output that is not what they expect', () => {
  const bad: Record<string, [text: string, found: string]> = {
    empty: ['', 'nothing'],
    'only blank lines': ['\n\n \n', 'nothing'],
    binary: ['\u0001\u0002\uFFFD\uFFFD\u0003\uFFFD\u0007ELF\uFFFD\uFFFD\u0000', 'binary data'],
    'another language': ['bash: mfscli: Befehl nicht gefunden', 'Befehl nicht gefunden'],
    'a login banner': ['\u001b[1mWelcome to m1\u001b[0m\n', 'Welcome to m1'],
  };
  for (const [kind, [text, found]] of Object.entries(bad))
    it(`says what was found and expected: ${kind}`, () => {
      assert.throws(() => readMfscli(text), says('mfscli', 'metadata servers:', found));
      assert.throws(() => readAddresses(text), says('ip addr', found));
      assert.throws(() => readChangelogs(text), says('now=', found));
      assert.throws(() => readImageHeader(text), says('# header', found));
      assert.throws(
        () => readDaemonTest('mfsmaster', result({ stderr: text, exitCode: 127 })),
        says('mfsmaster test', '127', found),
      );
    });

  it('refuses a matrix that was cut off', () => {
    const text = recorded('03-rebuilding/mfscli_SIC_pipe.txt');
    const cut = text.slice(0, text.indexOf('chunkclass stable'));
    assert.throws(() => readChunkMatrix(cut), says('chunkclass stable'));
  });

  it('refuses half a row instead of guessing', () => {
    const text = recorded('01-healthy/mfscli_SCS_pipe.txt');
    assert.throws(() => readChunkservers(text.slice(0, 40)), says('10 columns'));
    const disks = recorded('01-healthy/mfscli_SHD_pipe.txt');
    assert.throws(() => readDisks(disks.slice(0, 50)), says('13 columns'));
  });

  it('does not believe a daemon whose text and exit code disagree', () => {
    assert.throws(
      () => readDaemonTest('mfsmaster', result({ stderr: 'mfsmaster pid: 4', exitCode: 1 })),
      says('pid'),
    );
    assert.throws(
      () => readDaemonTest('mfsmaster', result({ stderr: 'mfsmaster is not running', exitCode: 0 })),
      says('not running'),
    );
  });
});
