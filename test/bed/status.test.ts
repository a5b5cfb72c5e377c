import assert from 'node:assert/strict';
import { eventually, onBed, statusOf } from './suite';

onBed('status on a real cluster', (bed) => {
  let file: string;
  before(async () => {
    file = await bed().clusterFile();
  });

  it('shows every node active, m1 as the master and the processes that run', async function () {
    this.timeout(180_000);
    const status = await statusOf(bed(), file, 0);
    assert.deepEqual(
      status.nodes.map(({ name, liveness }) => ({ name, liveness })),
      bed().nodes.map((name) => ({ name, liveness: 'active' })),
    );
    assert.deepEqual(status.primary, [{ what: 'master', node: 'm1' }]);
    const running = (node: string) =>
      status.nodes
        .find(({ name }) => name === node)
        ?.services.filter(({ state }) => state === 'running')
        .map(({ name }) => name);
    assert(running('m1')?.includes('mfsmaster'), 'mfsmaster runs on m1');
    assert(running('m2')?.includes('mfsmetalogger'), 'mfsmetalogger runs on m2');
    assert(!running('m2')?.includes('mfsmaster'), 'mfsmaster does not run on m2');
    assert(running('cs1')?.includes('mfschunkserver'), 'mfschunkserver runs on cs1');
    const disks = status.nodes.find(({ name }) => name === 'cs1')?.disks ?? [];
    assert.deepEqual(
      disks.map(({ path, capacity }) => ({ path, capacity })),
      [1, 2].map((disk) => ({ path: `/mnt/hdd${disk}`, capacity: 192 * 1024 ** 2 })),
    );
  });

  it('reports a rebuild after a chunkserver was powered off, and its end', async function () {
    this.timeout(400_000);
    await bed().load(60, 700_000);
    await bed().shape('6mbit');
    await bed().powerOff('cs4');
    const remaining = ({ rebuild }: { rebuild: readonly { remaining: number }[] }) =>
      rebuild.reduce((sum, row) => sum + row.remaining, 0);

    const during = await eventually(90_000, async () => {
      const status = await statusOf(bed(), file, 1, '--timeout', '6s');
      assert(remaining(status) > 0, 'nothing remains to be rebuilt');
      return status;
    });
    const silent = during.nodes.filter(({ liveness }) => liveness !== 'active');
    assert.deepEqual(
      silent.map(({ name, verdict }) => ({ name, verdict })),
      [{ name: 'cs4', verdict: 'down' }],
    );
    assert(
      during.rebuild.some(({ state }) => state !== 'stable'),
      'no row says that it rebuilds',
    );

    await bed().shape('off');
    await eventually(150_000, async () => {
      const status = await statusOf(bed(), file, 1, '--timeout', '6s');
      assert.equal(remaining(status), 0);
      assert(status.rebuild.every(({ state }) => state === 'stable'));
    });
    await bed().verifyLoad();
  });
});
