import assert from 'node:assert/strict';
import { checkedSystems } from '../../../src/systems/checked';
import { systems } from '../../../src/systems/index';

describe('The systems of the thread that reads large files', () => {
  it('are all of them, with the same rules in the same order', () => {
    const checked = (each: (typeof checkedSystems)[number]) => ({ spec: each.spec, rules: each.rules });
    assert.deepEqual(checkedSystems.map(checked), systems.map(checked));
  });
});
