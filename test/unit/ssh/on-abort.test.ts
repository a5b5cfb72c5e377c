import assert from 'node:assert/strict';
import { onAbort } from '../../../src/ssh/on-abort';

describe('onAbort', () => {
  it('calls all who still wait, once, and has one listener however many they are', () => {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    const called: number[] = [];
    const same = () => void called.push(0);
    onAbort(signal, same);
    onAbort(signal, same);
    const forget = Array.from({ length: 1_000 }, (_, n) => onAbort(signal, () => void called.push(n + 1)));
    for (const each of forget.slice(1)) each();
    assert.equal(listeners, 1);
    controller.abort();
    assert.deepEqual(called, [0, 0, 1]);
    forget[0]?.();
  });

  it('calls all, also where one of them fails, which is not hidden', () => {
    const signal = { aborted: false, addEventListener: (_: string, act: () => void) => (abort = act) };
    let abort = () => {};
    const called: number[] = [];
    onAbort(signal as unknown as AbortSignal, () => {
      called.push(1);
      throw new Error('one fails');
    });
    onAbort(signal as unknown as AbortSignal, () => void called.push(2));
    assert.throws(() => abort(), /one fails/);
    assert.deepEqual(called, [1, 2]);
  });

  it('passes over who gives up in the moment of the abort', () => {
    const controller = new AbortController();
    onAbort(controller.signal, () => later());
    const later = onAbort(controller.signal, () => assert.fail('it waits no more'));
    controller.abort();
  });
});
