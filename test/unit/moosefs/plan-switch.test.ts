import assert from 'node:assert/strict';
import type { Plan, ScriptCheck } from '../../../src/failover/plan';
import { nothingMissing } from '../../../src/systems/moosefs/checks';
import { planFailover } from '../../../src/systems/moosefs/plan-failover';
import { cluster, input, silence, survey, type CandidateFacts, type World } from './plan-fixtures';

const live: CandidateFacts = {
  live: 1460,
  holdsAddress: true,
  processes: ['mfsmaster 48 S'],
  testSays: 'mfsmaster pid: 48',
};
const healthy: World = { m1: live };
const switchTo = (world: World = healthy, to = 'm2') => planFailover(input(world, { to }));
const step = (plan: Plan, id: string) => {
  const found = plan.steps.find((each) => each.id === id);
  assert.ok(found, `step ${id} among ${plan.steps.map((each) => each.id).join(', ')}`);
  return found;
};

describe('a planned switch of a living MooseFS master', () => {
  it('rehearses first, stops the master in an orderly way, and only then moves anything of the new one', () => {
    const plan = switchTo();
    assert.equal(plan.refused, undefined);
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      [
        'rehearse',
        'withdraw-m3',
        'stop-master',
        'take-address',
        'dry-run',
        'promote',
        'rejoin-election-m3',
        'cluster-back',
        'canary',
      ],
    );
    assert.deepEqual(plan.lockNodes, ['m1', 'm2', 'm3']);
    assert.equal(step(plan, 'rehearse').danger, 'none');
  });

  it('safety 2: the old master is released, not only stopped: no process before the promotion, no address', () => {
    const titles = step(switchTo(), 'promote').checks.map(({ title }) => title);
    for (const title of [
      'No mfsmaster runs on m1',
      'No mfsmaster runs on m3',
      'The virtual address is not on m1',
      'The virtual address is not on m3',
      'The dry run on m2 reached all that m1 had',
    ])
      assert.ok(titles.includes(title), title);
  });

  it('safety 9: nothing is promoted that lacks what the old master saved', () => {
    const check = nothingMissing(cluster, cluster.nodes[1] as never, cluster.nodes[0] as never);
    const said = (stdout: string) => ({ exitCode: 0, stdout, stderr: '', truncated: false });
    const judge: ScriptCheck['judge'] = check.judge.bind(check);
    const reached = said('reached 1460\nfiles same\nend\n');
    assert.ok(judge(reached, said('image 1460\nend\n')).holds);
    assert.ok(!judge(reached, said('image 1461\nend\n')).holds);
    assert.ok(!judge(reached, said('end\n')).holds, 'an image that cannot be read is no proof');
    assert.ok(!judge(reached).holds);
    assert.ok(!judge(said('reached 1460\n'), said('image 1460\nend\n')).holds, 'half an answer');
    assert.equal(check.beside?.node, 'm1');
  });

  it('has a way back from every step before the promotion, to the master where it was', () => {
    const plan = switchTo();
    const before = plan.steps.slice(
      0,
      plan.steps.findIndex(({ id }) => id === 'promote'),
    );
    for (const { id, undo } of before) assert.ok((undo ?? []).length > 0, id);
    assert.deepEqual(
      before.toReversed().flatMap(({ undo }) => (undo ?? []).map(({ id }) => id)),
      [
        'tidy-m2',
        'undo-take-address',
        'address-back',
        'undo-stop-master',
        'rejoin-election-m2',
        'rejoin-election-m3',
        'tidy-m2',
      ],
    );
    assert.ok(step(plan, 'promote').final);
    const restart = (step(plan, 'stop-master').undo ?? []).find(({ id }) => id === 'undo-stop-master');
    const titles = (restart?.checks ?? []).map(({ title }) => title);
    assert.ok(titles.includes('No mfsmaster runs on m2'), titles.join(', '));
  });

  it('safety 10: hooks that promote by themselves are not run', () => {
    const hook = '#!/bin/sh\nip addr add "$2/24" dev "$1"\n/usr/share/ucarp/setup.sh &';
    const plan = switchTo({ m1: { ...live, hook }, m2: { hook }, m3: { hook } });
    assert.equal(plan.refused, undefined);
    for (const id of ['withdraw-m3', 'withdraw-m2', 'withdraw-m1', 'take-address'])
      assert.match(step(plan, id).script, /stop_ucarp KILL/, id);
    // Without anybody who advertises, the heir's own hooks would promote it: its ucarp ends before the master's.
    const ids = plan.steps.map(({ id }) => id);
    assert.deepEqual(ids.slice(0, 6), [
      'rehearse',
      'withdraw-m3',
      'withdraw-m2',
      'stop-master',
      'withdraw-m1',
      'take-address',
    ]);
    const before = plan.steps.slice(0, ids.indexOf('promote'));
    assert.deepEqual(
      before.toReversed().flatMap(({ undo }) => (undo ?? []).map(({ id }) => id)),
      [
        'tidy-m2',
        'undo-take-address',
        'rejoin-election-m1',
        'address-back',
        'undo-stop-master',
        'rejoin-election-m2',
        'rejoin-election-m3',
        'tidy-m2',
      ],
    );
    assert.match(step(plan, 'take-address').script, /-u \/run\/standby\/media\.vip-up/);
    assert.ok(!step(switchTo(), 'take-address').script.includes('stop_ucarp KILL'));
  });

  it('safety 11: a vip-down that adds the address is not relied on: the address is deleted, and seen gone', () => {
    const hook = '#!/bin/sh\nip addr add "$2/16" dev "$1"\n';
    const down = (text: string) =>
      text.replace('hook u /usr/share/ucarp/vip-up', 'hook d /usr/share/ucarp/vip-down');
    const plan = switchTo({ m1: down(survey({ ...live, hook })) });
    assert.ok(step(plan, 'withdraw-m1').verify.some(({ title }) => title.includes('not on m1')));
    assert.ok(!step(plan, 'take-address').script.includes("'-P'"));
  });

  it('safety 9: a metalogger of another history is no heir, however far it counts', () => {
    const ahead = switchTo({ m1: live, m2: { logs: [[2, 9000, 1795295541]] } });
    assert.match(ahead.refused ?? '', /m2 has changes that m1 never made.*rejoin m2/);
    const tails = (facts: CandidateFacts, file: string, line: string) =>
      `${survey(facts)}\n@@ tails\n== ${file}\n${line}\n@@ over\n`;
    const own = tails(live, 'changelog.0.mfs', '1459 1795295541 WRITE');
    const other = tails({}, 'changelog_ml.0.mfs', '1459 1795295500 UNLINK');
    const same = tails({}, 'changelog_ml.0.mfs', '1459 1795295541 WRITE');
    assert.match(switchTo({ m1: own, m2: other }).refused ?? '', /another history/);
    assert.equal(switchTo({ m1: own, m2: same }).refused, undefined);
  });

  it('safety 16: killed in the middle, it goes on: all are released, and nobody has more than the heir', () => {
    const stopped: CandidateFacts = { processes: [], ownLogs: [[2, 1459, 1795295541]] };
    const world = {
      m1: stopped,
      m2: { ucarps: [1], holdsAddress: true },
      m3: { ucarps: ['saved' as const] },
    };
    for (const to of ['m2', undefined]) {
      const plan = planFailover(input(world, to === undefined ? {} : { to }));
      assert.deepEqual([plan.refused, plan.to], [undefined, 'm2']);
      const titles = step(plan, 'promote').checks.map(({ title }) => title);
      for (const title of [
        'No mfsmaster runs on m1',
        'No mfsmaster runs on m3',
        'The virtual address is not on m1',
      ])
        assert.ok(titles.includes(title), title);
    }
    const more: CandidateFacts = { processes: [], ownLogs: [[2, 1460, 1795295541]] };
    assert.match(planFailover(input({ ...world, m1: more })).refused ?? '', /m1 .*up to change 1460/);
  });

  const refusals: [string, World, RegExp][] = [
    ['a candidate is silent (safety 1, 14)', { m1: live, m3: silence }, /m3 does not answer/],
    ['the heir has no image', { m1: live, m2: { image: undefined } }, /m2.*no image.*write-image/],
    ['the heir lags behind', { m1: { ...live, live: 9999 } }, /m2 is 8539 changes behind m1/],
    ['the heir has no metalogger', { m1: live, m2: { processes: [] } }, /No metalogger runs on m2/],
    ['the heir has no ucarp', { m1: live, m2: { ucarps: [] } }, /No ucarp .* runs on m2/],
    ['the master has no ucarp', { m1: { ...live, ucarps: [] } }, /No ucarp .* runs on m1/],
    ['two masters live', { m1: live, m2: live }, /Two masters are live/],
    ['the heir is silent', { m1: live, m2: silence }, /m2, which should take over, does not answer/],
  ];
  for (const [title, world, pattern] of refusals) {
    it(`is refused when ${title}`, () => {
      const plan = switchTo(world);
      assert.match(plan.refused ?? 'not refused', pattern);
      assert.deepEqual(plan.steps, []);
    });
  }
});
