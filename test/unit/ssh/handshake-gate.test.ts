import assert from 'node:assert/strict';
import { HandshakeGate } from '../../../src/ssh/handshake-gate';

describe('the places for handshakes', () => {
  const never = new AbortController().signal;
  let use: number;
  let gate: HandshakeGate;
  let inside: (() => void)[];

  beforeEach(() => {
    use = 1;
    gate = new HandshakeGate({ sinceLast: () => use });
    inside = [];
  });

  const crowd = (size: number) => {
    const waits = Array.from({ length: size }, async () => void inside.push(await gate.enter(never)));
    return Promise.all(waits);
  };
  const empty = async (all: Promise<unknown>) => {
    for (let left = 0; left < 1_000; left++) {
      inside.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;
  };

  it('are eight while the thread is busy', async () => {
    const all = crowd(30);
    await new Promise((resolve) => setTimeout(resolve, 160));
    assert.equal(inside.length, 8);
    inside.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(inside.length, 8);
    await empty(all);
  });

  it('become more while the thread idles, up to 64', async () => {
    use = 0.1;
    const all = crowd(100);
    await new Promise((resolve) => setTimeout(resolve, 75));
    assert.ok(inside.length > 8 && inside.length <= 24, String(inside.length));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(inside.length, 64);
    await empty(all);
  });

  it('are given up in the queue, and a place that is left twice is free once', async () => {
    const first = await gate.enter(never);
    await crowd(7);
    const stop = new AbortController();
    const given = gate.enter(stop.signal);
    const next = gate.enter(never);
    stop.abort(new Error('no more'));
    await assert.rejects(given, /no more/);
    first();
    first();
    (await next)();
    await assert.rejects(gate.enter(stop.signal), /no more/);
  });
});
