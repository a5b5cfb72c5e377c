import assert from 'node:assert/strict';
import { reachOf } from '../../../src/ssh/forward';

describe('reachOf', () => {
  it('safety 3: takes a refused connection for a living host, and only a stated reason for an unreachable one', () => {
    assert.equal(reachOf(2, 'Connection refused'), 'refused');
    for (const text of [
      'No route to host',
      'Network is unreachable',
      'Connection timed out',
      'Host is down',
    ]) {
      assert.equal(reachOf(2, text), 'unreachable', text);
    }
    // OpenSSH for a name it cannot resolve, and servers that give no reason at all.
    for (const text of ['Name or service not known', 'open failed', ''])
      assert.equal(reachOf(2, text), 'forbidden', text);
  });

  it('takes a server that forwards nothing, or has no room, for no answer', () => {
    for (const code of [1, 3, 4]) assert.equal(reachOf(code, 'Connection refused'), 'forbidden');
  });
});
