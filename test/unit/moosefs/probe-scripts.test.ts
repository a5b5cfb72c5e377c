import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskScript, masterScript, serviceScript } from '../../../src/systems/moosefs/probes-scripts';
import { readDf } from '../../../src/systems/moosefs/reader-df';
import { readServices } from '../../../src/systems/moosefs/reader-processes';
import { bedCluster, node } from './fixtures';

/** Shells that a node may have as /bin/sh; busybox where it is installed. */
const shells = [['sh'], ['bash', '--posix'], ['busybox', 'sh']].filter(
  ([program = '']) => spawnSync(program, ['-c', 'exit 0'], { stdio: 'ignore' }).error === undefined,
);

describe('scripts of the MooseFS probes, run by real shells', () => {
  let folder: string;
  const children: ChildProcess[] = [];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'standby-probes-'));
    // A script's comm is its file name (execve(2)), so this one looks like ucarp to /proc.
    writeFileSync(join(folder, 'ucarp'), '#!/bin/sh\nread -r forever\n');
    chmodSync(join(folder, 'ucarp'), 0o755);
  });
  after(() => {
    for (const child of children) child.stdin?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (shell: readonly string[], script: string) =>
    spawnSync(shell[0] ?? '', [...shell.slice(1), '-c', script], { encoding: 'utf8', timeout: 15000 });

  async function ucarp(args: readonly string[]): Promise<number> {
    const child = spawn(join(folder, 'ucarp'), args, { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child.pid ?? 0;
  }

  const lines: [why: string, args: string[], vhid: number | undefined, skew: number | undefined][] = [
    ['separate values', ['-i', 'eth0', '-v', '10', '-p', 'hunter2', '-k', '50', '-B'], 10, 50],
    ['joined and bundled', ['-ieth0', '-v7', '-phunter2', '-Bzk1'], 7, 1],
    ['long options', ['--vhid=9', '--pass=hunter2', '--advskew=30', '--daemonize'], 9, 30],
    ['long with separate values', ['--vhid', '9', '--pass', 'hunter2', '--advskew', '31'], 9, 31],
    ['no skew at all', ['-v', '3', '-p', 'hunter2'], 3, 0],
    ['a password like an option', ['-v', '4', '-p', '-k77', '-k', '5'], 4, 5],
    ['a password with a newline', ['-v', '4', '-p', 'x\n-k\n123', '-k', '6'], 4, 6],
    ['a password of digits', ['-v', '4', '--pass', '123', '-k', '8'], 4, 8],
    ['something that is no number', ['-v', '4', '-p', 'hunter2', '-k', 'hunter2'], 4, undefined],
  ];

  for (const shell of shells)
    it(`reads ucarp’s skew, and its password never leaves the node (safety 21): ${shell.join(' ')}`, async () => {
      const pids: number[] = [];
      for (const [, args] of lines) pids.push(await ucarp(args));
      const { stdout, stderr } = run(shell, serviceScript());
      assert.ok(
        !/hunter2|77|123\b/.test(stdout.replace(/^process.*$|\|\d+\|/gm, '').split('standby:')[0] ?? ''),
      );
      assert.ok(!stdout.includes('hunter2') && !stderr.includes('hunter2'));
      const { ucarps, processes, addresses } = readServices(stdout, stderr);
      lines.forEach(([why, , vhid, skew], i) => {
        const found = ucarps.find(({ pid }) => pid === pids[i]);
        assert.deepEqual([found?.vhid, found?.skew], [vhid, skew], why);
        assert.ok(processes.some(({ name, pid }) => name === 'ucarp' && pid === pids[i]));
      });
      assert.ok(addresses.some(({ address }) => address === '127.0.0.1'));
    });

  for (const shell of shells)
    it(`asks df for paths with hostile names and runs nothing of them: ${shell.join(' ')}`, () => {
      const hostile = join(folder, `it's $(touch ${folder}/owned) ; | "x" \n disk|0 -`);
      mkdirSync(hostile, { recursive: true });
      const paths = [hostile, join(folder, 'not-there'), `-${folder}`, '/'];
      const script = diskScript(
        node('cs1', [], { disks: paths.map((path) => ({ path, capacity: 1n, tier: 0 })) }),
      );
      const { stdout, stderr } = run(shell, script ?? '');
      const disks = readDf(stdout, stderr, paths);
      assert.ok((disks[0]?.capacity ?? 0n) > 0n && (disks[3]?.capacity ?? 0n) > 0n);
      assert.equal(disks[1]?.state, 'absent');
      assert.equal(disks[2]?.state, 'absent');
      const owned = spawnSync('ls', [folder], { encoding: 'utf8' }).stdout;
      assert.ok(!owned.split('\n').includes('owned'));
    });

  it('gives a hostile address to mfscli as one word', () => {
    const script = masterScript(bedCluster, node('m1', ['master'], { address: "x'; touch /tmp/owned #" }));
    assert.ok(script.includes(`mfscli -H 'x'\\''; touch /tmp/owned #' -P 9421 -p -s '|' -SIN`));
  });
});
