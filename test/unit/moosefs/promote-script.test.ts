import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cluster } from '../../../src/cluster/cluster';
import { scratchFolder } from '../../../src/systems/moosefs/scripts/common';
import {
  dryRunScript,
  promoteScript,
  rehearsalScript,
  unpromoteScript,
} from '../../../src/systems/moosefs/scripts/metadata';
import { cluster as media, node } from './plan-fixtures';

/** The scripts under a real sh, with a mfsmaster that starts or not. */
describe('a promotion on a node', () => {
  let dir: string;
  let data: string;
  let cluster: Cluster;
  const m2 = node('m2', '10.0.0.12', ['master']);
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'standby-promote-'));
    data = join(dir, 'data');
    cluster = {
      ...media,
      name: `promote-${process.pid}`,
      section: { ...media.section, dataPath: data },
    };
    mkdirSync(data);
    mkdirSync(join(dir, 'bin'));
    const tool = (name: string, body: string) => {
      writeFileSync(join(dir, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(dir, 'bin', name), 0o755);
    };
    tool('pidof', 'exit 1');
    tool('ip', 'echo "2: eth0 inet 10.0.0.99/24"');
    tool('mfsmetalogger', `echo "$1" >>${join(dir, 'metalogger')}`);
    tool(
      'mfsmaster',
      `case "$*" in
      *restore*) echo 20 >${scratchFolder(cluster)}/data/metadata.mfs ;;
      *start*) cd ${data}; echo half >metadata.mfs; [ "$STARTS" = yes ] || exit 1; mv metadata.mfs metadata.mfs.back ;;
      esac`,
    );
    tool('mfsmetadump', `printf '# header: MFSM 2.0\\n# version: %s ; fileid: 0x6B\\n' "$(cat "$1")"`);
    writeFileSync(join(data, 'metadata_ml.mfs.back'), 'image');
    writeFileSync(join(data, 'metadata_ml.tmp'), 'half downloaded');
    writeFileSync(join(data, 'changelog_ml.0.mfs'), '10: 1|A\n19: 2|B\n');
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
    rmSync(scratchFolder(cluster), { recursive: true, force: true });
  });

  const sh = (script: string, starts = true) =>
    spawnSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: `${join(dir, 'bin')}:${process.env['PATH']}`, LC_ALL: 'C', STARTS: starts ? 'yes' : 'no' },
    });
  const files = () => readdirSync(data).filter((name) => name !== 'standby-saved');
  const tried = () => assert.equal(sh(dryRunScript(cluster, m2)).status, 0);

  it('safety 15: moves aside what was not tried, and deletes nothing', () => {
    tried();
    const ran = sh(promoteScript(cluster, m2));
    assert.equal(ran.status, 0, ran.stderr);
    assert.ok(!files().includes('metadata_ml.tmp'));
    const [keep = ''] = readdirSync(join(data, 'standby-saved'));
    assert.deepEqual(readdirSync(join(data, 'standby-saved', keep, 'aside')), ['metadata_ml.tmp']);
  });

  it('safety 16: that started no master is taken back: each file is what it was, and what came new is kept', () => {
    const before = files().map((name) => [name, readFileSync(join(data, name), 'utf8')]);
    tried();
    assert.equal(sh(promoteScript(cluster, m2), false).status, 1);
    assert.ok(files().includes('metadata.mfs'));
    const back = sh(unpromoteScript(cluster, m2));
    assert.equal(back.status, 0, back.stderr);
    assert.deepEqual(
      files().map((name) => [name, readFileSync(join(data, name), 'utf8')]),
      before,
    );
    const [keep = ''] = readdirSync(join(data, 'standby-saved'));
    assert.deepEqual(readdirSync(join(data, 'standby-saved', keep, 'new')), ['metadata.mfs']);
    // Twice is once.
    assert.equal(sh(unpromoteScript(cluster, m2)).status, 0);
    assert.equal(files().length, before.length);
  });

  it('that went well is never taken back, nor one of an earlier failover', () => {
    tried();
    assert.equal(sh(promoteScript(cluster, m2)).status, 0);
    const after = files();
    assert.equal(sh(unpromoteScript(cluster, m2)).status, 0);
    assert.deepEqual(files(), after);
    rmSync(scratchFolder(cluster), { recursive: true });
    assert.equal(sh(unpromoteScript(cluster, m2)).status, 0);
    assert.deepEqual(files(), after);
  });

  it('is rehearsed while changes arrive: a torn last line is left out, and nothing of it counts as tried', () => {
    writeFileSync(join(data, 'changelog_ml.0.mfs'), '10: 1|A\n19: 2|B\n20: 3|C torn');
    const ran = sh(rehearsalScript(cluster, m2));
    assert.equal(ran.status, 0, ran.stderr);
    assert.match(ran.stdout, /reached version 20/);
    for (const name of ['set', 'version']) assert.ok(!existsSync(join(scratchFolder(cluster), name)), name);
    assert.equal(sh(promoteScript(cluster, m2)).status, 1, 'a rehearsal was taken for a dry run');
  });
});
