import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { emptyHistory } from '../../../src/heartbeat/history';
import { planRestartMaster } from '../../../src/systems/moosefs/plan-restart';
import { input, seenHealthy, silence, type CandidateFacts } from './plan-fixtures';

const request = { kind: 'restart-master' };
const died: CandidateFacts = { holdsAddress: true, ownLogs: [[1, 1459, 1795295541]] };

describe('MooseFS restart-master plan', () => {
  it('starts the master where it died, with no other master about', () => {
    const plan = planRestartMaster(input({ m1: died }, request));
    assert.equal(plan.refused, undefined);
    assert.equal(plan.target, 'm1');
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['restart-master', 'cluster-back', 'canary'],
    );
    const titles = plan.steps[0]?.checks.map(({ title }) => title) ?? [];
    for (const other of ['m2', 'm3'])
      assert.ok(titles.includes(`No mfsmaster runs on ${other}`), titles.join());
  });

  it('lets candidates stand for election again that a run which was given up had withdrawn', () => {
    const plan = planRestartMaster(
      input({ m1: died, m2: { ucarps: ['saved'] }, m3: { ucarps: [1] } }, request),
    );
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['restart-master', 'rejoin-election-m2', 'withdraw-m3', 'rejoin-election-m3', 'cluster-back', 'canary'],
    );
  });

  it('safety 1: a silent candidate must be proven gone here, too', () => {
    const plan = planRestartMaster(input({ m1: died, m3: silence }, request));
    assert.ok(plan.steps[0]?.id === 'prove-m3-gone');
    assert.ok(plan.steps[1]?.checks.some((check) => check.type === 'gone' && check.node === 'm3'));
  });

  it('does not bring back an older master', () => {
    const older = { ...died, holdsAddress: true };
    const asM2 = planRestartMaster(input({ m1: silence, m2: older }, request));
    assert.match(asM2.refused ?? '', /m1 was last seen as the master, not m2/);
    const unseen = planRestartMaster(
      input({ m1: silence, m2: older }, request, { history: emptyHistory('media') }),
    );
    assert.match(unseen.refused ?? '', /never saw who was the master/);
    const metadata = { value: { node: 'm1', version: 2000, clock: 1795295666104 }, at: 1795295666000 };
    const behind = planRestartMaster(
      input({ m1: died }, request, { history: { ...seenHealthy, facts: { metadata } } }),
    );
    assert.match(behind.refused ?? '', /come back at version 1460, but m1 had 2000/);
  });

  it('knows a later master by its own changes, when Standby has not looked since it was promoted', () => {
    const later = (last: number, at: number): CandidateFacts => ({
      holdsAddress: true,
      ownLogs: [[1460, last, at]],
    });
    const plan = planRestartMaster(input({ m1: silence, m2: later(1500, 1795295700) }, request));
    assert.equal(plan.refused, undefined);
    assert.equal(plan.target, 'm2');
    assert.ok(plan.steps[0]?.id === 'prove-m1-gone');
    const notLater = planRestartMaster(input({ m1: silence, m2: later(1500, 1795295600) }, request));
    assert.match(notLater.refused ?? '', /m1 was last seen as the master, not m2/);
  });

  it('does nothing to a master that lives, and refuses when the address moved', () => {
    const live = {
      live: 1460,
      holdsAddress: true,
      processes: ['mfsmaster 48 S'],
      testSays: 'mfsmaster pid: 48',
    };
    assert.match(planRestartMaster(input({ m1: live }, request)).nothingToDo ?? '', /m1 is alive/);
    const moved = planRestartMaster(
      input({ m1: { ...died, holdsAddress: false }, m2: { holdsAddress: true } }, request),
    );
    assert.match(moved.refused ?? '', /No candidate that answers holds both/);
  });
});
