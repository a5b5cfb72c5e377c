import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openConnections } from '../../../src/ssh/connections';
import { fakeCluster, fakeNode } from '../heartbeat/fakes';

describe('the port that another node dials', () => {
  it('is that of the configuration, but not of a way in that leads elsewhere or cannot be followed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'standby-port-'));
    const configFile = join(folder, 'config');
    const lines = [
      'Host db1\n  Port 2022',
      'Host db2\n  HostName gateway\n  Port 2202',
      'Host db3\n  Port 2023\n  ProxyCommand nc %h %p',
    ];
    writeFileSync(configFile, `${lines.join('\n')}\n`);
    const nodes = ['db1', 'db2', 'db3', 'db4'].map((name) => fakeNode(name, { address: name }));
    const connections = openConnections(fakeCluster(nodes), { configFile, homeDir: folder });
    try {
      const ports = await Promise.all(
        nodes.map(({ name }) => connections.portOf?.(name) ?? Promise.resolve(0)),
      );
      assert.deepEqual(ports, [2022, undefined, undefined, 22]);
    } finally {
      connections.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});
