import assert from 'node:assert/strict';
import { resolveTarget, type ConfigSource } from '../../../src/ssh/config';
import { readConfigLines } from '../../../src/ssh/config-lines';
import type { Destination } from '../../../src/ssh/destination';
import { SshError } from '../../../src/ssh/error';
import { parseJump } from '../../../src/ssh/jump';

const own = '/home/ops/.ssh/config';
const source = (text: string | undefined, more: Partial<ConfigSource> = {}): ConfigSource => ({
  file: own,
  files: text === undefined ? [] : [{ file: own, lines: readConfigLines(text, own), included: new Map() }],
  isolated: false,
  localHost: 'desk.example.net',
  environment: { KEYS: '/mnt/keys' },
  homeDir: '/home/ops',
  localUser: 'ops',
  agentSocket: '/run/agent',
  ...more,
});
const resolve = (destination: Destination, text?: string, more?: Partial<ConfigSource>) =>
  resolveTarget('m1', destination, source(text, more));
const problem = (destination: Destination, text?: string): SshError => {
  try {
    resolve(destination, text);
  } catch (error) {
    if (error instanceof SshError) return error;
    throw error;
  }
  throw new Error('It should have thrown.');
};

describe('resolveTarget', () => {
  it("has ssh's defaults without a configuration", () => {
    const target = resolve({ host: 'db1' });
    assert.equal(target.host, 'db1');
    assert.equal(target.port, 22);
    assert.equal(target.user, 'ops');
    assert.equal(target.agentSocket, '/run/agent');
    assert.deepEqual(target.identityFiles, []);
    assert.equal(target.defaultIdentityFiles[0], '/home/ops/.ssh/id_ed25519');
    assert.equal(target.knownHosts.user[0], '/home/ops/.ssh/known_hosts');
    assert.equal(target.knownHosts.system[0], '/etc/ssh/ssh_known_hosts');
    assert.equal(target.via, undefined);
  });

  it('puts the cluster file over the ssh_config, and takes the rest from it', () => {
    const text = `
Host db*
  hostname 10.0.0.7
  User admin
  Port 2200
  IdentityFile ~/.ssh/%u_at_%h
  IdentityFile "~/keys/with space"
  IdentitiesOnly yes
  IdentityAgent ~/agent.sock
  UserKnownHostsFile ~/a ~/b
  GlobalKnownHostsFile none
  HostKeyAlias DB
  ConnectTimeout 3
Host *
  User nobody
`;
    const target = resolve({ host: 'db1', user: 'root', port: 22, identityFile: '~/.ssh/ops' }, text);
    assert.deepEqual(target, {
      alias: 'db1',
      host: '10.0.0.7',
      port: 22,
      user: 'root',
      identityFiles: ['/home/ops/.ssh/ops', '/home/ops/.ssh/ops_at_10.0.0.7', '/home/ops/keys/with space'],
      defaultIdentityFiles: [],
      identitiesOnly: true,
      agentSocket: '/home/ops/agent.sock',
      knownHosts: { user: ['/home/ops/a', '/home/ops/b'], system: [], revoked: [], hashNew: false },
      hostKeyAlias: 'db',
      strictHostKeys: { asks: true },
      connectTimeoutMs: 3_000,
      beyondUs: [],
      notes: [],
    });
    assert.equal(resolve({ host: 'db1' }, text).user, 'admin');
    assert.equal(resolve({ host: 'db1' }, text).port, 2200);
    assert.equal(resolve({ host: 'web' }, text).user, 'nobody');
  });

  it('reads Match on host and user, and never runs a Match exec or a lookup of names', () => {
    const text = `
CanonicalizeHostName yes
CanonicalDomains example.net
Host db1
  HostName db1.internal
Match host *.internal user root
  Port 2201
Match exec "touch /tmp/standby-must-not-exist"
  Port 2202
`;
    assert.equal(resolve({ host: 'db1', user: 'root' }, text).port, 2201);
    assert.equal(resolve({ host: 'db1', user: 'ops' }, text).port, 22);
  });

  it('uses nothing of ~/.ssh and /etc/ssh with a configuration that was named', () => {
    const isolated = { file: '/srv/ssh/config', isolated: true };
    const target = resolve({ host: 'db1' }, 'Host *\n  User x\n', isolated);
    assert.deepEqual(target.defaultIdentityFiles, []);
    assert.deepEqual(target.knownHosts, {
      user: ['/srv/ssh/known_hosts'],
      system: [],
      revoked: [],
      hashNew: false,
    });
    const named = resolve({ host: 'db1' }, 'UserKnownHostsFile /srv/kh\n', isolated);
    assert.deepEqual(named.knownHosts.user, ['/srv/kh']);
  });

  it('follows jump hosts with the settings of their own, and none turns them off', () => {
    const text = `
Host db1
  ProxyJump ops2@outer:2022,inner
Host inner
  HostName 10.1.1.1
  User gate
`;
    const target = resolve({ host: 'db1' }, text);
    assert.equal(target.via?.host, '10.1.1.1');
    assert.equal(target.via.user, 'gate');
    assert.equal(target.via.via?.host, 'outer');
    assert.equal(target.via.via.port, 2022);
    assert.equal(target.via.via.user, 'ops2');
    assert.equal(target.via.via.via, undefined);
    assert.equal(resolve({ host: 'db1', proxyJump: 'none' }, text).via, undefined);
    assert.equal(resolve({ host: 'db1', proxyJump: 'other' }, text).via?.host, 'other');
  });

  it('says configuration, with the place, for what it cannot follow', () => {
    const circle = problem({ host: 'a' }, 'Host a\n  ProxyJump b\nHost b\n  ProxyJump a\n');
    assert.match(circle.message, /circle of ProxyJump in \/home\/ops\/\.ssh\/config/);
    const command = problem({ host: 'a' }, 'Host a\n  ProxyCommand nc %h %p\n');
    assert.equal(command.reason, 'configuration');
    assert.match(command.message, /ProxyCommand.*ProxyJump/s);
    assert.equal(resolve({ host: 'a' }, 'Host a\n  ProxyJump j\n  ProxyCommand nc %h %p\n').via?.host, 'j');
    assert.match(problem({ host: 'a' }, 'Host a\n  Port many\n').message, /"many"/);
    assert.match(problem({ host: 'a' }, 'Host "a\n').message, /\.ssh\/config/);
  });

  it('refuses hosts and users that a command line or a shell could take for more', () => {
    for (const host of ['-oProxyCommand=id', '', 'a b', 'a;id', '$(id)', 'a\nb']) {
      assert.equal(problem({ host }).reason, 'configuration', JSON.stringify(host));
    }
    assert.equal(problem({ host: 'a', user: '-l' }).reason, 'configuration');
    assert.equal(problem({ host: 'a' }, 'Host a\n  User `id`\n').reason, 'configuration');
  });
});

describe('parseJump', () => {
  const destinations = (text: string) => parseJump(text)?.map((hop) => hop.destination);

  it('reads users, ports, IPv6 and ssh:// in a list', () => {
    assert.deepEqual(destinations('a, ops@b:2222,[2001:db8::1]:22,ssh://root@c'), [
      { host: 'a' },
      { host: 'b', user: 'ops', port: 2222 },
      { host: '2001:db8::1', port: 22 },
      { host: 'c', user: 'root' },
    ]);
  });

  it('refuses what is no host', () => {
    for (const text of ['', 'a,,b', '-oX', 'ops@-oX', 'a:b:c', '@a'])
      assert.equal(parseJump(text), undefined, text);
  });
});
