import assert from 'node:assert/strict';
import { Gate } from '../../../src/ssh/gate';

/** Lets all promises that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Gate', () => {
  it('lets as many in as it is wide, the others in order, and counts a place once', async () => {
    const gate = new Gate(1);
    const order: string[] = [];
    const leave = await gate.enter();
    const b = gate.enter().then((out) => (order.push('b'), out));
    const c = gate.enter().then((out) => (order.push('c'), out));
    await settle();
    assert.deepEqual(order, []);
    leave();
    leave();
    await settle();
    assert.deepEqual(order, ['b']);
    (await b)();
    (await c)();
    assert.deepEqual(order, ['b', 'c']);
  });

  it('forgets one who stopped waiting', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter();
    const controller = new AbortController();
    const given = gate.enter(controller.signal);
    const next = gate.enter();
    controller.abort(new Error('enough'));
    await assert.rejects(given, /enough/);
    leave();
    (await next)();
    await gate.enter();
  });

  it('can be made narrower while more are inside, and lets nobody in until there is room', async () => {
    const gate = new Gate(3);
    const leave = await Promise.all([gate.enter(), gate.enter(), gate.enter()]);
    gate.narrow(1);
    let entered = 0;
    const next = gate.enter().then((out) => (entered++, out));
    leave[0]();
    leave[1]();
    await settle();
    assert.deepEqual([entered, gate.inside], [0, 1]);
    leave[2]();
    (await next)();
    assert.equal(gate.inside, 0);
    gate.narrow(0);
    (await gate.enter())();
  });
});
