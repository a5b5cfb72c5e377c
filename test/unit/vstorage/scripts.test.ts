import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statScript } from '../../../src/systems/vstorage/probes-scripts';
import { unmountScript } from '../../../src/systems/vstorage/scripts/actions';
import { clusterOf, demoLayout } from '../../../src/systems/vstorage/simulator-layout';

const cluster = clusterOf(demoLayout);

describe('scripts of vstorage, by a real shell', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'standby-vstorage-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const sh = (script: string) =>
    execFileSync('sh', ['-c', script], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const tool = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  };

  it('an answer that timeout ended while it was printed has no end mark; one that came to its end has', () => {
    tool('vstorage', 'echo half; exit "${STATUS:-0}"');
    assert.match(sh(statScript(cluster)), /half\nstandby:end\n$/);
    for (const status of [124, 137, 143])
      assert.doesNotMatch(sh(`STATUS=${status}; export STATUS\n${statScript(cluster)}`), /standby:end/);
  });

  it('unmount this cluster, and none whose name begins like its own', () => {
    tool('umount', 'echo "umount $1"');
    const mounts = join(folder, 'mounts');
    writeFileSync(
      mounts,
      [
        'vstorage://vdemo /a',
        'vstorage://vdemo/sub /b\\040c',
        'vstorage://vdemo2 /d',
        'vstorage://vdemo-x/y /e',
      ]
        .map((line) => `${line} fuse.vstorage rw 0 0\n`)
        .join(''),
    );
    assert.equal(sh(unmountScript(cluster).replace('/proc/mounts', mounts)), 'umount /a\numount /b c\n');
  });
});
