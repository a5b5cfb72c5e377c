import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Cluster } from '../../../src/cluster/cluster';
import { scratchFolder } from '../../../src/systems/moosefs/scripts/common';
import { dryRunScript, dryRunStateScript } from '../../../src/systems/moosefs/scripts/metadata';
import { cluster as media, node } from './plan-fixtures';

/** The scripts under a real sh, with a mfsmaster whose restore reaches the version in $REACHES. */
describe('the dry run on a node', () => {
  let dir: string;
  let cluster: Cluster;
  const m2 = node('m2', '10.0.0.12', ['master']);
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-dry-run-'));
    cluster = {
      ...media,
      name: `test-${process.pid}`,
      section: { ...media.section, dataPath: join(dir, 'data') },
    };
    mkdirSync(join(dir, 'data'));
    mkdirSync(join(dir, 'bin'));
    const tool = (name: string, body: string) => {
      writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(dir, 'bin', name), 0o755);
    };
    tool('pidof', 'exit 1');
    tool('ip', 'exit 0');
    tool('mfsmaster', `echo "$REACHES" >${scratchFolder(cluster)}/data/metadata.mfs`);
    tool(
      'mfsmetadump',
      `printf '# header: MFSM 2.0\\n# version: %s ; fileid: 0x6B020925DD0A5199\\n' "$(cat "$1")"`,
    );
    writeFileSync(join(dir, 'data', 'metadata_ml.mfs'), 'image');
    writeFileSync(join(dir, 'data', 'changelog_ml.0.mfs'), '10: 1|A\n19: 2|B\n');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
    rmSync(scratchFolder(cluster), { recursive: true, force: true });
  });

  const sh = (script: string, reaches: number) =>
    spawnSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: `${join(dir, 'bin')}:${process.env['PATH']}`, LC_ALL: 'C', REACHES: String(reaches) },
    });
  const state = () => sh(dryRunStateScript(cluster, m2), 0).stdout.trim().split('\n');

  it('passes when every change was reached, and knows its files again', () => {
    const ran = sh(dryRunScript(cluster, m2), 20);
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(state(), ['reached 20', 'files same', 'end']);
    writeFileSync(join(dir, 'data', 'changelog_ml.0.mfs'), '10: 1|A\n19: 2|B\n20: 3|C\n');
    assert.deepEqual(state(), ['reached 20', 'files changed', 'end']);
  });

  it('safety 15: fails when a change of its files was not reached', () => {
    const ran = sh(dryRunScript(cluster, m2), 19);
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /reached version 19, but the last change is 19/);
    assert.deepEqual(state(), ['end']);
  });

  it('takes an image that is newer than every changelog (downloaded anew, and no change since)', () => {
    const ran = sh(dryRunScript(cluster, m2), 40);
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(state(), ['reached 40', 'files same', 'end']);
  });

  it('believes no dry run in a folder that somebody else made in /var/tmp', function () {
    if (process.getuid?.() !== 0) this.skip();
    assert.equal(sh(dryRunScript(cluster, m2), 20).status, 0);
    chownSync(scratchFolder(cluster), 65534, 65534);
    assert.deepEqual(state(), ['end']);
    assert.equal(sh(dryRunScript(cluster, m2), 20).status, 0, 'it is made anew');
    assert.deepEqual(state(), ['reached 20', 'files same', 'end']);
  });
});
