import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { startUcarpScript, takeAddressScript } from '../../../src/systems/moosefs/scripts/ucarp';
import { cluster, node } from './plan-fixtures';

describe('ucarp started again', () => {
  const m2 = node('m2', '10.0.0.12', ['master']);
  it('safety 11: without vip-down at start, and as a daemon, else the script would wait for its end', () => {
    for (const script of [takeAddressScript(cluster, m2), startUcarpScript(cluster, m2, 50)])
      assert.match(script, /exec "\$@" -k "\$k" -n -B/);
  });
});
