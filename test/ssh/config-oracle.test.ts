import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { resolveTarget, type Target } from '../../src/ssh/config';
import { readConfigFiles } from '../../src/ssh/config-file';
import { ConfigProblem } from '../../src/ssh/config-lines';
import type { Destination } from '../../src/ssh/destination';
import { SshError } from '../../src/ssh/error';
import { TEST_LIMIT } from './limits';
import { tempFolder } from './temp';

const hasSsh = spawnSync('ssh', ['-V']).status === 0;
const { username, homedir } = os.userInfo();

describe(`SSH configuration, held against ssh -G${hasSsh ? '' : ' (skipped: no ssh here)'}`, function () {
  // It starts many processes, which a busy machine does slowly.
  this.timeout(TEST_LIMIT);
  const temp = tempFolder();
  const config = path.join(temp.dir, 'config');

  before(function () {
    if (!hasSsh) this.skip();
  });
  after(() => temp.dispose());

  /** What ssh makes of the configuration, or undefined when it refuses it. */
  const theirs = (destination: Destination, env: NodeJS.ProcessEnv = {}) => {
    const { status, stdout } = spawnSync('ssh', ['-G', '-F', config, ...words(destination)], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    if (status !== 0) return undefined;
    const all = stdout.split('\n').map((line) => /^(\S+) (.*)$/.exec(line) ?? ['', '', '']);
    const of = (keyword: string) =>
      all.filter(([, name]) => name === keyword).map(([, , value = '']) => value);
    const one = (keyword: string) => of(keyword)[0];
    const jump = one('proxyjump');
    const timeout = Number(one('connecttimeout'));
    return {
      host: one('hostname'),
      user: one('user'),
      port: Number(one('port')),
      identityFiles: of('identityfile').filter(
        (file) =>
          file !== 'none' && !/^~\/\.ssh\/id_(rsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk|xmss|dsa)$/.test(file),
      ),
      identitiesOnly: one('identitiesonly') === 'yes',
      hashNew: one('hashknownhosts') === 'yes',
      hostKeyAlias: one('hostkeyalias'),
      knownHosts: one('userknownhostsfile'),
      asks: one('stricthostkeychecking') !== 'true',
      timeoutMs: timeout > 0 ? timeout * 1_000 : 10_000,
      agent: one('identityagent'),
      jump: jump === 'none' ? undefined : jump,
      command: one('proxycommand'),
    };
  };

  const ours = async (destination: Destination, homeDir = homedir): Promise<Target | SshError> => {
    try {
      const files = await readConfigFiles(config, homeDir, '/etc/ssh/ssh_config');
      return resolveTarget('m1', destination, {
        files,
        file: config,
        isolated: true,
        homeDir,
        localUser: username,
        localHost: os.hostname(),
        environment: process.env,
      });
    } catch (error) {
      if (error instanceof SshError) return error;
      if (error instanceof ConfigProblem) return new SshError('configuration', 'm1', error.message);
      throw error;
    }
  };

  const told = (found: Target | SshError) => (found instanceof SshError ? found.message : found.host);

  const compare = async (destination: Destination, text: string) => {
    writeFileSync(config, text);
    const expected = theirs(destination);
    const found = await ours(destination);
    if (expected?.command !== undefined) {
      assert.ok(found instanceof SshError && /ProxyCommand/.test(found.message), text);
      return;
    }
    if (!expected || found instanceof SshError) {
      assert.equal(found instanceof SshError, !expected, `${told(found)}\n${text}`);
      return;
    }
    assert.deepEqual(
      {
        host: found.host,
        user: found.user,
        port: found.port,
        identityFiles: found.identityFiles,
        identitiesOnly: found.identitiesOnly,
        hashNew: found.knownHosts.hashNew,
        hostKeyAlias: found.hostKeyAlias,
        asks: found.strictHostKeys.asks,
        timeoutMs: found.connectTimeoutMs,
      },
      {
        host: expected.host,
        user: expected.user,
        port: expected.port,
        identityFiles: expected.identityFiles.map((file) => file.replace(/^~/, homedir)),
        identitiesOnly: expected.identitiesOnly,
        hashNew: expected.hashNew,
        hostKeyAlias: expected.hostKeyAlias,
        asks: expected.asks,
        timeoutMs: expected.timeoutMs,
      },
      text,
    );
    if (
      /UserKnownHostsFile/i.test(text) &&
      expected.knownHosts !== 'none' &&
      !/\.ssh\/known_hosts/.test(expected.knownHosts ?? '')
    )
      assert.equal(found.knownHosts.user.join(' '), expected.knownHosts, text);
    assert.equal(found.agentSocket, expected.agent === 'none' ? undefined : expected.agent, text);
    assert.equal(found.via === undefined, expected.jump === undefined, text);
    const last = expected.jump?.split(',').at(-1)?.replace(/^.*@/, '').replace(/:\d+$/, '');
    if (last !== undefined) assert.equal(found.via?.alias, last, text);
  };

  it('agrees on a corpus of what people write', async () => {
    const corpus: readonly [host: string, text: string][] = [
      ['a', 'Host=a\n\tPort = 7\nhost *\n user "joe"\n'],
      ['a', 'Host "a b" a # why\nPort 8 # the other\n'],
      ['a#b', 'Host a#b\nPort 8\n'],
      ['a', 'Host a !a\nPort 8\nHost ?\nPort 9\n'],
      ['A', 'Host a\nPort 5\nMatch host A\nUser x\nMatch originalhost a\nUser y\n'],
      ['a', 'HostName %h.Example\nMatch host a.example\nPort 4\nMatch host a.Example\nPort 6\n'],
      ['a', 'Match host="a"  user=root # c\nPort 7\nMatch all\nUser z\n'],
      ['a', 'Match !host a\nPort 7\nMatch host b,a !user nobody\nPort 9\n'],
      ['a', 'Match canonical\nPort 5\nMatch final host *.net\nUser x\nMatch host a\nHostName a.net\n'],
      ['a', 'Match final\nHostName late\nHost a\nUser y\n'],
      ['a', 'IdentityFile none\nIdentityFile x\nIdentityFile x\nIdentityFile "b c"\nConnectTimeout 0\n'],
      ['a', 'IdentityFile /k/1\nHost a\nIdentityFile /k/2\nHost b\nIdentityFile /k/3\n'],
      ['a', 'User joe\\ x\n'],
      ['a', "IdentityFile '/a b'\r\nPort 12\r\n"],
      ['a', 'ProxyJump none\nProxyJump b\n'],
      ['a', 'ProxyJump none\nProxyCommand nc x\n'],
      ['a', 'ProxyCommand none\nProxyJump b\n'],
      ['a', 'ProxyCommand nc\nProxyJump b\n'],
      ['a', 'Host a\nProxyJump b:2022,u@c # through both\nProxyCommand nc\n'],
      ['a', 'UserKnownHostsFile /a "~/b c" %d/d\nStrictHostKeyChecking accept-new\n'],
      ['a', 'UserKnownHostsFile /a none\n'],
      ['a', 'StrictHostKeyChecking YES\nConnectTimeout 1m30\nHashKnownHosts true\n'],
      ['a', 'IdentityAgent /run/x\nIdentitiesOnly yes\nHostKeyAlias FOO\n'],
      ['a', 'HostName a b\n'],
      ['a', 'Host zz\nPort many\n'],
      ['a', 'Port 0\n'],
      ['a', 'IdentitiesOnly maybe\n'],
      ['a', 'IdentityFile "a\n'],
      ['a', 'Host\n'],
      ['a', 'User\n'],
      ['a', 'Match host\n'],
      ['a', 'Match nonsense x\n'],
      ['a', '\ufeffPort 3\n'],
      ['a', '   # only a comment\n\nPort 3 \f\n'],
      ['a', `Include ${temp.dir}/missing\nPort 3\n`],
    ];
    for (const [host, text] of corpus) await compare({ host }, text);
  });

  it('agrees on generated files, with what the cluster file says on top', async () => {
    const host = fc.constantFrom('db1', 'DB1', 'db1.example.net', 'gate', '10.0.0.7');
    const pattern = fc.constantFrom(
      '*',
      'db1',
      'DB1',
      'db?',
      '*.net',
      '!gate',
      '10.0.*',
      'gate',
      '"db1"',
      '!*.net',
    );
    const user = fc.constantFrom('root', 'ops', 'Joe');
    const patterns = (glue: string) =>
      fc.array(pattern, { minLength: 1, maxLength: 3 }).map((all) => all.join(glue));
    const keyword = (...names: string[]) =>
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom(' ', '\t', '=', ' = '))
        .map(([name, gap]) => name + gap);
    const setting = fc.oneof(
      fc.tuple(
        keyword('HostName', 'hostname'),
        fc.constantFrom('%h', '%h.example.net', 'Inner', '10.1.1.1', '"gate"'),
      ),
      fc.tuple(keyword('User', 'USER'), user),
      fc.tuple(keyword('Port', 'port'), fc.constantFrom('22', '2222', '65535', '"7"')),
      fc.tuple(
        keyword('IdentityFile'),
        fc.constantFrom('/k/1', '/k/2', '"/k/with space"', '/k/with\\ space', '~/k', 'none'),
      ),
      fc.tuple(keyword('IdentitiesOnly', 'HashKnownHosts'), fc.constantFrom('yes', 'no', 'true', 'FALSE')),
      fc.tuple(keyword('StrictHostKeyChecking'), fc.constantFrom('yes', 'no', 'ask', 'off', 'accept-new')),
      fc.tuple(keyword('UserKnownHostsFile'), fc.constantFrom('/kh/1', '/kh/1 /kh/2', '~/kh', 'none')),
      fc.tuple(keyword('ConnectTimeout'), fc.constantFrom('5', '1m', '0', 'none')),
      fc.tuple(keyword('IdentityAgent'), fc.constantFrom('none', '/run/agent')),
      fc.tuple(keyword('HostKeyAlias'), fc.constantFrom('one', 'Two')),
      fc.tuple(keyword('ProxyJump'), fc.constantFrom('none', 'j1', 'j1,u@j2:22')),
      fc.tuple(keyword('ForwardAgent', 'Compression'), fc.constantFrom('yes', 'no')),
    );
    const negation = fc.constantFrom('', '', '', '!');
    const criterion = fc.oneof(
      fc.tuple(
        negation,
        fc.constantFrom('host', 'originalhost', 'Host'),
        fc.constantFrom(' ', '='),
        patterns(','),
      ),
      fc.tuple(
        negation,
        fc.constantFrom('user', 'localuser'),
        fc.constant(' '),
        fc.constantFrom('root', 'r*,!ops', 'ops', '*'),
      ),
      fc.tuple(negation, fc.constantFrom('final', 'canonical'), fc.constant(''), fc.constant('')),
    );
    const head = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(keyword('Host', 'host'), patterns(' ')).map(([word, rest]) => word + rest),
      },
      fc
        .array(criterion, { minLength: 1, maxLength: 3 })
        .map((all) => `Match ${all.map((one) => one.join('')).join(' ')}`),
      fc.constantFrom('Match all', 'match ALL'),
    );
    const comment = fc.constantFrom('', '', '', ' # why', ' ');
    const line = fc
      .tuple(fc.constantFrom('', '  ', '\t'), setting, comment)
      .map(([gap, [name, value], end]) => gap + name + value + end);
    const block = fc
      .tuple(fc.option(head, { nil: '# none' }), fc.array(line, { maxLength: 4 }))
      .map(([first, rest]) => [first, ...rest].join('\n'));
    const blocks = (most: number) => fc.array(block, { maxLength: most }).map((all) => `${all.join('\n')}\n`);
    const destination = fc.record(
      { host, user, port: fc.constantFrom(22, 2200), proxyJump: fc.constantFrom('none', 'j9') },
      { requiredKeys: ['host'] },
    );
    mkdirSync(path.join(temp.dir, 'more'), { recursive: true });
    const includes = fc.tuple(
      blocks(2),
      blocks(2),
      fc.constantFrom('more/*', 'more/a.conf', 'more/[ab].conf', 'more/?.conf more/b.conf'),
    );
    await fc.assert(
      fc.asyncProperty(
        destination,
        blocks(4),
        includes,
        blocks(2),
        async (asked, first, [a, b, names], last) => {
          writeFileSync(path.join(temp.dir, 'more', 'a.conf'), a);
          writeFileSync(path.join(temp.dir, 'more', 'b.conf'), b);
          const include = `Include ${names
            .split(' ')
            .map((name) => path.join(temp.dir, name))
            .join(' ')}`;
          // Or the jump hosts would be behind themselves.
          const head = 'Host j?\nProxyJump none\nHost *\n';
          await compare(asked, `${head}${first}${include}\n${last}`);
        },
      ),
      { numRuns: 120, seed: 20_261_122 },
    );
  });

  it('takes a relative Include from ~/.ssh, follows globs in order, and refuses files that others may write to', async () => {
    const homeDir = path.join(temp.dir, 'home');
    mkdirSync(path.join(homeDir, '.ssh', 'conf.d'), { recursive: true });
    writeFileSync(path.join(homeDir, '.ssh', 'conf.d', '2.conf'), 'Port 2\nUser two\n');
    writeFileSync(path.join(homeDir, '.ssh', 'conf.d', '1.conf'), 'Port 1\n');
    writeFileSync(path.join(homeDir, '.ssh', 'conf.d', '.0.conf'), 'Port 3\n');
    writeFileSync(config, 'Include conf.d/*.conf\n');
    const expected = theirs({ host: 'a' }, { HOME: homeDir });
    const found = await ours({ host: 'a' }, homeDir);
    assert.ok(!(found instanceof SshError) && expected, told(found));
    assert.deepEqual([found.port, found.user], [1, 'two']);
    assert.deepEqual([expected.port, expected.user], [1, 'two']);
    execFileSync('chmod', ['o+w', path.join(homeDir, '.ssh', 'conf.d', '2.conf')]);
    assert.equal(theirs({ host: 'a' }, { HOME: homeDir }), undefined);
    const refused = await ours({ host: 'a' }, homeDir);
    assert.ok(refused instanceof SshError && refused.message.includes('2.conf'), told(refused));
  });

  it('ends a circle of Include', async () => {
    writeFileSync(config, `Include ${config}\n`);
    execFileSync('chmod', ['go-w', config]);
    assert.equal(theirs({ host: 'a' }), undefined);
    const found = await ours({ host: 'a' });
    assert.ok(found instanceof SshError && /Include/.test(found.message), told(found));
  });

  it('puts the % tokens and variables into names of key files as ssh does', async () => {
    const text = [
      'HostName %h.example.net',
      'HostKeyAlias Known',
      'Port 2222',
      'User ops',
      ...['%d', '%h', '%i', '%k', '%L', '%l', '%n', '%p', '%r', '%u', '%%', '${STANDBY_KEYS}'].map(
        (token) => `IdentityFile ~/key-${token}`,
      ),
    ].join('\n');
    writeFileSync(config, `${text}\n`);
    process.env['STANDBY_KEYS'] = 'there';
    try {
      const found = await ours({ host: 'db1' });
      assert.ok(!(found instanceof SshError), told(found));
      // ssh tells the files it looks for once it has a way to the host.
      const { stderr } = spawnSync(
        'ssh',
        ['-v', '-F', config, '-o', 'ProxyCommand=exit 1', '-o', 'BatchMode=yes', 'db1'],
        {
          encoding: 'utf8',
        },
      );
      const expected = [...stderr.matchAll(/identity file (.*) type -?\d+/g)].map(([, file = '']) => file);
      assert.deepEqual(
        found.identityFiles,
        [...new Set(expected)].filter((file) => !file.endsWith('-cert')),
      );
      assert.ok(found.identityFiles.length > 10);
    } finally {
      delete process.env['STANDBY_KEYS'];
    }
  });
});

function words({ host, user, port, proxyJump }: Destination): readonly string[] {
  return [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(proxyJump === undefined ? [] : ['-J', proxyJump]),
    '--',
    host,
  ];
}
