import assert from 'node:assert/strict';
import { demoLayout, evenNodes, terabyte } from '../../../src/systems/vstorage/simulator-layout';
import * as fakes from '../failover/fakes';
import { PlanDesk } from './plan-desk';

const typing = { unattended: false };

describe('plan maintenance', () => {
  it('is run end to end: checked, begun, power off and on, ended, healthy', async () => {
    const desk = new PlanDesk();
    const plan = await desk.plan('maintenance', 'vs3');
    assert.equal(plan.refused, undefined);
    // vs3 has an MDS: the lock on it would be gone with its power.
    assert.deepEqual(plan.lockNodes, ['vs1', 'vs2', 'vs4', 'vs5']);
    assert.ok(plan.steps.every(({ unconfirmed }) => unconfirmed === undefined));
    assert.match(plan.notes.join('\n'), /waits 30 min \(mds\.wd\.offline_tout_mnt, read from the cluster\)/);
    const typeName = ({ step }: { step: { id: string } }) => {
      if (step.id === 'work') {
        desk.simulator.powerOff('vs3');
        desk.pass(20);
        desk.simulator.powerOn('vs3');
        desk.pass(1);
      }
      return Promise.resolve(true);
    };
    const summary = await desk.run(plan, fakes.operator({ ...typing, typeName }));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(desk.steps, [
      'precheck succeeded',
      'start-maintenance succeeded',
      'work succeeded',
      'stop-maintenance succeeded',
      'healthy succeeded',
    ]);
    assert.equal(desk.simulator.state.host('vs3').inMaintenance, false);
    assert.deepEqual(desk.details('healthy'), ['100000 chunks, 100 % healthy']);
  });

  it('that overruns is rebuilt meanwhile, and healthy in the end all the same', async () => {
    const desk = new PlanDesk();
    const typeName = ({ step }: { step: { id: string } }) => {
      if (step.id === 'work') {
        desk.simulator.powerOff('vs8');
        desk.pass(45);
        assert.ok(desk.simulator.state.counts.replicating > 0);
        desk.simulator.powerOn('vs8');
        desk.pass(1);
      }
      return Promise.resolve(true);
    };
    const summary = await desk.run(
      await desk.plan('maintenance', 'vs8'),
      fakes.operator({ ...typing, typeName }),
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('is taken back when the operator gives up before the work', async () => {
    const desk = new PlanDesk();
    const typeName = ({ step }: { step: { id: string } }) => Promise.resolve(step.id !== 'work');
    const summary = await desk.run(
      await desk.plan('maintenance', 'vs8'),
      fakes.operator({ ...typing, typeName }),
    );
    assert.equal(summary.outcome, 'aborted');
    assert.equal(desk.simulator.state.host('vs8').inMaintenance, false);
  });

  it('goes on where it was left: a node that is in maintenance is not begun again', async () => {
    const desk = new PlanDesk();
    desk.simulator.state.host('vs8').inMaintenance = true;
    desk.pass(1);
    const plan = await desk.plan('maintenance', 'vs8');
    assert.equal(plan.refused, undefined);
    assert.deepEqual(
      plan.steps.filter(({ done }) => done).map(({ id }) => id),
      ['precheck', 'start-maintenance'],
    );
    const summary = await desk.run(plan);
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(desk.steps.slice(0, 2), ['precheck done', 'start-maintenance done']);
  });

  it('without vinfra: set-config, marked, refused with --yes, taken back to the old value', async () => {
    const desk = new PlanDesk({ ...demoLayout, vinfra: false });
    const plan = await desk.plan('maintenance', 'vs8');
    assert.deepEqual(
      plan.steps.filter(({ unconfirmed }) => unconfirmed).map(({ id }) => id),
      ['wait-longer', 'wait-as-usual'],
    );
    const alone = await desk.run(plan, fakes.operator({}, ['vs8', 'vdemo']));
    assert.equal(alone.outcome, 'failed');
    assert.match(alone.message, /never runs unattended/);
    assert.equal(desk.simulator.state.parameters.get('mds.wd.offline_tout'), 900_000);
    const typeName = ({ step }: { step: { id: string } }) => {
      if (step.id === 'work')
        assert.equal(desk.simulator.state.parameters.get('mds.wd.offline_tout'), 1_800_000);
      return Promise.resolve(true);
    };
    const summary = await desk.run(plan, fakes.operator({ ...typing, typeName }));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(desk.simulator.state.parameters.get('mds.wd.offline_tout'), 900_000);
  });

  describe('is refused', () => {
    const refused = async (desk: PlanDesk, node = 'vs3') =>
      (await desk.plan('maintenance', node)).refused ?? '';

    it('while another node is away, at once and after its data was rebuilt', async () => {
      const desk = new PlanDesk();
      desk.simulator.powerOff('vs9');
      desk.pass(1);
      assert.match(await refused(desk), /Not all chunks have all their pieces \(70000 degraded\)/);
      desk.pass(120);
      assert.match(
        await refused(desk),
        /vs9 is away already \(CS 1041 offline, CS 1042 offline\): one node at a time/,
      );
    });

    it('while another is in maintenance', async () => {
      const desk = new PlanDesk();
      desk.simulator.state.host('vs9').inMaintenance = true;
      desk.pass(1);
      assert.match(await refused(desk), /vs9 is away already \(CS 1041 maintenance/);
    });

    it('when a majority of the MDS would not live without it', async () => {
      const desk = new PlanDesk({ ...demoLayout, nodes: evenNodes(10, 2, 10n * terabyte, 6n * terabyte) });
      assert.match(
        await refused(desk, 'vs2'),
        /Without vs2, 1 of 2 MDS live and 2 are needed: the whole cluster would stop/,
      );
    });

    it('when nothing is redundant', async () => {
      const desk = new PlanDesk({
        ...demoLayout,
        data: 1,
        parity: 0,
        isEncoded: false,
      });
      assert.match(await refused(desk, 'vs8'), /keeps no redundancy/);
    });

    it('when the file does not say how much may be away, or all pieces may stand on one host', async () => {
      const desk = new PlanDesk();
      const { redundancy, ...rest } = desk.cluster;
      assert.ok(redundancy);
      const other = (cluster: typeof desk.cluster) =>
        Object.assign(new PlanDesk(), { cluster }).plan('maintenance', 'vs8');
      assert.match((await other(rest)).refused ?? '', /does not say which redundancy/);
      const byDisk = { ...rest, redundancy: { ...redundancy, tolerance: 1, failureDomain: 'disk' as const } };
      assert.match((await other(byDisk)).refused ?? '', /up to 2 pieces of a chunk may stand on the 2 disks/);
    });

    it('when nobody knows which chunk services are its own', async () => {
      const desk = new PlanDesk({ ...demoLayout, vinfra: false });
      desk.altered = (text) => text.replaceAll(/\bvs8\b(?=\s+JCc)/g, 'storage-h');
      assert.match(await refused(desk, 'vs8'), /Which chunk services stand on vs8 is not known/);
    });

    it('without a majority, and while a master was just elected', async () => {
      const desk = new PlanDesk();
      for (const name of ['vs1', 'vs2', 'vs3']) desk.simulator.powerOff(name);
      desk.pass(1);
      assert.match(await refused(desk, 'vs8'), /does not answer vstorage stat: 2 of 5 MDS seem to be alive/);
      const other = new PlanDesk();
      other.simulator.powerOff('vs1');
      other.simulator.advance(5_000);
      assert.match(await refused(other, 'vs8'), /says “unknown”/);
    });

    it('while a node with an MDS is silent and not proven off (safety 14)', async () => {
      const desk = new PlanDesk();
      desk.simulator.powerOff('vs5');
      desk.simulator.advance(20_000);
      assert.match(await refused(desk, 'vs8'), /vs5 has an MDS and does not answer/);
    });
  });

  it('asks for the name where no more MDS may fail meanwhile, and says when it is the master', async () => {
    const desk = new PlanDesk({ ...demoLayout, nodes: evenNodes(10, 3, 10n * terabyte, 6n * terabyte) });
    const plan = await desk.plan('maintenance', 'vs1');
    assert.match(plan.notes.join('\n'), /vs1 has the master MDS\. .* take it last/);
    assert.match(
      plan.steps.find(({ id }) => id === 'start-maintenance')?.typed?.why ?? '',
      /2 of 3 MDS live, and none more may fail/,
    );
  });

  it('says when an overrun could not be rebuilt', async () => {
    const seven = { ...demoLayout, nodes: evenNodes(7, 5, 10n * terabyte, 6n * terabyte) };
    const plan = await new PlanDesk(seven).plan('maintenance', 'vs6');
    assert.equal(plan.refused, undefined);
    assert.match(
      plan.notes[0] ?? '',
      /It could not: The 7 pieces of each chunk need 7 hosts; without vs6, 6 are left/,
    );
  });
});
