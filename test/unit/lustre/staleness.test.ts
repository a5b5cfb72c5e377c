import assert from 'node:assert/strict';
import { emptyHistory } from '../../../src/heartbeat/history';
import { staleness, type LastSigns } from '../../../src/systems/lustre/staleness';

describe('what a surviving copy may lack', () => {
  const lostAt = Date.parse('2026-11-22T07:36:11.735Z');
  const doubt = (more: Partial<LastSigns>) =>
    staleness({
      resource: 'ost0',
      survivor: 'oss2',
      primary: 'oss1',
      isConnected: false,
      isOff: false,
      protocol: 'C',
      lostAt,
      clientsUntil: lostAt,
      history: emptyHistory('c'),
      now: lostAt + 20_000,
      ...more,
    });

  it('safety 7: tells the time since when to the safe side: the primary may have written alone before the survivor noticed', () => {
    const told = doubt({ clientsUntil: lostAt + 60_000, now: lostAt + 90_000 });
    const since = Date.parse(/writes since (\S+)/.exec(told?.why ?? '')?.[1] ?? '');
    // Measured on real DRBD: the first write that was lost.
    assert(since <= Date.parse('2026-11-22T07:36:08.704Z'), told?.why);
    assert(since > lostAt - 60_000, told?.why);
  });

  it('safety 7: a primary whose end nobody saw yet may live on after the plan: the doubt comes later', () => {
    assert.equal(doubt({})?.after, lostAt + 30_000);
    assert.match(doubt({})?.why ?? '', /nobody knows whether oss1 was dead before 2026-11-22T07:36:41/);
    assert.equal(doubt({ isOff: true }), undefined, 'its console says off: it does not live on');
    const down = { ...emptyHistory('c'), down: { oss1: lostAt + 10_000 } };
    assert.equal(doubt({ history: down }), undefined, 'witnesses found it down');
    assert.equal(doubt({ isConnected: true, lostAt: 0 })?.after, lostAt + 50_000, 'the break is yet to come');
    assert.equal(
      doubt({ isConnected: true, lostAt: 0, history: down })?.after,
      lostAt + 50_000,
      'a mirror that is connected says that it lives, whatever witnesses found before',
    );
    assert.equal(doubt({ isConnected: true, isOff: true }), undefined);
  });
});
