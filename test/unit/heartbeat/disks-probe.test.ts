import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { disksAnswer, disksProbe, disksScript, readDisks } from '../../../src/heartbeat/disks-probe';
import { UnreadableError } from '../../../src/heartbeat/probe';
import { lustreSystem } from '../../../src/systems/lustre/system';
import { vstorageSystem } from '../../../src/systems/vstorage/system';
import { fakeNode } from './fakes';

const disk = (path: string) => ({ path, capacity: 1n, tier: 0 });

describe('The disks of any system', () => {
  it('are what a real df says, and absent where there is no such path', () => {
    const node = fakeNode('n1', { disks: [disk('/'), disk('/tmp/'), disk("/no/such 'path'")] });
    const text = execFileSync('sh', ['-c', disksScript(node) ?? ''], { encoding: 'utf8' });
    const [root, tmp, none] = readDisks(
      text,
      node.disks.map(({ path }) => path),
    );
    assert.equal(root?.path, '/');
    assert.ok((root.capacity ?? 0n) > 0n && (root.used ?? 0n) <= (root.capacity ?? 0n));
    assert.equal(tmp?.path, '/tmp');
    assert.deepEqual(none, { path: "/no/such 'path'", state: 'absent' });
  });

  it('leave out a device that is not mounted: df would answer for /dev itself', () => {
    const answer = (device: string) =>
      `disk|0\nFilesystem 1024-blocks Used Available Capacity Mounted on\n${device} 100 40 60 40% /dev\nstandby:end\n`;
    assert.deepEqual(readDisks(answer('devtmpfs'), ['/dev/sdb']), []);
    assert.deepEqual(readDisks(answer('/dev/sdb'), ['/dev/sdb']), [
      { path: '/dev/sdb', capacity: 102_400n, used: 40_960n },
    ]);
  });

  it('are read back as simulated nodes say them', () => {
    const disks = [{ path: '/vstorage/d1', size: 10_240n * 1024n, used: 1024n * 1024n }];
    assert.deepEqual(readDisks(disksAnswer(disks), ['/vstorage/d1']), [
      { path: '/vstorage/d1', capacity: 10_485_760n, used: 1_048_576n },
    ]);
  });

  it('refuse an answer that was cut off, that is empty or something else', () => {
    for (const text of ['', 'disk|0\n', 'disk|0\nnonsense\nstandby:end\n', 'standby:end\n'])
      assert.throws(() => readDisks(text, ['/a']), UnreadableError);
  });

  it('are asked of nodes of every system that declare some', () => {
    assert.equal(disksScript(fakeNode('n1')), undefined);
    for (const { probes } of [lustreSystem, vstorageSystem])
      assert.ok(probes.node.some(({ id }) => id === disksProbe.id));
  });
});
