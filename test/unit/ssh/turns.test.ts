import assert from 'node:assert/strict';
import { inTurnAfter, TURN_MS, Turns } from '../../../src/ssh/turns';

describe('turns of the event loop', () => {
  let now: number;
  let next: (() => void)[];
  let turns: Turns;
  let done: string[];

  beforeEach(() => {
    now = 0;
    next = [];
    done = [];
    turns = new Turns(
      () => now,
      (begin) => void next.push(begin),
    );
  });

  /** Work that takes some milliseconds, and more that follows from it when promises are settled. */
  const work = (name: string, ms: number, after = 0) =>
    turns.take(() => {
      done.push(name);
      now += ms;
      if (after > 0) void Promise.resolve().then(() => process.nextTick(() => (now += after)));
    });

  const drained = () => new Promise((resolve) => setImmediate(resolve));

  /** The present turn is over, and everything of the next one is done. */
  async function nextTurn(): Promise<void> {
    const begun = next.splice(0);
    assert.equal(begun.length, 1, 'one wait for the next turn, however much there is to do');
    begun[0]?.();
    await drained();
  }

  it('does at once what fits into a turn, and leaves the rest to the next one, in order', async () => {
    for (let n = 1; n <= 9; n++) work(String(n), TURN_MS / 2);
    await drained();
    assert.equal(done.join(''), '12');
    await nextTurn();
    assert.equal(done.join(''), '1234');
    work('a', 1);
    assert.equal(done.join(''), '1234', 'it waits behind what came before');
    await nextTurn();
    await nextTurn();
    await nextTurn();
    assert.equal(done.join(''), '123456789a');
  });

  it('counts what follows from a piece of work: its promises, and what they leave to nextTick', async () => {
    work('1', TURN_MS);
    for (const name of ['2', '3', '4']) work(name, 0, TURN_MS);
    await nextTurn();
    assert.equal(done.join(''), '12');
    await nextTurn();
    assert.equal(done.join(''), '123');
  });

  it('begins anew after a turn without work', async () => {
    work('1', TURN_MS);
    await nextTurn();
    assert.equal(next.length, 0, 'nothing waits while nothing is to do');
    now += 1_000;
    work('2', 1);
    assert.equal(done.join(''), '12');
  });

  it('comes also after a time, unless it was called off', async () => {
    let came = 0;
    const off = inTurnAfter(1, () => assert.fail('it was called off'));
    off();
    await new Promise<void>((resolve) => {
      inTurnAfter(5, () => {
        came++;
        resolve();
      });
    });
    assert.equal(came, 1);
  });

  it('goes on after a piece of work that fails', async () => {
    work('1', TURN_MS);
    turns.take(() => {
      throw new Error('its own');
    });
    work('2', 0);
    assert.throws(() => next.splice(0)[0]?.(), /its own/);
    await drained();
    assert.equal(done.join(''), '12');
  });
});
