import assert from 'node:assert/strict';
import { fuzz } from '../../fuzz/fuzz';

describe('fuzz', function () {
  this.timeout(60_000);

  it('no damaged file makes the checker throw, take 2 s, or point outside the file', function () {
    // The same inputs each time, so that a red run is about a change; `npm run fuzz` looks for new ones.
    const seed = Number(process.env['FUZZ_SEED'] ?? 1);
    const { runs, failures } = fuzz(seed, 5000, 100);
    assert.deepEqual(
      failures.map((failure) => `seed ${failure.seed} (${failure.steps.join(', ')}): ${failure.reason}`),
      [],
    );
    assert.ok(runs > 10, `only ${runs} inputs in 5 s`);
  });
});
