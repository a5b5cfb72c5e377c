import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { visible } from '../../../src/failover/plain';

describe('a text that a person approves', () => {
  it('safety 19: is shown as it is, unless something in it is hidden', () => {
    assert.equal(visible('ipmitool -H bmc-m1 power status'), 'ipmitool -H bmc-m1 power status');
    assert.equal(visible('ipmitool\n\n\nrm -rf /'), String.raw`"ipmitool\n\n\nrm -rf /"`);
    assert.equal(visible('a \u202egnol'), String.raw`"a \u202egnol"`);
    assert.equal(visible('a\u001b[8m b'), String.raw`"a\u001b[8m b"`);
  });
});
