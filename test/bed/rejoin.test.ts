import assert from 'node:assert/strict';
import { eventually, nothingLeft, onBed, statusOf, told } from './suite';

onBed(
  'rejoin on a real cluster',
  (bed) => {
    it('brings the old master back as a metalogger that then takes over itself; nothing is lost', async function () {
      this.timeout(480_000);
      const file = await bed().clusterFile();
      await bed().load(5, 100_000);
      await statusOf(bed(), file, 0);
      await bed().cli(['plan', file, 'write-image']);
      const writer = await bed().startWriter('rejoin');
      await bed().powerOff('m1');
      const failover = await bed().cli(['run', file, 'failover', '--yes', '--confirm', 'm1']);
      assert.equal(failover.code, 0, told(failover));
      assert.deepEqual(await bed().holders(), ['m2']);

      // It boots with a mfsmaster of the past, as where an init system starts one.
      await bed().powerOn('m1');
      await bed().sh('m1', 'mfsmaster -a start >/dev/null 2>&1 || true', 90_000);
      const rejoin = await bed().cli(['run', file, 'rejoin', 'm1', '--yes', '--confirm', 'm1']);
      assert.equal(rejoin.code, 0, told(rejoin));
      assert.match(rejoin.stdout, /the address never left/);
      assert.deepEqual(await bed().holders(), ['m2']);
      const skews = await Promise.all(
        ['m1', 'm2'].map((node) =>
          bed().sh(node, `tr '\\0' ' ' </proc/$(pidof ucarp)/cmdline | grep -o -- '-k [0-9]*' | tail -n 1`),
        ),
      );
      assert.deepEqual(
        skews.map((line) => line.trim()),
        ['-k 50', '-k 50'],
      );
      const kept = await bed().sh('m1', 'ls /var/lib/mfs/standby-saved/*-rejoin');
      assert.match(kept, /changelog\.0\.mfs/);
      assert.doesNotMatch(await bed().sh('m1', 'ls /var/lib/mfs'), /^changelog\.\d/m);
      await nothingLeft(bed(), ['m1', 'm2']);

      await writer.until(3);
      await eventually(60_000, async () => {
        assert.deepEqual((await statusOf(bed(), file, 0)).primary, [{ what: 'master', node: 'm2' }]);
      });
      await bed().powerOff('m2');
      const second = await bed().cli(['run', file, 'failover', '--yes', '--confirm', 'm2']);
      assert.equal(second.code, 0, told(second));
      assert.deepEqual(await bed().holders(), ['m1']);
      await writer.until(3);
      const { acknowledged, lost, longestHang } = await writer.stop();
      assert.deepEqual(lost, [], `of ${acknowledged} acknowledged writes these are gone`);
      await bed().verifyLoad();
      console.log(
        `      ${acknowledged} acknowledged writes over two failovers and a rejoin, none lost; longest hang ${(longestHang / 1000).toFixed(1)} s`,
      );
    });
  },
  { masters: 2, chunkservers: 2 },
);
