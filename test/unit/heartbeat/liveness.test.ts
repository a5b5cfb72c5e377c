import assert from 'node:assert/strict';
import {
  asked,
  denied,
  heard,
  inDeclaredMaintenance,
  liveness,
  missed,
  noPulse,
  slept,
  type Pulse,
} from '../../../src/heartbeat/liveness';
import { fakeCluster } from './fakes';

const timing = fakeCluster([]).heartbeat;
const INTERVAL = timing.interval;
const at = (pulse: Pulse, now: number, inMaintenance = false) => liveness(pulse, timing, now, inMaintenance);

/** Asked every interval, each attempt failing at once, from `from` until `to`. */
function silent(pulse: Pulse, from: number, to: number): Pulse {
  for (let now = from; now <= to; now += INTERVAL) pulse = missed(asked(pulse, now, INTERVAL), now);
  return pulse;
}

describe('liveness', () => {
  it('is unknown until the first heartbeat, and active with it', () => {
    assert.equal(at(noPulse, 0), 'unknown');
    assert.equal(at(asked(noPulse, 0, INTERVAL), 14_999), 'unknown');
    assert.equal(at(heard(asked(noPulse, 0, INTERVAL), 10), 10), 'active');
  });

  it('goes from active over inactive to offline by the age of the last heartbeat, and back with the next', () => {
    const pulse = silent(heard(noPulse, 0), 5_000, 60_000);
    assert.equal(at(pulse, 14_999), 'active');
    assert.equal(at(pulse, 15_000), 'inactive');
    assert.equal(at(pulse, 59_999), 'inactive');
    assert.equal(at(pulse, 60_000), 'offline');
    assert.equal(at(heard(pulse, 61_000), 61_000), 'active');
  });

  it('goes from unknown over inactive to offline counted from the first attempt', () => {
    const pulse = silent(noPulse, 1_000, 61_000);
    assert.equal(at(pulse, 15_999), 'unknown');
    assert.equal(at(pulse, 16_000), 'inactive');
    assert.equal(at(pulse, 61_000), 'offline');
  });

  it('calls a node inactive while its first unanswered question still hangs, but not offline', () => {
    const pulse = asked(heard(noPulse, 0), 5_000, INTERVAL);
    assert.equal(at(pulse, 17_499), 'active');
    assert.equal(at(pulse, 17_500), 'inactive');
    assert.equal(at(pulse, 3_600_000), 'inactive');
  });

  it('does not take one lost beat for an outage, but the next one that is late, too', () => {
    const lost = missed(asked(heard(noPulse, 0), 5_000, INTERVAL), 15_000);
    assert.equal(at(lost, 15_000), 'active');
    const next = asked(lost, 15_000, INTERVAL);
    assert.equal(at(next, 17_499), 'active');
    assert.equal(at(next, 17_500), 'inactive');
    assert.equal(at(missed(next, 16_000), 16_000), 'inactive');
  });

  it('does not take one failure for an outage where somebody asks as seldom as every half minute', () => {
    const seldom = missed(asked(heard(noPulse, 0), 60_000, 60_000), 60_000);
    assert.equal(at(seldom, 60_000), 'active');
    assert.equal(at(missed(asked(seldom, 90_000, 60_000), 90_000), 90_000), 'offline');
  });

  it('does not age a node that nobody asks', () => {
    assert.equal(at(heard(noPulse, 0), 3_600_000), 'active');
    const askedLate = missed(asked(heard(noPulse, 0), 3_600_000, INTERVAL), 3_600_000);
    assert.equal(at(askedLate, 3_600_000), 'active');
    assert.equal(at(missed(askedLate, 3_605_000), 3_609_999), 'active');
    assert.equal(at(missed(askedLate, 3_605_000), 3_610_000), 'inactive');
  });

  it('does not count the time that this machine slept', () => {
    const HOUR = 3_600_000;
    const pulse = slept(silent(heard(noPulse, 0), 5_000, 10_000), HOUR, HOUR + 10_000);
    assert.equal(at(pulse, HOUR + 10_000), 'active');
    assert.equal(at(pulse, HOUR + 15_000), 'inactive');
    assert.equal(at(pulse, HOUR + 60_000), 'offline');
  });

  it('never puts the start of a silence into the future when a heartbeat came right after the sleep', () => {
    const woken = slept(heard(noPulse, 3_600_000), 3_600_000, 3_600_000);
    assert.equal(at(silent(woken, 3_605_000, 3_620_000), 3_620_000), 'inactive');
  });

  it('keeps a denied node denied however long, and counts its silence from the first real failure', () => {
    const refused = denied(asked(heard(noPulse, 0), 5_000, INTERVAL), 5_000);
    assert.equal(at(refused, 3_600_000), 'denied');
    const gone = silent(refused, 3_600_000, 3_605_000);
    assert.equal(at(gone, 3_605_000), 'active');
    assert.equal(at(gone, 3_615_000), 'inactive');
    assert.equal(at(heard(refused, 10_000), 10_000), 'active');
  });

  it('shows maintenance, answering or not, until its own threshold', () => {
    const pulse = silent(heard(noPulse, 0), 5_000, 1_800_000);
    assert.equal(at(heard(noPulse, 0), 0, true), 'maintenance');
    assert.equal(at(pulse, 1_799_999, true), 'maintenance');
    assert.equal(at(pulse, 1_800_000, true), 'offline');
    assert.equal(at(denied(pulse, 0), 0, true), 'denied');
  });
});

describe('maintenance in the cluster file', () => {
  const since = '2026-11-21T20:00:00Z';
  const until = '2026-11-21T22:00:00Z';
  const on = (now: string, m?: { since?: string; until?: string }) =>
    inDeclaredMaintenance(m, Date.parse(now));

  it('holds from since on and before until; an absent end is open', () => {
    assert.equal(on(since), false);
    assert.equal(on(since, {}), true);
    assert.equal(on('2026-11-21T19:59:59Z', { since, until }), false);
    assert.equal(on(since, { since, until }), true);
    assert.equal(on(until, { since, until }), false);
    assert.equal(on(until, { since }), true);
    assert.equal(on('2020-01-01T00:00:00Z', { until }), true);
  });
});
