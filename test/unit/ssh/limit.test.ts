import assert from 'node:assert/strict';
import { PausableTimer, withLimit } from '../../../src/ssh/limit';

const errors = { timeout: () => new Error('late'), aborted: () => new Error('stopped') };
const never = () => new Promise<never>(() => {});

describe('withLimit', () => {
  it('ends work that never does, by time and by the caller, and tells the work', async () => {
    let seen: AbortSignal | undefined;
    const work = (signal: AbortSignal) => ((seen = signal), never());
    await assert.rejects(withLimit(20, undefined, errors, work), /late/);
    assert.equal(seen?.aborted, true);
    const controller = new AbortController();
    const running = withLimit(10_000, controller.signal, errors, work);
    controller.abort();
    await assert.rejects(running, /stopped/);
    await assert.rejects(withLimit(10_000, AbortSignal.abort(), errors, never), /stopped/);
  });

  it('gives the result or the error of work that ends in time', async () => {
    assert.equal(await withLimit(10_000, undefined, errors, () => Promise.resolve(7)), 7);
    await assert.rejects(
      withLimit(10_000, undefined, errors, () => Promise.reject(new Error('own'))),
      /own/,
    );
  });
});

describe('PausableTimer', () => {
  it('does not run while a person thinks, and runs on afterwards', async () => {
    let ended = false;
    let onEnd = () => {};
    const end = new Promise<void>((resolve) => (onEnd = resolve));
    const timer = new PausableTimer(60, () => {
      ended = true;
      onEnd();
    });
    await timer.during(new Promise((resolve) => setTimeout(resolve, 150)));
    assert.equal(ended, false);
    await end;
    timer.stop();
  });
});
