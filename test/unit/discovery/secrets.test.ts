import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { partsScript, readParts } from '../../../src/discovery/parts';
import { discoveryScript } from '../../../src/discovery/script';
import { systems } from '../../../src/systems/index';
import { readDrbdConfig } from '../../../src/systems/lustre/discover-read';
import { lustreParts } from '../../../src/systems/lustre/discover-parts';
import { ucarpOptions } from '../../../src/systems/moosefs/discover-parts';
import { readMoosefsNode } from '../../../src/systems/moosefs/discover-read';

const run = promisify(execFile);
const secret = 'hunter2-secret';

describe('What discovery takes from a node', function () {
  this.timeout(30_000);
  let dir: string;
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'standby-secrets-'));
  });
  after(() => rm(dir, { recursive: true, force: true }));

  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['short options', ['-i', 'eth0', '-v', '10', '-p', secret, '-a', '10.0.0.99', '-k', '50']],
    ['values in the word', ['-ieth0', '-v10', `-p${secret}`, '-a10.0.0.99', '-k50']],
    ['bundled flags', ['-Bzi', 'eth0', '-nv10', `-Sp${secret}`, '-za', '10.0.0.99', '-Pk50']],
    [
      'long options',
      ['--interface=eth0', '--vhid=10', `--pass=${secret}`, '--addr=10.0.0.99', '--advskew=50'],
    ],
    [
      'long options apart',
      ['--interface', 'eth0', '--vhid', '10', '--pass', secret, '--addr', '10.0.0.99', '--advskew', '50'],
    ],
    [
      'a password that looks like options',
      ['-p', '-k', '-i', 'eth0', '-v', '10', '-a', '10.0.0.99', '-k', '50'],
    ],
    [
      'a password of several lines',
      ['-p', `x\n-s\n${secret}`, '-i', 'eth0', '-v', '10', '-a', '10.0.0.99', '-k', '50'],
    ],
    ['a parameter for the hooks', ['-x', secret, '-i', 'eth0', '-v', '10', '-a', '10.0.0.99', '-k', '50']],
  ];
  for (const [title, words] of lines)
    it(`of ucarp's command line never the password: ${title}`, async () => {
      const folder = join(dir, '4711');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'cmdline'), ['/usr/sbin/ucarp', ...words, ''].join('\0'));
      const script = partsScript({ ucarp: `${ucarpOptions}\nd=${folder}\nucarp_options` });
      const { stdout } = await run('sh', ['-c', script]);
      assert(!stdout.includes(secret), stdout);
      assert.deepEqual(readMoosefsNode(readParts(stdout)).ucarps, [
        { interface: 'eth0', vhid: 10, address: '10.0.0.99', skew: 50 },
      ]);
    });

  it("of DRBD's configuration never the shared secret", async () => {
    const config = `resource r0 { net { cram-hmac-alg sha1; shared-secret "${secret}"; protocol C; }
  on a { device /dev/drbd0 minor 0; disk /dev/sdb; address 10.0.0.1:7788; }
  on b { device /dev/drbd0 minor 0; disk /dev/sdb; address 10.0.0.2:7788; } }
resource r1 { net { shared-secret ${secret}; } volume 0 { device minor 3; } on a { address ipv6 [fd00::1]:7789; } }`;
    await writeFile(join(dir, 'drbdadm'), `#!/bin/sh\ncat <<'E'\n${config}\nE\n`);
    await chmod(join(dir, 'drbdadm'), 0o755);
    const script = partsScript({ drbdconfig: lustreParts['drbdconfig'] ?? '' });
    const { stdout } = await run('sh', ['-c', script], {
      env: { PATH: `${dir}:${process.env['PATH'] ?? ''}` },
    });
    assert(!stdout.includes(secret), stdout);
    assert.deepEqual(readDrbdConfig(readParts(stdout).get('drbdconfig')?.text ?? ''), [
      {
        name: 'r0',
        protocol: 'C',
        hosts: [
          { host: 'a', devices: ['/dev/drbd0'], address: '10.0.0.1' },
          { host: 'b', devices: ['/dev/drbd0'], address: '10.0.0.2' },
        ],
      },
      { name: 'r1', hosts: [{ host: 'a', devices: ['/dev/drbd3'], address: 'fd00::1' }] },
    ]);
  });

  it('a command that hangs ends by itself, and what comes after it is asked', async () => {
    const script = partsScript({ slow: 'limit=1\necho before\nlimited sleep 60', next: 'echo here' });
    const parts = readParts((await run('sh', ['-c', script])).stdout);
    assert.equal(parts.get('slow')?.text, 'before');
    assert.equal(parts.get('next')?.text, 'here');
  });

  for (const { spec, discovery } of systems)
    if (discovery)
      it(`the script of ${spec.title} runs in any shell of POSIX, on a machine that has nothing of it`, async () => {
        for (const shell of ['dash', 'bash', 'busybox'])
          await run(shell, [
            ...(shell === 'busybox' ? ['sh'] : []),
            '-n',
            '-c',
            discoveryScript(discovery),
          ]).catch((error: NodeJS.ErrnoException) => {
            if (error.code !== 'ENOENT') throw error;
          });
        const { stdout, stderr } = await run('sh', ['-c', discoveryScript(discovery)]);
        const parts = readParts(stdout);
        assert.equal(stderr, '');
        for (const name of Object.keys(discovery.parts)) assert.equal(parts.get(name)?.isWhole, true, name);
        assert.doesNotThrow(() => discovery.read(parts));
      });
});
