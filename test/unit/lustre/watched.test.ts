import assert from 'node:assert/strict';
import { parse } from '../../../src/cluster/parse';
import { lustreProbes } from '../../../src/systems/lustre/probes';
import { connectedFact } from '../../../src/systems/lustre/probes-facts';
import { layout, nodeNames } from '../../../src/systems/lustre/simulator-layout';
import { lustreSpec } from '../../../src/systems/lustre/spec';
import { Watched } from './watched';

describe('A simulated Lustre, watched', () => {
  let world: Watched;
  beforeEach(() => {
    world = new Watched();
  });
  const state = () => world.lustre;
  const pass = (seconds: number) => world.simulator.advance(seconds * 1000);
  /** oss2 takes OST0000 over from a dead oss1. */
  const takeOver = () => {
    assert.ok(state().primary('oss2', 'ost0').ok);
    assert.ok(state().mount('oss2', 'OST0000').ok);
  };
  const kill = async () => {
    await world.look();
    world.simulator.powerOff('oss1');
    pass(10);
  };

  it('its cluster file has no errors and says what the simulator knows', () => {
    const place = {
      ports: new Map(nodeNames.map((name, i) => [name, 2200 + i])),
      consoles: new Map(nodeNames.map((name) => [name, `console "${name}"`])),
    };
    const { documents, findings } = parse(world.simulator.clusterFile(place), [lustreSpec]);
    assert.deepEqual(findings, []);
    assert.deepEqual(documents[0]?.cluster, layout(place));
  });

  it('a healthy one: who serves what, mirrored where, and every client connected', async () => {
    const rows = await world.rows();
    assert.equal(rows.get('filesystem'), 'good: 6 of 6 targets served');
    assert.equal(rows.get('OST0000'), 'good: on oss1, mirrored on oss2: up to date');
    assert.equal(rows.get('OST0000/standby'), 'none: oss2');
    assert.equal(rows.get('server/mds1'), 'none: serves MGT, MDT0000');
    assert.equal(rows.get('server/oss2'), 'none: serves OST0001; standby for OST0000');
    assert.equal(rows.get('clients'), 'good: 3 of 3 connected to every target');
    assert.equal(rows.get('client/lc1/OST0000'), 'good: FULL at 10.0.1.3@tcp');
    const { reading } = await world.look();
    assert.deepEqual(reading?.primary.slice(0, 3), [
      { what: 'MGT', node: 'mds1' },
      { what: 'MDT0000', node: 'mds1' },
      { what: 'OST0000', node: 'oss1' },
    ]);
    assert.deepEqual(reading.mirrors[2], {
      resource: 'ost0',
      target: 'OST0000',
      connection: 'Connected',
      roles: { oss1: 'Primary', oss2: 'Secondary' },
      disks: { oss1: 'UpToDate', oss2: 'UpToDate' },
      splitBrain: false,
    });
  });

  it('right after a death the survivor still says Connected; then it has lost it (measured: six seconds)', async () => {
    world.simulator.powerOff('oss1');
    pass(3);
    const early = await world.rows();
    assert.equal(early.get('OST0000/served'), 'unknown: no answer from oss1, which is Primary, as oss2 says');
    pass(7);
    const rows = await world.rows();
    assert.match(rows.get('OST0000') ?? '', /nobody known serves it: no answer from oss1, not mirrored now/);
    assert.equal(rows.get('OST0001'), 'warning: on oss2, not mirrored now: oss1 does not answer');
    assert.equal(rows.get('client/lc1'), 'warning: mounted, connected to 4 of 5 targets');
    const { rebuild } = await world.look();
    assert.deepEqual(
      rebuild.filter((row) => row.state === 'disconnected').map(({ what }) => what),
      ['mirror ost0', 'mirror ost1'],
    );
  });

  it('remembers when a mirror was last seen connected, and no longer (safety 7)', async () => {
    const before = await world.look();
    const { now } = state();
    assert.equal(before.reading?.facts?.[connectedFact('ost0')], now);
    assert.equal(before.reading.factsAt?.[connectedFact('ost0')], now);
    world.act('cut-mirror', 'oss1');
    pass(20);
    const after = await world.look();
    assert.equal(
      after.reading?.facts?.[connectedFact('ost0')],
      undefined,
      'the older one stays in the history',
    );
    assert.equal(after.reading?.facts?.[connectedFact('ost2')], state().now);
    assert.equal(state().mirror('ost0').side('oss2').lostAt, now + 250);
  });

  it('taken over: on its standby, recovering, then not failed back', async () => {
    await kill();
    takeOver();
    pass(1);
    const early = await world.look();
    const recovery = early.rebuild.find(({ what }) => what === 'recovery of OST0000');
    assert.deepEqual([recovery?.unit, recovery?.state, recovery?.remaining], ['seconds', 'rebuilding', 299]);
    assert.match(recovery?.note ?? '', /0 of 3 clients are back/);
    pass(30);
    const rows = await world.rows();
    assert.equal(rows.get('OST0000/served'), 'warning: on oss2, its standby: not failed back');
    assert.equal(rows.get('OST0000/recovery'), 'good: recovered');
    assert.equal(rows.get('client/lc1/OST0000'), 'good: FULL at 10.0.1.4@tcp');
  });

  it('clients of a target without service nodes find it only after they have mounted anew', async () => {
    world.simulator.powerOff('oss4');
    pass(10);
    assert.ok(state().primary('oss3', 'ost3').ok);
    assert.ok(state().mount('oss3', 'OST0003').ok);
    pass(60);
    assert.match((await world.rows()).get('client/lc1/OST0003') ?? '', /CONNECTING/);
    state().umountClient('lc1');
    assert.equal((await world.rows()).get('client/lc1'), 'warning: scratch is not mounted');
    state().mountClient('lc1');
    assert.equal((await world.rows()).get('client/lc1/OST0003'), 'good: FULL at 10.0.1.5@tcp');
  });

  it('clients that do not come back within the window are cut off, and that is told', async () => {
    await world.look();
    world.simulator.powerOff('lc3');
    await kill();
    takeOver();
    pass(400);
    const rows = await world.rows();
    assert.equal(rows.get('OST0000/recovery'), 'warning: recovered without 1 of 3 clients');
  });

  it('the old primary comes back: a resync with its speed, its percentage and its time left', async () => {
    await kill();
    takeOver();
    pass(600);
    world.simulator.powerOn('oss1');
    assert.match((await world.rows()).get('OST0000/mirror') ?? '', /ost0 is down on oss1/);
    assert.ok(state().up('oss1', 'ost0').ok);
    pass(3);
    const { rebuild } = await world.look();
    const row = rebuild.find(({ what }) => what === 'mirror ost0');
    assert.ok(row);
    const sync = state().mirror('ost0').sync;
    assert.equal(row.state, 'rebuilding');
    assert.ok(Math.abs(row.remaining - (sync?.source.outOfSync ?? 0)) <= 1024);
    assert.ok(Math.abs((row.total ?? 0) - (sync?.total ?? 0)) <= 1024, 'of this resync, not of the device');
    assert.equal(row.ratePerSecond, 40 * 1024 ** 2);
    assert.equal(row.etaSeconds, Math.ceil(row.remaining / (40 * 1024 ** 2)));
    assert.equal(row.atRisk, row.remaining);
    assert.deepEqual(row.flow, { from: ['oss2'], to: ['oss1'] });
    assert.match(
      (await world.rows()).get('OST0000/mirror') ?? '',
      /^busy: resync from oss2 to oss1: \d+ %, .* left$/,
    );
    pass(60);
    assert.equal((await world.rows()).get('OST0000/mirror'), 'good: mirrored on oss1: up to date');
  });

  it('a cut link that heals joins again by itself; writes meanwhile are resynced', async () => {
    world.act('cut-mirror', 'oss1');
    pass(30);
    assert.equal(
      (await world.rows()).get('OST0000'),
      'warning: on oss1, not mirrored now: no connection to oss2',
    );
    world.simulator.heal('oss1');
    pass(60);
    assert.equal((await world.rows()).get('OST0000'), 'good: on oss1, mirrored on oss2: up to date');
  });

  it('promoted on both sides of a cut link: a split brain as soon as they meet, never a resync', async () => {
    world.act('cut-mirror', 'oss1');
    pass(10);
    assert.ok(state().primary('oss2', 'ost0').ok, 'DRBD itself lets it happen');
    const both = await world.look();
    assert.equal(both.reading?.primary.filter(({ what }) => what === 'OST0000').length, 2);
    assert.match((await world.rows()).get('OST0000') ?? '', /^bad: on oss1, and Primary on oss2 too/);
    assert.ok(state().secondary('oss2', 'ost0').ok);
    world.simulator.heal('oss1');
    pass(30);
    const { reading, rebuild } = await world.look();
    const mirror = reading?.mirrors.find(({ resource }) => resource === 'ost0');
    assert.deepEqual([mirror?.splitBrain, mirror?.connection], [true, 'StandAlone']);
    assert.equal(rebuild[0]?.what, 'mirror ost0', 'the worst comes first');
    assert.equal(rebuild[0].state, 'split-brain');
  });

  it('a split brain made at the prompt is put right by giving up one side', async () => {
    assert.match(world.act('split', 'oss3'), /ost2/);
    assert.match((await world.rows()).get('OST0002') ?? '', /^bad: on oss3, split brain with oss4/);
    assert.ok(state().connect('oss4', 'ost2', true).ok);
    assert.ok(state().connect('oss3', 'ost2').ok);
    pass(60);
    assert.equal((await world.rows()).get('OST0002'), 'good: on oss3, mirrored on oss4: up to date');
  });

  it('DRBD’s own refusals, in its words and numbers', () => {
    const code = (outcome: { readonly ok: boolean; readonly code?: number; readonly said?: string }) =>
      outcome.ok ? 'ok' : `${outcome.code} ${/\((-?\d+)\)/.exec(outcome.said ?? '')?.[1] ?? outcome.said}`;
    assert.equal(code(state().primary('oss2', 'ost0')), '11 -1');
    assert.equal(code(state().secondary('oss1', 'ost0')), '11 -12');
    assert.match(code(state().mount('oss2', 'OST0000')), /^32 .*Wrong medium type/);
    assert.equal(code(state().connect('oss1', 'ost0')), '10 102');
    assert.ok(state().umount('oss1', 'OST0000').ok && state().secondary('oss1', 'ost0').ok);
    assert.equal(code(state().primary('oss2', 'ost0')), 'ok');
  });

  it('a power cut ends what a command was about to do', async () => {
    let ended = false;
    void state()
      .sleep(1_000, state().host('oss1'))
      .then(() => (ended = true));
    world.simulator.powerOff('oss1');
    world.simulator.powerOn('oss1');
    pass(5);
    await Promise.resolve();
    assert.equal(ended, false);
  });

  it('nobody answers: there is nothing to put together', () => {
    assert.equal(lustreProbes.combine(world.cluster, new Map(), { at: 0 }), undefined);
    assert.equal(lustreProbes.combine(world.cluster, new Map([['lc1', {}]]), { at: 0 }), undefined);
  });
});
