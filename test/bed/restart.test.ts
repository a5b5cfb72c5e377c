import assert from 'node:assert/strict';
import { eventually, nothingLeft, onBed, statusOf, told } from './suite';

onBed(
  'restart-master on a real cluster',
  (bed) => {
    it('brings a killed mfsmaster back where it was; failover names it meanwhile', async function () {
      this.timeout(120_000);
      const file = await bed().clusterFile();
      await bed().load(5, 100_000);
      await statusOf(bed(), file, 0);
      const writer = await bed().startWriter('restart');
      await bed().sh('m1', 'kill -9 $(pidof mfsmaster)');

      const failover = await bed().cli(['run', file, 'failover', '--yes', '--confirm', 'm1']);
      assert.equal(failover.code, 1, told(failover));
      assert.match(failover.stdout + failover.stderr, /restart-master/);

      const run = await bed().cli(['run', file, 'restart-master', '--yes']);
      assert.equal(run.code, 0, told(run));
      assert.deepEqual(await bed().holders(), ['m1']);
      await writer.until(3);
      await eventually(20_000, async () => {
        assert.deepEqual((await statusOf(bed(), file, 0)).primary, [{ what: 'master', node: 'm1' }]);
      });
      const { acknowledged, lost, longestHang } = await writer.stop();
      assert.deepEqual(lost, [], `of ${acknowledged} acknowledged writes these are gone`);
      await bed().verifyLoad();
      await nothingLeft(bed(), ['m1', 'm2']);
      console.log(
        `      ${acknowledged} acknowledged writes, none lost; longest hang ${(longestHang / 1000).toFixed(1)} s`,
      );
    });
  },
  { masters: 2, chunkservers: 2 },
);
