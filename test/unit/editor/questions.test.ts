import assert from 'node:assert/strict';
import { Questions } from '../../../src/editor/questions';

describe('Questions', () => {
  it('are put one at a time, and the same one once while it is open', async () => {
    const questions = new Questions<boolean>();
    const shown: string[] = [];
    const answers: ((yes: boolean) => void)[] = [];
    const put = (key: string) =>
      questions.put(key, () => {
        shown.push(key);
        return new Promise<boolean>((resolve) => answers.push(resolve));
      });
    const all = [put('a'), put('b'), put('a')];
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['a']);
    answers[0]?.(true);
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['a', 'b']);
    answers[1]?.(false);
    assert.deepEqual(await Promise.all(all), [true, false, true]);
    void put('a');
    await new Promise(setImmediate);
    assert.deepEqual(shown, ['a', 'b', 'a'], 'later it is asked again');
  });

  it('go on after one that failed', async () => {
    const questions = new Questions<boolean>();
    const failing = questions.put('a', () => Promise.reject(new Error('closed')));
    const next = questions.put('b', () => Promise.resolve(true));
    await assert.rejects(failing, /closed/);
    assert.equal(await next, true);
  });
});
