import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { beyondMovingTheAddress } from '../../../src/systems/moosefs/hooks';
import { hookRunsScript, ucarpOptions } from '../../../src/systems/moosefs/scripts/survey';

/** What the survey would print of a ucarp with these arguments, by the node's real awk. */
function readBy(argv: string[]): string {
  const ran = spawnSync('awk', [ucarpOptions], { input: `${argv.join('\n')}\n`, encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

describe('what the survey tells of ucarp', () => {
  const forms = [
    ['-p', 'hunter2'],
    ['-phunter2'],
    ['--pass', 'hunter2'],
    ['--pass=hunter2'],
    ['--pas', 'hunter2'],
    ['-Bzphunter2'],
    ['-zp', 'hunter2'],
  ];
  for (const form of forms) {
    it(`safety 21: the password of \`${form.join(' ')}\` never leaves the node`, () => {
      const said = readBy(['ucarp', '-i', 'eth0', ...form, '-k', '50', '-u', '/up', '-n']);
      assert.doesNotMatch(said, /hunter2/);
      assert.match(said, /^option i eth0$/m);
      assert.match(said, /^option k 50$/m);
      assert.match(said, /^option u \/up$/m);
    });
  }

  it('reads joined and long options, the last one counting', () => {
    const said = readBy(['ucarp', '--interface=eth1', '-k0', '--advskew', '50', '-Bz', '--shutdown']);
    assert.match(said, /option i eth1\noption k 0\noption k 50\nflag B\nflag z\nflag z\n$/);
  });

  it('says so when it meets an option that it does not know', () => {
    assert.match(readBy(['ucarp', '--whatever=1']), /^unread$/m);
    assert.match(readBy(['ucarp', 'stray']), /^unread$/m);
  });
});

describe('a hook that sleeps', () => {
  it('safety 10: is found by its name, and nothing else is', async () => {
    const dir = mkdtempSync(join(tmpdir(), "standby hook's "));
    const up = join(dir, 'vip-up');
    writeFileSync(up, '#!/bin/sh\nsleep 30\n');
    const look = () =>
      execFileSync('sh', ['-c', hookRunsScript([up, '/nowhere/vip-down'])], { encoding: 'utf8' });
    try {
      assert.equal(look(), 'end\n');
      const sleeping = spawn('sh', [up], { stdio: 'ignore', detached: true });
      const ended = new Promise((resolve) => sleeping.once('close', resolve));
      try {
        assert.equal(look(), `runs ${sleeping.pid}\nend\n`);
      } finally {
        // The shell and its sleep.
        process.kill(-(sleeping.pid ?? 0), 'SIGKILL');
        await ended;
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe('hooks that only move the address', () => {
  const beyond = (text: string) => beyondMovingTheAddress({ kind: 'up', file: '/up', text });
  it('are told from those that do more', () => {
    assert.deepEqual(beyond('#!/bin/sh\nexec 2> /dev/null\nip addr add "$2"/16 dev "$1"\nexit 0\n'), []);
    assert.deepEqual(
      beyond('logger -t up "VIP $2 up on $1"\nip addr del "$2/${3:-24}" dev "$1" 2>/dev/null'),
      [],
    );
    for (const line of [
      '/usr/share/ucarp/setup.sh &',
      'mfsmaster start',
      'logger "$(mfsmaster start)"',
      'logger `mfsmaster start`',
      'ip addr add x dev y; mfsmaster start',
      'ip addr add x dev y && mfsmaster start',
      'exec mfsmaster start',
      'exec 2>/dev/null mfsmaster start',
      '. /etc/ucarp/rest',
      'ip addr add x dev y | sh',
      'systemctl start moosefs-master',
      'if true; then mfsmaster start; fi',
    ]) {
      assert.deepEqual(beyond(`#!/bin/sh\n${line}\n`), ['line 2'], line);
    }
  });

  it('safety 21: are named by the place, since a line may hold the password', () => {
    assert.deepEqual(beyond('#!/bin/sh\n\nucarp -p hunter2 -a 10.0.0.99\n'), ['line 3']);
  });

  it('cannot be judged when they cannot be read', () => {
    assert.match(beyondMovingTheAddress({ kind: 'up', file: '/up' })[0] ?? '', /cannot be read/);
  });
});
