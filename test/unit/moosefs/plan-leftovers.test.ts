import assert from 'node:assert/strict';
import { planFailover } from '../../../src/systems/moosefs/plan-failover';
import { input, type CandidateFacts } from './plan-fixtures';

const live: CandidateFacts = {
  live: 1460,
  holdsAddress: true,
  processes: ['mfsmaster 48 S'],
  testSays: 'mfsmaster pid: 48',
};
const ids = (m2: CandidateFacts, m1: CandidateFacts = live) =>
  planFailover(input({ m1, m2 })).steps.map(({ id }) => id);

describe('what a failover that was given up has left beside a living master', () => {
  it('is taken back by the next plan: skew, elections, metalogger, folder', () => {
    assert.deepEqual(ids({ ucarps: [1] }), ['withdraw-m2', 'rejoin-election-m2', 'cluster-back']);
    assert.deepEqual(ids({ ucarps: ['saved'] }), ['rejoin-election-m2', 'cluster-back']);
    assert.deepEqual(ids({ scratchLeft: true }), ['tidy-m2', 'cluster-back']);
    assert.deepEqual(ids({ scratchLeft: true, processes: [] }), [
      'metalogger-back-m2',
      'tidy-m2',
      'cluster-back',
    ]);
    assert.deepEqual(ids({}, { ...live, scratchLeft: true }), ['tidy-m1', 'cluster-back']);
  });

  it('comes before "nothing to do": a resumed run asks for the node that it promoted', () => {
    const resumed = (m2: CandidateFacts) => planFailover(input({ m1: live, m2 }, { to: 'm1' }));
    assert.deepEqual(
      resumed({ scratchLeft: true }).steps.map(({ id }) => id),
      ['tidy-m2', 'cluster-back'],
    );
    assert.match(resumed({}).nothingToDo ?? '', /m1 is the master already/);
    assert.deepEqual(resumed({}).lockNodes, ['m1', 'm2', 'm3'], 'it could not give its lock back');
  });

  it('safety 12: never the skew of the master itself, which keeps the address by it', () => {
    assert.deepEqual(ids({}, { ...live, ucarps: [1] }), []);
  });

  it('safety 2: ucarp is touched only where no mfsmaster runs', () => {
    const { steps } = planFailover(input({ m1: live, m2: { ucarps: [1] } }));
    assert.deepEqual(
      steps[0]?.checks.map(({ title }) => title),
      ['No mfsmaster runs on m2'],
    );
  });

  it('is nothing where all run at a low skew: that is how they were set up', () => {
    for (const skew of [0, 1]) {
      const plan = planFailover(
        input({ m1: { ...live, ucarps: [skew] }, m2: { ucarps: [skew] }, m3: { ucarps: [skew] } }),
      );
      assert.match(plan.refused ?? '', /m1 is alive/, `skew ${skew}`);
    }
  });

  it('is nothing: then there is nothing to fail over from', () => {
    assert.match(planFailover(input({ m1: live })).refused ?? '', /m1 is alive/);
  });
});
