import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExitLine, withExitLine } from '../../../src/ssh/system/exit-line';
import { loginFailure } from '../../../src/ssh/system/explain';
import { hasSessionType, loginWords, sharedWords, usesSystemSsh } from '../../../src/ssh/system/words';
import type { Node } from '../../../src/cluster/cluster';

const node = (address: string): Node => ({
  name: 'm1',
  address,
  roles: ['master'],
  ssh: { become: 'none', user: 'ops', port: 2222 },
  disks: [],
});

describe('ExitLine', () => {
  it('takes the status off the end, however the output is cut, and hands on every other byte', () => {
    const text = fc.stringMatching(/^[\nas ]*(standby-exit ?[0-9]{0,2}\n?)?[\nstandby-]*$/);
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 255 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (said, code, cuts) => {
          const whole = Buffer.from(`noise\nstandby-begun\n${said}standby-exit ${code}\n`, 'latin1');
          let rest = '';
          const line = new ExitLine((data) => (rest += data.toString('latin1')));
          for (let at = 0; at < whole.length;) {
            const length = cuts[at % cuts.length] ?? 1;
            line.add(whole.subarray(at, at + length));
            at += length;
          }
          assert.equal(line.end(), code);
          assert.equal(rest, `noise\n${said}`);
          assert.equal(line.hasBegun, true);
        },
      ),
      { seed: 20_261_122 },
    );
  });

  it('knows no status when the line never came, and keeps nothing back', () => {
    for (const said of [
      '',
      'standby-exit ',
      'standby-exit 7',
      'standby',
      'standby-exit 7\nmore',
      'x'.repeat(100),
    ]) {
      let rest = '';
      const line = new ExitLine((data) => (rest += data.toString('latin1')));
      line.add(Buffer.from(said));
      assert.equal(line.end(), undefined, said);
      assert.equal(rest, said);
      assert.equal(line.hasBegun, false);
    }
  });

  it('is one word for the login shell, whatever the command holds', () => {
    assert.equal(
      withExitLine(`a 'b'`),
      `exec sh -c 'echo standby-begun >&2; a '\\''b'\\''; r=$?; echo "standby-exit $r" >&2; exit "$r"'`,
    );
  });
});

describe('loginFailure', () => {
  const reason = (text: string) => loginFailure('m1', text).reason;

  it('reads what ssh says', () => {
    assert.equal(reason('ops@db1: Permission denied (publickey).\r\n'), 'auth-failed');
    assert.equal(
      reason('Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures'),
      'auth-failed',
    );
    assert.equal(
      reason('@@@\n@  WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!  @\nHost key verification failed.'),
      'host-key-changed',
    );
    assert.equal(
      reason(
        'No ED25519 host key is known for db1 and you have requested strict checking.\nHost key verification failed.',
      ),
      'host-key-unknown',
    );
    assert.equal(reason('ssh: Could not resolve hostname db1: Name or service not known'), 'unknown-host');
    assert.equal(reason('ssh: connect to host db1 port 22: Connection timed out'), 'timeout');
    assert.equal(reason('ssh: connect to host db1 port 22: No route to host'), 'unreachable');
    assert.equal(reason('Unable to negotiate with 10.0.0.1 port 22: no matching cipher found.'), 'protocol');
    assert.equal(reason('Connection closed by 10.0.0.1 port 22'), 'closed');
    assert.equal(reason(''), 'closed');
  });

  it('does not take the refusal of a jump host for one of the node', () => {
    assert.equal(reason('ssh: connect to host db1 port 22: Connection refused'), 'refused');
    assert.equal(
      reason(
        'ssh: connect to host jump port 22: Connection refused\nConnection closed by UNKNOWN port 65535',
      ),
      'unreachable',
    );
  });

  it('repeats nothing that could steer a terminal, and no floods', () => {
    const { message } = loginFailure('m1', `\x1b]0;owned\x07\x1b[2Jbanner\u202e\n${'x'.repeat(100_000)}\n`);
    assert.doesNotMatch(message, /[\x00-\x1f\x7f-\x9f\u202e]/);
    assert.ok(message.length < 1_000);
  });
});

describe('the words for ssh', () => {
  it('put the host behind --, ask for verified host keys, and forward nothing', () => {
    const words = loginWords(node('db1'), { acceptNew: false }, '/tmp/s%', 'true');
    assert.deepEqual(words.slice(-3), ['--', 'db1', 'true']);
    for (const option of [
      'StrictHostKeyChecking=yes',
      'BatchMode=yes',
      'ForwardAgent=no',
      'ClearAllForwardings=yes',
      'PermitLocalCommand=no',
    ])
      assert.ok(words.includes(option), option);
    assert.ok(words.includes('/tmp/s%%'), 'a % in the name of the socket is no token');
    assert.ok(
      loginWords(node('db1'), { acceptNew: true }, undefined, 'true').includes(
        'StrictHostKeyChecking=accept-new',
      ),
    );
    assert.ok(sharedWords('/tmp/s', ['x']).includes('ProxyCommand=false'), 'it never logs in by itself');
  });

  it('refuse an address that ssh could take for an option', () => {
    assert.throws(
      () => loginWords(node('-oProxyCommand=id'), { acceptNew: false }, undefined, 'true'),
      /host name/,
    );
  });

  it('let no configuration keep the command from running, as far as the ssh knows the keywords', () => {
    const words = (version: string) =>
      loginWords(node('db1'), { acceptNew: false }, '/tmp/s', 'true', version);
    for (const word of ['SessionType=default', 'StdinNull=no', 'ForkAfterAuthentication=no']) {
      assert.ok(words('OpenSSH_9.2p1 Debian-2, OpenSSL 3').includes(word), word);
      assert.ok(!words('OpenSSH_8.2p1 Ubuntu-4').includes(word), word);
    }
    assert.equal(hasSessionType('OpenSSH_8.7p1'), true);
    assert.equal(hasSessionType('OpenSSH_10.0p2'), true);
    assert.equal(hasSessionType('OpenSSH_for_Windows_8.6p1, LibreSSL 3.4.3'), false);
    assert.equal(hasSessionType('OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2'), true);
    assert.equal(hasSessionType(''), false);
  });

  it('safety 19: are none where the workspace names the configuration, which ssh would run commands of', () => {
    assert.throws(
      () =>
        loginWords(
          node('db1'),
          { configFile: '/w/config', acceptNew: false, isForeign: true },
          undefined,
          'true',
        ),
      { reason: 'configuration', message: /own settings/ },
    );
  });

  it('are for the nodes that are listed', () => {
    assert.ok(usesSystemSsh(['*'], 'media', 'm1'));
    assert.ok(usesSystemSsh(['media'], 'media', 'm1'));
    assert.ok(usesSystemSsh(['x', 'media/m1'], 'media', 'm1'));
    assert.ok(!usesSystemSsh(['media/m2', 'med', 'm1'], 'media', 'm1'));
    assert.ok(!usesSystemSsh(undefined, 'media', 'm1'));
  });
});
