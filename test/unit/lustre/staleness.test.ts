import assert from 'node:assert/strict';
import { emptyHistory } from '../../../src/heartbeat/history';
import { staleness } from '../../../src/systems/lustre/staleness';

describe('what a surviving copy may lack', () => {
  it('safety 7: tells the time since when to the safe side: the primary may have written alone before the survivor noticed', () => {
    const lostAt = Date.parse('2026-11-22T07:36:11.735Z');
    const told = staleness({
      resource: 'ost0',
      survivor: 'oss2',
      primary: 'oss1',
      isConnected: false,
      protocol: 'C',
      lostAt,
      clientsUntil: lostAt + 60_000,
      history: emptyHistory('c'),
      now: lostAt + 90_000,
    });
    const since = Date.parse(/writes since (\S+)/.exec(told ?? '')?.[1] ?? '');
    // Measured on real DRBD: the first write that was lost.
    assert(since <= Date.parse('2026-11-22T07:36:08.704Z'), told);
    assert(since > lostAt - 60_000, told);
  });
});
