import assert from 'node:assert/strict';
import type { Node, SshSettings } from '../../../src/cluster/cluster';
import { terminalCommand } from '../../../src/ssh/terminal';

const node = (address: string, ssh: Partial<SshSettings> = {}): Node => ({
  name: 'm1',
  address,
  roles: ['master'],
  ssh: { become: 'none', ...ssh },
  disks: [],
});

describe('terminalCommand', () => {
  it('gives ssh only what the cluster file says', () => {
    assert.deepEqual(terminalCommand(node('10.0.0.1'), undefined), ['ssh', '--', '10.0.0.1']);
    const all = node('m1.example.net', {
      user: 'ops',
      port: 2222,
      identityFile: '~/.ssh/k',
      proxyJump: 'b:22',
    });
    assert.deepEqual(terminalCommand(all, '/w/ssh/config'), [
      ...['ssh', '-F', '/w/ssh/config', '-p', '2222', '-l', 'ops', '-i', '~/.ssh/k', '-J', 'b:22'],
      ...['--', 'm1.example.net'],
    ]);
  });

  it('refuses words that ssh would take for options', () => {
    const bad = [
      node('-oProxyCommand=id'),
      node('a', { user: '-oX' }),
      node('a', { identityFile: '-F/tmp/x' }),
      node('a', { proxyJump: '-oX' }),
      node('a\nb'),
    ];
    for (const one of bad) assert.throws(() => terminalCommand(one, undefined), { reason: 'configuration' });
  });

  it('refuses words of which a ProxyCommand would make more than a word (CVE-2023-51385)', () => {
    const bad = [
      node('a;id'),
      node('a', { user: 'u$(id)' }),
      node('a', { proxyJump: 'x;id;@b' }),
      node('a', { proxyJump: 'b`id`' }),
      node('a', { proxyJump: 'b,c|id' }),
    ];
    for (const one of bad) assert.throws(() => terminalCommand(one, undefined), { reason: 'configuration' });
  });
});
