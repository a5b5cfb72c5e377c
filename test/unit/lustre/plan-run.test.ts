import assert from 'node:assert/strict';
import { World } from './plan-world';

describe('plans of Lustre, run on the simulated cluster by the real runner', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(() => (world = new World()));
  afterEach(() => {
    assert.deepEqual([...world.doubles], [], 'both sides of a mirror were Primary');
  });

  it('switches a target in an orderly way, and back', async () => {
    const there = await world.play({ kind: 'failover', target: 'OST0000', to: 'oss2' });
    assert.equal(there.summary.outcome, 'succeeded', there.summary.message);
    assert.equal(world.servedBy('OST0000'), 'oss2');
    assert.equal(world.role('oss1', 'ost0'), 'Secondary');
    assert.ok(world.allFollow('OST0000'));
    const back = await world.play({ kind: 'failback', target: 'OST0000' });
    assert.equal(back.summary.outcome, 'succeeded', back.summary.message);
    assert.equal(world.servedBy('OST0000'), 'oss1');
    assert.equal(
      (await world.plan({ kind: 'failback', target: 'oss1' })).nothingToDo?.includes('home'),
      true,
    );
  });

  it('takes over everything of a node that is dead by its console', async () => {
    world.heard();
    world.simulator.powerOff('oss1');
    const { plan, summary } = await world.play({ kind: 'failover', target: 'OST0000' });
    assert.equal(summary.outcome, 'succeeded', summary.message);
    assert.equal(plan.steps.find(({ id }) => id === 'promote-OST0000')?.danger, 'disruptive');
    assert.equal(world.servedBy('OST0000'), 'oss2');
    assert.equal(world.servedBy('OST0001'), 'oss2');
    assert.ok(world.allFollow('OST0000'));
  });

  it('puts a split brain right: backup, direction, resync', async () => {
    assert.deepEqual(world.state.split('oss1'), ['ost0']);
    const undecided = await world.plan({ kind: 'split-brain', target: 'ost0' });
    assert.match(undecided.refused ?? '', /oss1 .*would lose.*oss2 .*would lose/);
    const nameless = await world.play({ kind: 'split-brain', target: 'ost0', to: 'oss1' });
    assert.notEqual(nameless.summary.outcome, 'succeeded');
    assert.match(nameless.summary.message, /oss2/);
    const played = await world.play(
      { kind: 'split-brain', target: 'ost0', to: 'oss1' },
      { confirm: ['oss2'] },
    );
    assert.equal(played.summary.outcome, 'succeeded', played.summary.message);
    assert.match(played.told, /kept as/);
    const mirror = world.state.mirror('ost0');
    assert.ok(mirror.isConnected && !mirror.sync);
    assert.equal(world.servedBy('OST0000'), 'oss1');
  });
});
