import assert from 'node:assert/strict';
import { virtualIp } from './bed';
import { eventually, nothingLeft, onBed, statusOf, told } from './suite';

/** The part of `plan --format json` that these tests read. */
interface PlanAnswer {
  readonly refused?: string;
  readonly steps: readonly unknown[];
}

onBed(
  'what a failover on a real cluster refuses',
  (bed) => {
    let file: string;
    before(async function () {
      this.timeout(180_000);
      file = await bed().clusterFile();
      await statusOf(bed(), file, 0);
      await bed().cli(['plan', file, 'failover']);
    });
    afterEach(async function () {
      this.timeout(180_000);
      // After a cut, and where the machine is too busy for its advertisements, ucarp takes some seconds to settle.
      await eventually(60_000, async () =>
        assert.deepEqual(await bed().holders(), ['m1'], 'a refusal moved the address'),
      );
      assert(!(await bed().holds('m2', 'pidof mfsmaster')), 'a refusal started a master on m2');
      await nothingLeft(bed(), ['m1', 'm2']);
    });

    /** The plan says why it must not run, and running it all the same fails, whatever is typed. */
    async function refused(reason: RegExp): Promise<void> {
      const plan = await bed().cli(['plan', file, 'failover', '--format', 'json']);
      assert.equal(plan.code, 1, told(plan));
      const { refused, steps } = JSON.parse(plan.stdout) as PlanAnswer;
      assert.match(refused ?? '', reason);
      assert.deepEqual(steps, []);
      await notRun(reason);
    }

    async function notRun(reason: RegExp): Promise<void> {
      const run = await bed().cli(['run', file, 'failover', '--yes', '--confirm', 'm1', '--confirm', 'm2']);
      assert.equal(run.code, 1, told(run));
      assert.match(run.stdout, reason);
    }

    it('a healthy master, when nobody says who should take over', async function () {
      this.timeout(180_000);
      await refused(/m1/);
    });

    it('a master that was only cut off: its console says on (safety 2 and 4)', async function () {
      this.timeout(240_000);
      await bed().cut('m1', 'silent');
      try {
        await notRun(/console/i);
      } finally {
        await bed().heal('m1');
      }
      // Both sides held the address while they did not hear each other; ucarp gives it back to one.
      await eventually(60_000, async () => {
        assert.deepEqual(await bed().holders(), ['m1']);
        assert(await bed().holds('ops', `! mfscli -H ${virtualIp} -p -s '|' -SIM | grep -q DEAD`));
      });
    });

    it('a master that hangs: it would wake up later (safety 5)', async function () {
      this.timeout(240_000);
      await bed().sh('m1', 'kill -STOP $(pidof mfsmaster)');
      try {
        await refused(/m1/);
      } finally {
        await bed().sh('m1', 'kill -CONT $(pidof mfsmaster)');
      }
    });
  },
  { masters: 2, chunkservers: 2 },
);
