import assert from 'node:assert/strict';
import type { Cluster } from '../../../src/cluster/cluster';
import type { Plan, Step } from '../../../src/failover/plan';
import { backupOf } from '../../../src/systems/lustre/plan-split-brain';
import { lustreSection } from '../../../src/systems/lustre/section';
import type { Site } from '../../../src/systems/lustre/situation';
import { readServer, readTargetState } from '../../../src/systems/lustre/survey';
import { World } from './plan-world';

const everything = ['oss1', 'oss2', 'oss3', 'OST0000', 'ost0', 'scratch-demo', 'mds1'];

const all = ({ steps }: Plan): Step[] => {
  const flat = (step: Step): Step[] => [step, ...(step.undo ?? []).flatMap(flat)];
  return steps.flatMap(flat);
};

/** Every script of a plan: commands, checks, ways back. */
const scripts = (plan: Plan): string[] =>
  all(plan).flatMap(({ script, checks, verify, doneWhen }) => [
    script,
    ...[...checks, ...verify, ...doneWhen].flatMap((check) =>
      check.type === 'script' ? [check.script] : [],
    ),
  ]);

const withSection =
  (change: (section: Record<string, unknown>) => Record<string, unknown>) => (cluster: Cluster) => ({
    ...cluster,
    section: change({ ...cluster.section }),
  });

describe('what a plan for mirrored storage must prove', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => {
    assert.deepEqual([...world.doubles], [], 'both sides of a mirror were Primary');
  });

  /** A mirror whose two sides were seen alive until now, and then its primary loses its power. */
  const kill = (name = 'oss1', seconds = 10) => {
    world.heard();
    world.simulator.powerOff(name);
    world.pass(seconds);
  };

  it('safety 1: both nodes of a pair are possible primaries, also when nobody knows who it was', async () => {
    world.history = { ...world.history, primary: {}, heard: {} };
    kill('oss2');
    // OST0000 has its home on oss1, which lives and serves it; OST0001 is the silent one's.
    const plan = await world.plan({ kind: 'failover', target: 'OST0001' });
    const promotion = plan.steps.find(({ id }) => id === 'promote-OST0001');
    assert.ok(promotion?.checks.some((check) => check.type === 'gone' && check.node === 'oss2'));
    // A fail-over of a mounted target wants no evidence: nothing is promoted.
    assert.match(
      (await world.plan({ kind: 'failover', target: 'OST0000' })).nothingToDo ?? '',
      /mounted on oss1/,
    );
  });

  it('safety 2: released or console, nothing else: without a console it is refused, whatever is typed', async () => {
    world = new World((cluster) => ({
      ...cluster,
      nodes: cluster.nodes.map(({ console: _, ...node }) => node),
    }));
    kill();
    const { plan, summary } = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: everything },
    );
    assert.match(plan.refused ?? '', /console/);
    assert.equal(summary.outcome, 'refused');
    assert.equal(world.role('oss2', 'ost0'), 'Secondary');
  });

  it('safety 2: no check accepts witnesses and a typed name', async () => {
    kill();
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    const proofs = plan.steps.flatMap(({ checks }) => checks.filter((check) => check.type === 'gone'));
    assert.ok(proofs.length > 0);
    for (const proof of proofs) assert.equal(proof.witnessed, undefined);
  });

  it('safety 2: an old node that answers has let go before the new one is promoted', async () => {
    const plan = await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    const promotion = plan.steps.find(({ id }) => id === 'promote-OST0000');
    assert.ok(promotion?.checks.some(({ title, node }) => node === 'oss1' && /has let go/.test(title)));
    // Alone, without the steps before it, it does not happen: the old node still serves.
    const alone = { ...plan, steps: plan.steps.filter((step) => step === promotion) };
    const { summary } = await world.execute(alone, { confirm: everything });
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /still mounted/);
    assert.equal(world.role('oss2', 'ost0'), 'Secondary');
  });

  it('safety 3: a witness that reaches the silent node is never overridden', async () => {
    kill();
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(plan.refused, undefined);
    // It is back at the network, though its console still says off.
    world.lies['oss1'] = 'off';
    world.simulator.powerOn('oss1');
    const { summary } = await world.execute(plan, { confirm: everything });
    assert.notEqual(summary.outcome, 'succeeded');
    assert.equal(world.role('oss2', 'ost0'), 'Secondary');
  });

  it('safety 4: a console that says on refuses, whatever is typed', async () => {
    world.lies['oss1'] = 'on';
    kill();
    const { plan, summary } = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: everything },
    );
    assert.match(plan.refused ?? '', /console does not say off/);
    assert.equal(summary.outcome, 'refused');
  });

  it('safety 4: a console that says off once and then on ends the run before the promotion', async () => {
    kill();
    world.onCommand = (_node, script) => {
      if (script.includes('read again in 10 s')) world.lies['oss1'] = 'on';
    };
    const { summary } = await world.play({ kind: 'failover', target: 'OST0000' }, { confirm: everything });
    assert.equal(summary.outcome, 'failed');
    assert.match(summary.message, /does not say off/);
    assert.equal(world.role('oss2', 'ost0'), 'Secondary');
  });

  it('safety 4: an unproven console needs the name besides', async () => {
    world.history = { ...world.history, consoles: {} };
    kill();
    world.history = { ...world.history, down: { oss1: world.clock.now() } };
    const without = await world.play({ kind: 'failover', target: 'OST0000' });
    assert.equal(without.summary.outcome, 'failed');
    assert.match(without.summary.message, /unproven|wired to another machine/);
    const { summary } = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: ['oss1'], id: 'r2' },
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('safety 6: the evidence is a check of each promotion itself, and on shared storage of each mount', async () => {
    kill();
    const plan = await world.plan({ kind: 'failover', target: 'oss1' });
    const promotions = plan.steps.filter(({ id }) => id.startsWith('promote-'));
    assert.equal(promotions.length, 1);
    for (const { checks } of promotions)
      assert.ok(checks.some((check) => check.type === 'gone' && check.node === 'oss1' && !check.first));
    const shared = new World(
      withSection((section) => ({
        ...section,
        targets: (section['targets'] as Record<string, unknown>[]).map(({ drbd: _, ...target }) => target),
      })),
    );
    const offline = await shared.plan({ kind: 'failover', target: 'OST0000' }, true);
    assert.equal(
      offline.steps.some(({ id }) => id.startsWith('promote-')),
      false,
    );
    const mount = offline.steps.find(({ id }) => id === 'mount-OST0000');
    assert.ok(mount?.checks.some((check) => check.type === 'gone' && check.node === 'oss1'));
  });

  it('safety 7: cut off for longer than 30 s before its primary died: data-loss, with since when, typed', async () => {
    world.heard();
    world.state.cutMirror('oss1', true);
    const cutAt = new Date(world.clock.now()).toISOString().slice(0, 16);
    world.pass(60);
    world.heard();
    world.simulator.powerOff('oss1');
    world.pass(5);
    const refused = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: ['oss1', 'OST0000'] },
    );
    const promotion = refused.plan.steps.find(({ id }) => id === 'promote-OST0000');
    assert.equal(promotion?.danger, 'data-loss');
    assert.equal(promotion.typed?.name, 'oss2');
    assert.ok(promotion.typed.why.includes(cutAt), promotion.typed.why);
    assert.ok(refused.plan.notes.some((note) => note.startsWith('WRITES MAY BE LOST')));
    assert.equal(refused.summary.outcome, 'failed');
    assert.equal(world.role('oss2', 'ost0'), 'Secondary');
    const { summary } = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: ['oss2'], id: 'r2' },
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(world.servedBy('OST0000'), 'oss2');
  });

  it('safety 7: connected until the end: no data-loss; nobody looked for 10 minutes: data-loss', async () => {
    kill();
    const fresh = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(fresh.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'disruptive');
    world.pass(600);
    const late = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(late.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'data-loss');
    // Unless the monitor saw it die.
    world.history = { ...world.history, down: { oss1: (world.history.heard?.['oss1'] ?? 0) + 15_000 } };
    const seen = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(seen.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'disruptive');
  });

  it('safety 7: a node that was called down while its mirror went on was cut off, not dead', async () => {
    world = new World(withSection(({ clientMount: _, ...section }) => section));
    world.heard();
    world.history = { ...world.history, down: { oss1: world.clock.now() + 15_000 } };
    world.pass(600);
    world.state.cutMirror('oss1', true);
    world.pass(600);
    world.simulator.powerOff('oss1');
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    const promotion = plan.steps.find(({ id }) => id === 'promote-OST0000');
    assert.equal(promotion?.danger, 'data-loss');
    assert.match(promotion.typed?.why ?? '', /nobody knows whether oss1 was dead before/);
  });

  it('safety 7: a stale copy that somebody else has promoted is mounted only on a typed name and the console', async () => {
    world.heard();
    world.state.cutMirror('oss1', true);
    world.pass(60);
    world.heard();
    world.simulator.powerOff('oss1');
    world.pass(10);
    world.state.mirror('ost0').side('oss2').role = 'Primary';
    const without = await world.play({ kind: 'failover', target: 'OST0000' });
    assert.equal(without.summary.outcome, 'failed');
    assert.equal(world.servedBy('OST0000'), undefined);
    const mount = without.plan.steps.find(({ id }) => id === 'mount-OST0000');
    assert.equal(mount?.danger, 'data-loss');
    assert.equal(mount.typed?.name, 'oss2');
    assert.ok(mount.checks.some((check) => check.type === 'gone' && check.node === 'oss1' && !check.first));
    assert.ok(without.plan.notes.every((note) => !note.includes('every write that was acknowledged')));
    const { summary } = await world.play(
      { kind: 'failover', target: 'OST0000' },
      { confirm: ['oss2'], id: 'r2' },
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('safety 7: a client that is served over another network is a sign of life', async () => {
    world.heard();
    world.history = { ...world.history, down: { oss1: world.clock.now() + 15_000 } };
    world.state.cutMirror('oss1', true);
    world.pass(600);
    // Cut off from Standby, too, but not from the clients, until a moment ago: they have not noticed yet.
    world.simulator.powerOff('oss1');
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(plan.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'data-loss');
  });

  it('safety 2: an answer of drbdsetup without a role, or with more than one peer, lets nobody go', () => {
    const told = (...lines: string[]) =>
      readTargetState(['target OST0000', ...lines, 'end', ''].join('\n')).mirrorProblem;
    assert.match(told('| ', 'drbd 0') ?? '', /told no role/);
    assert.match(told('drbd 124') ?? '', /status 124/);
    assert.equal(told('| ost0: No such resource', 'drbd 10'), undefined);
    const own = ['| ost0 role:Secondary', '|   volume:0 minor:0 disk:UpToDate'];
    const peer = (name: string) => [
      `|   ${name} connection:Connected role:Secondary`,
      '|     volume:0 replication:Established peer-disk:UpToDate',
    ];
    assert.equal(told(...own, ...peer('oss1'), 'drbd 0'), undefined);
    // A third copy that is connected would speak for the partner that is not.
    assert.match(
      told(...own, ...peer('dr1'), ...peer('oss1'), 'drbd 0') ?? '',
      /2 other copies \(dr1, oss1\)/,
    );
  });

  it('safety 7: the survivor’s “UpToDate” and “out-of-sync 0” are no proof', async () => {
    world.heard();
    world.state.cutMirror('oss1', true);
    world.pass(60);
    world.simulator.powerOff('oss1');
    const side = world.state.mirror('ost0').side('oss2');
    assert.deepEqual([side.disk, side.outOfSync], ['UpToDate', 0]);
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.equal(plan.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'data-loss');
  });

  it('a mirror that is not connected while the old primary lives: always refused', async () => {
    world.state.cutMirror('oss1', true);
    world.pass(20);
    const { plan, summary } = await world.play(
      { kind: 'failover', target: 'OST0000', to: 'oss2' },
      { confirm: everything },
    );
    assert.match(plan.refused ?? '', /not connected.*alive/);
    assert.equal(summary.outcome, 'refused');
    assert.equal(world.servedBy('OST0000'), 'oss1');
    assert.equal((await world.plan({ kind: 'failover', target: 'oss1', to: 'oss2' })).steps.length, 0);
  });

  it('“Connected” right after a death is read until it is gone, and then again after 10 s', async () => {
    world.heard();
    world.simulator.powerOff('oss1');
    const before = world.clock.now();
    const { summary, events } = await world.play({ kind: 'failover', target: 'OST0000' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    const promoted = events.find(
      (event) => event.type === 'command-started' && event.step === 'promote-OST0000',
    );
    assert.ok(promoted && Date.parse(promoted.time) - before >= 16_000);
  });

  it('an Outdated or incomplete survivor is refused, and nothing is ever forced', async () => {
    for (const disk of ['Outdated', 'Inconsistent'] as const) {
      world = new World();
      kill();
      world.state.mirror('ost0').side('oss2').disk = disk;
      const { plan, summary } = await world.play(
        { kind: 'failover', target: 'OST0000' },
        { confirm: everything },
      );
      assert.match(plan.refused ?? '', new RegExp(disk));
      assert.equal(summary.outcome, 'refused');
    }
    assert.ok(world.ran.every(({ script }) => !/--force|umount -f/.test(script)));
  });

  it('safety 13: the HA manager is taken out of the way first and given back at the end; it must not move things back', async () => {
    for (const name of ['oss1', 'oss2'])
      world.state.host(name).heartbeat = { running: true, autoFailback: false };
    const { plan, summary } = await world.play({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    const ids = plan.steps.map(({ id }) => id);
    assert.deepEqual(ids.slice(0, 2), ['heartbeat-away-oss2', 'heartbeat-away-oss1']);
    assert.deepEqual(ids.slice(-2), ['heartbeat-back-oss2', 'heartbeat-back-oss1']);
    for (const name of ['oss1', 'oss2']) assert.equal(world.state.host(name).heartbeat?.running, true, name);
    assert.equal(world.servedBy('OST0000'), 'oss2');
    world = new World();
    for (const name of ['oss1', 'oss2'])
      world.state.host(name).heartbeat = { running: true, autoFailback: true };
    const moved = await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    assert.match(moved.refused ?? '', /auto_failback/);
  });

  it('safety 13: what fails after the HA manager went gives it back', async () => {
    for (const name of ['oss1', 'oss2'])
      world.state.host(name).heartbeat = { running: true, autoFailback: false };
    world.onCommand = (node, script) => {
      if (node === 'oss2' && /^drbd primary/m.test(script))
        world.state.mirror('ost0').side('oss2').disk = 'Outdated';
    };
    const { summary } = await world.play({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    assert.equal(summary.outcome, 'failed');
    assert.equal(world.servedBy('OST0000'), 'oss1', 'it is served again where it was');
    for (const name of ['oss1', 'oss2']) assert.equal(world.state.host(name).heartbeat?.running, true, name);
  });

  it('safety 14: the lock is taken on every candidate except those proven off', async () => {
    const plan = await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    assert.ok(['oss1', 'oss2'].every((name) => plan.lockNodes.includes(name)));
    kill();
    const dead = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.ok(dead.lockNodes.includes('oss2') && !dead.lockNodes.includes('oss1'));
    // Two runs on one cluster meet, even when they are about other pairs.
    const other = await world.plan({ kind: 'failover', target: 'OST0002', to: 'oss4' });
    assert.ok(other.lockNodes.some((name) => dead.lockNodes.includes(name)));
  });

  it('safety 16: a run that was cut off goes on with what the nodes say, and repeats nothing', async () => {
    const plan = await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    const half = { ...plan, steps: plan.steps.slice(0, 2) };
    assert.equal((await world.execute(half)).summary.outcome, 'succeeded');
    assert.equal(world.servedBy('OST0000'), undefined);
    world.ran.length = 0;
    const { summary, events } = await world.play(
      { kind: 'failover', target: 'OST0000', to: 'oss2' },
      { resumed: true },
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(world.servedBy('OST0000'), 'oss2');
    assert.ok(
      !events.some((event) => event.type === 'command-started' && /^(umount|demote)/.test(event.step)),
    );
    for (const step of plan.steps) if (step.script !== '') assert.ok(step.verify.length > 0, step.id);
  });

  it('safety 17: one target of a dead node widens to all that it may have served', async () => {
    // OST0001 was moved to oss1 before.
    await world.play({ kind: 'failover', target: 'OST0001', to: 'oss1' });
    kill();
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.deepEqual(
      plan.steps.filter(({ id }) => id.startsWith('mount-')).map(({ id }) => id),
      ['mount-OST0000', 'mount-OST0001'],
    );
    const pair = await world.plan({ kind: 'failover', target: 'mds1', to: 'mds2' });
    assert.deepEqual(
      pair.steps.filter(({ id }) => id.startsWith('mount-')).map(({ id }) => id),
      ['mount-MGT', 'mount-MDT0000'],
      'MGT before MDTs',
    );
  });

  it('safety 18: never umount -f, never --force; umount -l only for a client, typed', async () => {
    // OST0003 has no second NID: its clients remount.
    const plan = await world.plan({ kind: 'failover', target: 'OST0003', to: 'oss3' });
    assert.equal(plan.refused, undefined);
    const lazy = all(plan).filter(({ script }) => /umount -l/.test(script));
    assert.equal(lazy.length, 3);
    for (const step of lazy) {
      assert.match(step.node, /^lc/);
      assert.equal(step.danger, 'data-loss');
      assert.equal(step.typed?.name, step.node);
      assert.ok(step.optional);
    }
    const dead = (kill(), await world.plan({ kind: 'failover', target: 'oss1' }));
    for (const each of [plan, dead])
      for (const script of scripts(each)) {
        const commands = script.replace(/echo "[^"]*"/g, '');
        assert.doesNotMatch(commands, /umount +-[a-z]*f|--force|drbdadm.* -f\b/);
      }
  });

  it('safety 18: a client that must remount does so, and one that hangs is named', async () => {
    const { summary } = await world.play({ kind: 'failover', target: 'OST0003', to: 'oss3' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.ok(world.allFollow('OST0003'));
  });

  it('safety 18: the victim of a split brain is backed up, or the plan says that there is no room', async () => {
    world.state.split('oss1');
    const plan = await world.plan({ kind: 'split-brain', target: 'ost0', to: 'oss1' });
    const ids = plan.steps.map(({ id }) => id);
    assert.ok(ids.indexOf('backup-ost0') > 0 && ids.indexOf('backup-ost0') < ids.indexOf('discard-ost0'));
    const discard = plan.steps.find(({ id }) => id === 'discard-ost0');
    assert.equal(discard?.typed?.name, 'oss2');
    assert.equal(discard.danger, 'data-loss');
    assert.equal(discard.node, 'oss2');
    assert.ok(
      plan.steps.every(({ node, script }) => node === 'oss2' || !script.includes('--discard-my-data')),
    );
  });

  it('safety 18: a snapshot that the survivor’s writes could overflow is the last choice, and says so', () => {
    const { targets } = lustreSection(world.cluster);
    const target = targets.find(({ name }) => name === 'OST0000');
    assert.ok(target);
    const gib = 1024 ** 3;
    const site = (facts: object, outOfSync?: number) =>
      ({
        state: { mirror: outOfSync === undefined ? {} : { outOfSync } },
        survey: { mirrors: new Map([['ost0', facts]]) },
      }) as unknown as Site;
    const kept = (facts: object, outOfSync?: number) =>
      backupOf(target, site({ size: 100 * gib, ...facts }, outOfSync), site({}, outOfSync));
    assert.deepEqual(kept({ groupRoom: 200 * gib, room: 200 * gib }, 4096)?.how, 'snapshot');
    assert.ok((kept({ groupRoom: 200 * gib }, 4096)?.bytes ?? 0) > 100 * gib);
    assert.equal(kept({ groupRoom: 50 * gib, room: 200 * gib }, 4096)?.how, 'copy');
    assert.equal(kept({ groupRoom: 50 * gib, room: gib }, 4096)?.overflows, true);
    // Nobody knows how much differs: what would be kept may be lost before it is whole.
    assert.equal(kept({ groupRoom: 50 * gib, room: gib }), undefined);
  });

  it('failback brings the resource up, and is refused during a resync with the time left', async () => {
    kill();
    await world.play({ kind: 'failover', target: 'OST0000' });
    world.pass(120);
    world.simulator.powerOn('oss1');
    world.pass(5);
    const plan = await world.plan({ kind: 'failback', target: 'OST0000' });
    assert.deepEqual(
      plan.steps.slice(0, 2).map(({ id }) => id),
      ['up-OST0000', 'sync-OST0000'],
    );
    world.state.up('oss1', 'ost0');
    world.pass(1.5);
    assert.ok(world.state.mirror('ost0').sync, 'a resync runs');
    assert.match((await world.plan({ kind: 'failback', target: 'OST0000' })).refused ?? '', /resync.*left/);
    world.pass(120);
    const { summary } = await world.play({ kind: 'failback', target: 'OST0000' }, { id: 'r3' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(world.servedBy('OST0000'), 'oss1');
  });

  it('abort-recovery says how many clients it cuts off, and is typed', async () => {
    world.simulator.powerOff('lc3');
    await world.execute({
      ...(await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' })),
      steps: (await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss2' })).steps.filter(({ id }) =>
        /^(umount|demote|promote|mount)/.test(id),
      ),
    });
    world.pass(30);
    const plan = await world.plan({ kind: 'abort-recovery', target: 'OST0000' });
    const [step] = plan.steps;
    assert.match(step?.typed?.why ?? '', /1 of 3 clients/);
    assert.equal(step?.danger, 'data-loss');
    assert.notEqual(
      (await world.play({ kind: 'abort-recovery', target: 'OST0000' })).summary.outcome,
      'succeeded',
    );
    const { summary } = await world.play(
      { kind: 'abort-recovery', target: 'OST0000' },
      { confirm: ['OST0000'], id: 'r2' },
    );
    assert.equal(summary.outcome, 'succeeded', summary.message);
  });

  it('a healthy target without --to is refused; where it should be already, there is nothing to do', async () => {
    assert.match((await world.plan({ kind: 'failover', target: 'OST0000' })).refused ?? '', /--to oss2/);
    assert.match(
      (await world.plan({ kind: 'failover', target: 'OST0000', to: 'oss1' })).nothingToDo ?? '',
      /already/,
    );
  });

  it('safety 14: what an interrupted run left is given back only when the silent node is proven gone', async () => {
    for (const name of ['oss1', 'oss2'])
      world.state.host(name).heartbeat = { running: true, autoFailback: false };
    kill();
    const plan = await world.plan({ kind: 'failover', target: 'OST0000' });
    const cut = { ...plan, steps: plan.steps.filter(({ id }) => !/-back-/.test(id)) };
    assert.equal((await world.execute(cut)).summary.outcome, 'succeeded');
    assert.equal(world.state.host('oss2').heartbeat?.running, false);
    const rest = await world.plan({ kind: 'failover', target: 'OST0000' });
    assert.deepEqual(
      rest.steps.map(({ id }) => id),
      ['prove-oss1-gone', 'heartbeat-back-oss2'],
    );
    world.lies['oss1'] = 'on';
    assert.match((await world.plan({ kind: 'failover', target: 'OST0000' })).refused ?? '', /console/);
    delete world.lies['oss1'];
    const { summary } = await world.execute(rest, { id: 'r2' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(world.state.host('oss2').heartbeat?.running, true);
  });

  it('safety 7: the kernel log of a machine that is up for long is read to the safe side', () => {
    const survey = (log: string) =>
      readServer(
        [
          '@@ targets',
          '@@ mirrors',
          'mirror ost0',
          log,
          '@@ recovery',
          '@@ ha',
          '@@ clock',
          'now 2000000000',
          'uptime 10000000.00',
          '@@ end',
        ].join('\n'),
      ).mirrors.get('ost0')?.lostAt;
    const text =
      'drbd ost0: peer( Primary -> Unknown ) conn( Connected -> NetworkFailure ) pdsk( UpToDate -> DUnknown )';
    // Five seconds ago by the kernel's own clock, which may be wrong by half an hour after four months.
    assert.ok((survey(`log up 9999995.0 ${text}`) ?? 0) < 2_000_000_000 - 1_000);
    assert.equal(survey(`log at 1999999995.5 ${text}`), 1_999_999_995.5);
    assert.equal(survey(`log at 1999999995.5 ${text.replace('ost0', 'ost01')}`), undefined);
    assert.equal(survey('log at 1999999995.5 drbd ost0: conn( NetworkFailure -> Unconnected )'), undefined);
  });
});
