import assert from 'node:assert/strict';
import { Redactor } from '../../../src/editor/redact';

const redact = (text: string, known: ConstructorParameters<typeof Redactor>[0] = {}) =>
  new Redactor(known).redact(text);

describe('What a report leaves out', () => {
  it('replaces what it knows wherever it stands alone, whatever its case, always by the same word', () => {
    const known = { node: ['m1', 'm10'], cluster: ['media'], address: ['m1.corp.example'] };
    assert.equal(
      redact('media: M1 (m1.corp.example:9421) then m10, m1-eth0, m1_x and m100', known),
      'cluster1: node1 (address1:9421) then node2, node1-eth0, node1_x and m100',
    );
  });

  it('replaces nothing twice, when the names are those that stand for others', () => {
    const swapped = redact('node2 speaks to node1 of path1', { node: ['node2', 'node1'], name: ['path1'] });
    assert.equal(swapped, 'node1 speaks to node2 of name1');
  });

  it('takes names for names, not for expressions, and survives odd ones', () => {
    const known = { node: ['a.*b', '(x', '$&', '', ' ', 'ü-1', '9'], name: ['/'] };
    assert.equal(redact('a.*b aXXb (x $& ü-1 x / 9', known), 'node1 aXXb node2 $& node3 x / node4');
  });

  const secrets: readonly (readonly [string, string])[] = [
    ['password: hunter2', 'hunter2'],
    ['password = "two words" next', 'two words'],
    ['{"passphrase":"s3cret"}', 's3cret'],
    ['the password is hunter2', 'hunter2'],
    ['env IPMI_PASSWORD=hunter2 ipmitool', 'hunter2'],
    ['admin_password: hunter2', 'hunter2'],
    ['shared-secret "hunter2";', 'hunter2'],
    ['Authorization: Bearer abc.def', 'abc.def'],
    ['ipmitool -H bmc -U admin -P hunter2 power status', 'hunter2'],
    ['fence --password=hunter2', 'hunter2'],
    ['https://admin:hunter2@bmc.example/redfish', 'hunter2'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA\nAAAA\n-----END OPENSSH PRIVATE KEY-----', 'b3Blb'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE cut off', 'MIIE'],
    ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2oTaRmK0sFhbOmAlX9rQSrXcUxMzdyNmkOQ0PqZ8vd', 'AAAAC3'],
    ['SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU', '47DEQ'],
  ];
  for (const [text, secret] of secrets)
    it(`has no secret of: ${text.split('\n')[0] ?? ''}`, () => {
      assert.ok(text.includes(secret));
      assert.ok(!redact(text).includes(secret), redact(text));
    });

  const names: readonly string[] = [
    '10.1.2.3',
    '2001:db8::17',
    'fe80::1%eth0',
    '::ffff:10.1.2.3',
    '2001:db8:0:0:0:0:0:17',
    'aa:bb:cc:dd:ee:ff',
    'storage.corp.example',
    'Master.CORP.example',
    'bücher.example',
    'nas.example.sh',
    '/home/jane/.ssh/id_ed25519',
    '~/.ssh/id_rsa',
    '~jane/keys',
    '../jane/keys',
    'C:\\Users\\jane\\key.ppk',
    '\\\\filer\\share\\key',
    'file:///home/jane/x.cluster.yaml',
    'acme-prod.cluster.yaml',
    'jane@bastion',
    'jane@[2001:db8::1]',
  ];
  for (const name of names)
    it(`knows by its shape: ${name}`, () => {
      for (const text of [`at ${name}.`, `'${name}'`, `(${name})`, `host=${name}`, `x: ${name}, y`, name]) {
        const shown = redact(text);
        assert.ok(!/jane|corp|10\.1|2001|aa:bb|filer|acme|b.cher|nas\.|bastion|fe80/i.test(shown), shown);
      }
    });

  it('takes a path with spaces whole, where it stands in quotes', () => {
    assert.equal(redact("cannot read '/home/Jane Doe/my key' now"), "cannot read 'path1' now");
  });

  it('gives the parts of user@host the words that they have alone', () => {
    const shown = redact('jane@m1 refuses; m1 knows root', { node: ['m1'], user: ['root', 'jane'] });
    assert.equal(shown, 'user2@node1 refuses; node1 knows user1');
  });

  it('leaves what says nothing about anybody', () => {
    const kept =
      '2026-11-22T10:00:00.123Z [info] standby.ssh.configFile and 5 of 6 at 10:20:30 (extension.js:12:34) v20.20.2, 9.31 TB, active/passive; bad: it is';
    assert.equal(redact(kept), kept);
  });

  it('shows a path that may be told, so that a stack can be read', () => {
    const told = { '/home/jane/.vscode/extensions/standby-1': '<extension>' };
    assert.equal(
      redact('at run (/home/jane/.vscode/extensions/standby-1/dist/extension.js:1:2)', { told }),
      'at run (<extension>/dist/extension.js:1:2)',
    );
  });

  it('takes less than a second for a long log of a thousand nodes', () => {
    const node = Array.from({ length: 1_000 }, (_, i) => `storage-${i}-r${i % 20}`);
    const redactor = new Redactor({ node, address: node.map((name) => `${name}.example.net`) });
    const log = node.map(
      (name) => `2026-11-22T10:00:00.123Z [debug] ${name}: the answer of ${name} came late\n`,
    );
    const began = process.cpuUsage();
    const shown = redactor.redact(log.join('').repeat(4));
    const { user, system } = process.cpuUsage(began);
    assert.ok(!shown.includes('storage-'));
    assert.ok((user + system) / 1e6 < 3, `${(user + system) / 1e6} s`);
  });
});
