import assert from 'node:assert/strict';
import {
  demoLayout,
  evenNodes,
  terabyte,
  type VstorageLayout,
} from '../../../src/systems/vstorage/simulator-layout';
import * as fakes from '../failover/fakes';
import { PlanDesk } from './plan-desk';

const roomy: VstorageLayout = demoLayout;
const seven: VstorageLayout = { ...demoLayout, nodes: evenNodes(7, 5, 10n * terabyte, 6n * terabyte) };
const full: VstorageLayout = { ...demoLayout, nodes: evenNodes(10, 5, 10n * terabyte, 9n * terabyte) };

describe('plan release', () => {
  it('of a node is run end to end: emptied, out of the cluster, healthy', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('release', 'vs10');
    assert.equal(plan.refused, undefined);
    assert.deepEqual(plan.lockNodes, ['vs1', 'vs2', 'vs3', 'vs4', 'vs5']);
    const notes = plan.notes.join('\n');
    assert.match(
      notes,
      /^6\.6 TB would move, by free space about so: vs1 \+733\.01 GB \(then 67 % full\), vs2/,
    );
    assert.match(notes, /Then 9 hosts are left, 2 more than the mode needs\./);
    assert.ok(!plan.steps.some(({ script }) => script.includes('--force')));
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(desk.steps, ['release succeeded', 'released succeeded', 'healthy succeeded']);
    assert.ok(
      desk.simulator.state.services
        .filter(({ host }) => host.name === 'vs10')
        .every(({ dropped }) => dropped),
    );
    const again = await desk.plan('release', 'vs10');
    assert.match(again.nothingToDo ?? '', /out of the cluster already/);
  });

  it('of a disk moves only what stands on it, also to the other disk of its node', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('release', 'vs10/vstorage/disk2');
    assert.match(plan.notes[0] ?? '', /^3\.3 TB would move/);
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'succeeded', summary.message);
    const left = desk.simulator.state.services.filter(
      ({ host, dropped }) => host.name === 'vs10' && !dropped,
    );
    assert.deepEqual(
      left.map(({ id }) => id),
      [1043],
    );
  });

  it('that was begun before is watched, not begun again', async () => {
    const desk = new PlanDesk(roomy);
    await desk.simulator.run('vs1', 'vinfra node release vs10 -f json', () => undefined);
    desk.pass(2);
    const plan = await desk.plan('release', 'vs10');
    assert.deepEqual(
      plan.steps.map(({ id, done }) => `${id} ${done === true}`),
      ['release true', 'released false', 'healthy false'],
    );
    assert.equal((await desk.run(plan, fakes.operator())).outcome, 'succeeded');
    assert.equal(desk.steps[0], 'release done');
  });

  it('of a dead node whose data was rebuilt takes it off the list, so that it counts no more', async () => {
    const desk = new PlanDesk(roomy);
    desk.simulator.powerOff('vs10');
    desk.pass(5);
    assert.match((await desk.plan('release', 'vs10')).refused ?? '', /Not all chunks have all their pieces/);
    desk.pass(120);
    const plan = await desk.plan('release', 'vs10');
    assert.match(plan.notes[0] ?? '', /Nothing is left to be moved: what stood there has been rebuilt/);
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(desk.simulator.state.offlineHosts, 0);
  });

  it('without vinfra uses rm-cs, marked as unconfirmed, and never with --yes', async () => {
    const desk = new PlanDesk({ ...roomy, vinfra: false });
    const plan = await desk.plan('release', 'vs10');
    assert.match(plan.steps[0]?.script ?? '', /^set -e\ntimeout 30 vstorage -c vdemo rm-cs 1043\n/);
    assert.ok(!(plan.steps[0]?.script ?? '').includes('--wait'));
    assert.equal((await desk.run(plan, fakes.operator({}, ['vdemo', 'vs10']))).outcome, 'failed');
    assert.equal(desk.simulator.state.services.filter(({ releasing }) => releasing).length, 0);
    const summary = await desk.run(plan);
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('without vinfra does not guess which chunk service stands on a disk', async () => {
    const desk = new PlanDesk({ ...roomy, vinfra: false });
    assert.match(
      (await desk.plan('release', 'vs10/vstorage/disk1')).refused ?? '',
      /Which chunk service stands on vs10\/vstorage\/disk1 is not known: CS 1043, CS 1044 of vs10 could be meant/,
    );
  });

  describe('is refused with what would have to change', () => {
    it('5+2 on seven nodes: one host, or another mode', async () => {
      const refused = (await new PlanDesk(seven).plan('release', 'vs7')).refused ?? '';
      assert.match(refused, /^The 7 pieces of each chunk need 7 hosts; without vs7, 6 are left\./);
      assert.match(
        refused,
        /What would help: add 1 host with room for 10\.45 TB; or lower the mode to 3\+2 \(it needs 5 hosts/,
      );
      assert.match(refused, /--force would take it out without copying anything.* Standby does not offer it/);
    });

    it('ten nodes at 90 %: the bytes that are missing, with the margin that stays free', async () => {
      const refused = (await new PlanDesk(full).plan('release', 'vs10')).refused ?? '';
      // 9 · 9.5 TiB take 85.5 of 90 TiB.
      assert.match(refused, /^Without vs10, room for 4\.95 TB is missing on the 9 hosts that are left/);
      assert.match(refused, /add 1 host with room for 10\.45 TB; or delete 3\.53 TB of data/);
    });

    it('while chunk services are away, and what they lack is needed', async () => {
      const desk = new PlanDesk(roomy);
      for (const name of ['vs7', 'vs8', 'vs9']) desk.simulator.powerOff(name);
      desk.pass(1);
      assert.match(
        (await desk.plan('release', 'vs10')).refused ?? '',
        /chunks are offline: pieces of them may stand on vs10/,
      );
    });

    it('while another node is in maintenance', async () => {
      const desk = new PlanDesk(roomy);
      desk.simulator.state.host('vs9').inMaintenance = true;
      desk.pass(1);
      assert.match((await desk.plan('release', 'vs10')).refused ?? '', /CS 1041 of vs9 is maintenance/);
    });

    it('while nobody knows on which node a chunk service stands, rather than called done', async () => {
      const desk = new PlanDesk({ ...roomy, vinfra: false });
      desk.altered = (text) => text.replaceAll(/\bvs10\b(?=\s+JCc)/g, 'storage-j');
      for (const [kind, target] of [
        ['release', 'vs10'],
        ['release', 'vs10/vstorage/disk1'],
        ['replace-disk', 'vs10/vstorage/disk1'],
      ] as const) {
        const plan = await desk.plan(kind, target);
        assert.equal(plan.nothingToDo, undefined);
        assert.match(
          plan.refused ?? '',
          /not known: CS 1043 \(storage-j\), CS 1044 \(storage-j\) stand on a host that no node/,
        );
      }
    });

    it('when no table of MDS was printed, or the leaving one cannot be told from the others', async () => {
      const desk = new PlanDesk({ ...roomy, nodes: evenNodes(10, 3, 10n * terabyte, 6n * terabyte) });
      desk.altered = (text) => text.replace(/^MDSID(?:.*\n)+?\n/m, '').replace(/^MDS nodes.*\n/m, '');
      assert.match((await desk.plan('release', 'vs2')).refused ?? '', /printed no table of MDS/);
      desk.altered = (text) =>
        text.replace(/\bvs2:2510/, 'elsewhere:2510').replace(/avail(.*)vs3:2510/, 'unavail$1vs3:2510');
      assert.match((await desk.plan('release', 'vs2')).refused ?? '', /1 of 2 MDS would live/);
      assert.match((await desk.plan('maintenance', 'vs2')).refused ?? '', /1 of 3 MDS live and 2 are needed/);
    });

    it('when fewer chunk services are listed than counted', async () => {
      const desk = new PlanDesk(roomy);
      desk.altered = (text) => text.replace(/^ 1044 .*\n/m, '');
      assert.match(
        (await desk.plan('release', 'vs10')).refused ?? '',
        /counts 20 chunk services and lists 19: nobody may plan/,
      );
    });

    it('when the rest of the MDS would be no majority', async () => {
      const desk = new PlanDesk({ ...roomy, nodes: evenNodes(10, 1, 10n * terabyte, 6n * terabyte) });
      assert.match((await desk.plan('release', 'vs1')).refused ?? '', /vs1 has the only MDS/);
    });
  });

  it('never takes a chunk service for gone because a table was cut short', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('release', 'vs10');
    desk.altered = (text) => text.replace(/^ 104[34] .*\n/gm, '');
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /counts 20 chunk services and lists 18/);
    assert.ok(desk.simulator.state.services.every(({ releasing }) => !releasing));
  });

  it('asks for the majority again before vinfra takes an MDS out', async () => {
    const desk = new PlanDesk({ ...roomy, nodes: evenNodes(10, 3, 10n * terabyte, 6n * terabyte) });
    const plan = await desk.plan('release', 'vs2');
    assert.equal(plan.refused, undefined);
    desk.altered = (text) => text.replace(/avail(.*)vs3:2510/, 'unavail$1vs3:2510');
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /majority of the MDS lives without vs2: 1 of 2 would be left/);
  });

  it('stops before its command when another node goes away after the plan was made', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('release', 'vs10');
    desk.simulator.powerOff('vs9');
    desk.pass(1);
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /All other chunk services serve: CS 1041 is inactive/);
    assert.equal(desk.simulator.state.services.filter(({ releasing }) => releasing).length, 0);
  });
});

describe('plan replace-disk', () => {
  it('is run end to end on a disk with I/O errors: rebuilt, out, changed, a new service with a new id', async () => {
    const desk = new PlanDesk(roomy);
    desk.simulator.actions.find(({ verb }) => verb === 'break-disk')?.act('vs6');
    desk.pass(1);
    const target = 'vs6/vstorage/disk1';
    assert.match(
      (await desk.plan('replace-disk', target)).refused ?? '',
      /let the rebuild come to its end first/,
    );
    desk.pass(90);
    const plan = await desk.plan('replace-disk', target);
    assert.equal(plan.refused, undefined);
    assert.match(
      plan.notes[0] ?? '',
      /^CS 1035 on vs6\/vstorage\/disk1 is failed: I\/O error\. It is never used again/,
    );
    const summary = await desk.run(plan);
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(desk.steps, [
      'release succeeded',
      'released done',
      'swap succeeded',
      'new-cs succeeded',
      'healthy succeeded',
    ]);
    const [last] = desk.simulator.state.services.toReversed();
    assert.equal(last?.id, 1045);
    assert.equal(last?.host.name, 'vs6');
  });

  it('wants a person at the disk: --yes alone does not go past it', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('replace-disk', 'vs6/vstorage/disk2');
    const summary = await desk.run(plan, fakes.operator());
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /The name vs6 was not given/);
    assert.ok(desk.simulator.state.services.every(({ releasing, dropped }) => !releasing && !dropped));
    const notYet = { unattended: false, typeName: () => Promise.resolve(false) };
    const decide = ({ about }: { about: string }) =>
      Promise.resolve({ act: about === 'start' ? ('continue' as const) : ('abort' as const) });
    assert.equal((await desk.run(plan, fakes.operator({ ...notYet, decide }))).outcome, 'aborted');
    // Resumed: the disk is out, only the rest is to be done.
    const rest = await desk.plan('replace-disk', 'vs6/vstorage/disk2');
    assert.deepEqual(
      rest.steps.map(({ id }) => id),
      ['swap', 'new-cs', 'healthy'],
    );
    assert.equal((await desk.run(rest, fakes.operator({}, ['vs6']))).outcome, 'succeeded');
  });
});

describe('plan shutdown', () => {
  it('is run end to end in the right order: clients, MDS with the master last, chunk services', async () => {
    const desk = new PlanDesk(roomy);
    const plan = await desk.plan('shutdown');
    assert.equal(plan.refused, undefined);
    assert.ok(plan.steps.every(({ unconfirmed }) => unconfirmed !== undefined));
    const asked: string[] = [];
    const typeName = ({ name, why }: { name: string; why: string }) => {
      asked.push(`${name} ${why}`);
      return Promise.resolve(true);
    };
    const summary = await desk.run(plan, fakes.operator({ unattended: false, typeName }));
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.deepEqual(
      desk.steps.map((step) => step.replace(/ succeeded$/, '')),
      [
        'stop-client-vs10',
        ...['vs2', 'vs3', 'vs4', 'vs5', 'vs1'].map((name) => `stop-mds-${name}`),
        ...roomy.nodes.map(({ name }) => `stop-cs-${name}`),
      ],
    );
    // Once for the mounts, once for the units.
    assert.equal(asked.length, 2);
    desk.pass(1);
    const again = await desk.plan('shutdown');
    assert.match(again.refused ?? '', /does not answer vstorage stat/);
  });

  it('says when nobody knows whether all chunks have their pieces', async () => {
    const desk = new PlanDesk(roomy);
    desk.altered = (text) => text.replace(/^Chunks:.*\n(?: +.*\n)*/m, '');
    assert.match(
      (await desk.plan('shutdown')).notes.join('\n'),
      /whether all have all their pieces is unknown/,
    );
  });

  it('is refused while a client is silent, and never runs with --yes', async () => {
    const desk = new PlanDesk(roomy);
    assert.equal(
      (await desk.run(await desk.plan('shutdown'), fakes.operator({}, ['vdemo']))).outcome,
      'failed',
    );
    assert.ok(desk.simulator.state.host('vs10').mounted);
    desk.simulator.powerOff('vs10');
    desk.pass(1);
    assert.match((await desk.plan('shutdown')).refused ?? '', /vs10 is a client and does not answer/);
  });
});
