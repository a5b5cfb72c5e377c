import assert from 'node:assert/strict';
import {
  fingerprint,
  hostKeyAlgorithms,
  hostName,
  judge,
  keyTypeOf,
  knownHostLine,
  knownTypes,
  matchesHost,
  parseKnownHosts,
} from '../../../src/ssh/known-hosts';

/** A public key of a type whose content does not matter. */
function key(type: string, content: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(content)]);
}

const ED = 'ssh-ed25519';
const first = key(ED, 'first');
const second = key(ED, 'second');
const rsa = key('ssh-rsa', 'rsa');
const line = (hosts: string, blob: Buffer) =>
  `${hosts} ${keyTypeOf(blob)} ${blob.toString('base64')} someone@somewhere`;
const read = (...lines: string[]) => parseKnownHosts(lines.join('\n'), 'kh');

describe('parseKnownHosts', () => {
  it('takes what can be used and counts the lines from 1', () => {
    const lines = read(
      '# note',
      '',
      line('a,b', first),
      'broken',
      `@cert-authority ${line('*', rsa)}`,
      `@revoked ${line('*', second)}\r`,
    );
    assert.deepEqual(
      lines.map((one) => [one.line, one.revoked, one.authority, one.hosts, one.keyType]),
      [
        [3, false, false, 'a,b', ED],
        [5, false, true, '*', 'ssh-rsa'],
        [6, true, false, '*', ED],
      ],
    );
  });

  it('reads a file of noise without an error', () => {
    assert.deepEqual(parseKnownHosts('\0\xff| | |\n@\n@revoked\n|1|x\n', 'kh'), []);
  });
});

describe('matchesHost', () => {
  const matches = (hosts: string, name: string) =>
    read(line(hosts, first)).some((one) => matchesHost(one, name));

  it('compares whole names without regard to case, and ports in brackets', () => {
    assert.ok(matches('db1.Example.net', hostName('DB1.example.NET', 22)));
    assert.ok(!matches('db1', 'db11'));
    assert.ok(!matches('db.1', 'dbx1'));
    assert.ok(matches('[db1]:2222', hostName('db1', 2222)));
    assert.ok(!matches('db1', hostName('db1', 2222)));
    assert.ok(matches('[::1]:2222', hostName('::1', 2222)));
  });

  it('knows wildcards, and lets a negated pattern win wherever it stands', () => {
    assert.ok(matches('*.example.net', 'a.example.net'));
    assert.ok(matches('db?', 'db1'));
    assert.ok(!matches('db?', 'db'));
    assert.ok(!matches('!db1,db*', 'db1'));
    assert.ok(!matches('db*,!db1', 'db1'));
    assert.ok(matches('db*,!db1', 'db2'));
    assert.ok(matches('[10.0.0.*]:2222', '[10.0.0.7]:2222'));
  });

  it('reads the hashed names that it writes', () => {
    const salted = read(knownHostLine('host.example.net', first, true));
    assert.ok(salted.every((one) => one.hosts.startsWith('|1|') && matchesHost(one, 'host.example.net')));
    assert.ok(!salted.some((one) => matchesHost(one, 'other.example.net')));
    assert.ok(!matches('|2|abc|def', 'abc'));
    assert.ok(!matches('|1|', 'abc'));
  });
});

describe('judge', () => {
  it('knows a key by any of the lines for the host', () => {
    assert.equal(judge(read(line('a', first), line('a', second)), 'a', second).kind, 'known');
  });

  it('calls another key of a known type changed, and names the line', () => {
    const verdict = judge(read('# x', line('a', first), line('a', rsa)), 'a', second);
    assert.equal(verdict.kind, 'changed');
    assert.equal(verdict.kind === 'changed' && verdict.known.line, 2);
  });

  it('calls another type of a known host unknown, not changed', () => {
    assert.deepEqual(judge(read(line('a', rsa)), 'a', first), { kind: 'unknown', otherTypes: ['ssh-rsa'] });
    assert.deepEqual(judge(read(line('b', first)), 'a', first), { kind: 'unknown', otherTypes: [] });
  });

  it('lets a revoked key never pass, wherever the key is known besides', () => {
    const lines = read(line('a', first), `@revoked ${line('*', first)}`);
    assert.equal(judge(lines, 'a', first).kind, 'revoked');
    assert.equal(judge(lines, '[a]:2222', first).kind, 'revoked');
    assert.equal(judge(lines, 'a', second).kind, 'changed');
  });

  it('lets a key that is known for the bare name pass on another port, but not one that is known for the port otherwise', () => {
    assert.equal(judge(read(line('a', first)), '[a]:2222', first).kind, 'known');
    assert.equal(judge(read(line('a', first)), '[a]:2222', second).kind, 'unknown');
    assert.equal(judge(read(line('a', first), line('[a]:2222', second)), '[a]:2222', first).kind, 'changed');
  });
});

describe('hostKeyAlgorithms', () => {
  it('offers the known types first, RSA by its SHA-2 signatures, and SHA-1 only for a known RSA key', () => {
    const types = knownTypes(read(line('a', rsa)), 'a');
    assert.deepEqual(hostKeyAlgorithms(types).slice(0, 4), [
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-rsa',
      'ssh-ed25519',
    ]);
    assert.equal(hostKeyAlgorithms([])[0], 'ssh-ed25519');
    assert.ok(!hostKeyAlgorithms([]).includes('ssh-rsa'));
  });

  it('offers nothing that ssh2 cannot do, such as a security key', () => {
    const offered = hostKeyAlgorithms(['sk-ssh-ed25519@openssh.com', 'ssh-dss', 'ecdsa-sha2-nistp384']);
    assert.equal(offered[0], 'ecdsa-sha2-nistp384');
    assert.ok(!offered.some((name) => name.startsWith('sk-') || name === 'ssh-dss'));
  });
});

describe('fingerprint', () => {
  it('has the form of ssh-keygen -l', () => {
    assert.match(fingerprint(first), /^SHA256:[A-Za-z0-9+/]{43}$/);
  });
});
