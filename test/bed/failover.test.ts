import assert from 'node:assert/strict';
import { virtualIp } from './bed';
import { eventually, nothingLeft, onBed, statusOf, told } from './suite';

onBed('failover on a real cluster', (bed) => {
  it('makes another candidate master and loses no acknowledged write (safety 9)', async function () {
    this.timeout(400_000);
    const file = await bed().clusterFile();
    await bed().load(10, 200_000);
    const writer = await bed().startWriter('failover');
    // What it sees of the old master is what the plan compares the survivors with (safety 8).
    await statusOf(bed(), file, 0);
    await bed().powerOff('m1');

    const run = await bed().cli(['run', file, 'failover', '--yes', '--confirm', 'm1']);
    assert.equal(run.code, 0, told(run));
    // The run itself remembers who is the master now: the next plan compares with that.
    const seen = await bed().history('bed');
    assert.match(seen.primary['master']?.node ?? '', /^m[23]$/);

    const holders = await bed().holders();
    assert.equal(holders.length, 1, `the virtual address is on ${holders.join(' and ') || 'no node'}`);
    const [master = ''] = holders;
    assert.match(master, /^m[23]$/);
    await writer.until(5);
    const status = await eventually(60_000, async () => {
      const now = await statusOf(bed(), file, 1, '--timeout', '8s');
      assert.deepEqual(now.primary, [{ what: 'master', node: master }]);
      return now;
    });
    assert.deepEqual(
      status.nodes.filter(({ liveness }) => liveness !== 'active').map(({ name }) => name),
      ['m1'],
    );
    const servers = await bed().sh('ops', `mfscli -H ${virtualIp} -p -s '|' -SCS`);
    assert.equal(servers.match(/^chunk servers:/gm)?.length, bed().size.chunkservers, servers);
    assert.doesNotMatch(servers, /^Disconnected/m);

    const { acknowledged, lost, longestHang } = await writer.stop();
    assert.deepEqual(lost, [], `of ${acknowledged} acknowledged writes these are gone`);
    await bed().verifyLoad();
    const alive = bed().nodes.filter((node) => node.startsWith('m') && node !== 'm1');
    await nothingLeft(bed(), alive);
    console.log(
      `      ${master} took over: ${acknowledged} acknowledged writes, none lost; longest hang of the client ${(longestHang / 1000).toFixed(1)} s`,
    );
  });
});
