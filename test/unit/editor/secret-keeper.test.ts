import assert from 'node:assert/strict';
import { SecretKeeper } from '../../../src/editor/secret-keeper';
import type { SecretQuestion } from '../../../src/ssh/options';

const question = (again = false): SecretQuestion => ({
  kind: 'passphrase',
  node: 'm1',
  keyFile: '/k',
  again,
});

function keeper(answers: (string | undefined)[], keeps: boolean) {
  const stored = new Map<string, string>();
  const log: string[] = [];
  const secrets = new SecretKeeper(
    {
      get: (key) => Promise.resolve(stored.get(key)),
      store: (key, secret) => Promise.resolve(void stored.set(key, secret)),
      delete: (key) => Promise.resolve(void stored.delete(key)),
    },
    {
      ask: ({ again }) => {
        log.push(again ? 'asked again' : 'asked');
        return Promise.resolve(answers.shift());
      },
      offerToKeep: () => {
        log.push('offered');
        return Promise.resolve(keeps);
      },
    },
  );
  return { stored, log, secrets };
}

describe('SecretKeeper', () => {
  it('stores nothing before the answer was right and the person said so', async () => {
    const { stored, log, secrets } = keeper(['wrong', 'right'], true);
    assert.equal(await secrets.answer(question(), () => true), 'wrong');
    await secrets.tried(question(), 'wrong', false);
    assert.equal(stored.size, 0);
    assert.equal(await secrets.answer(question(true), () => true), 'right');
    await secrets.tried(question(true), 'right', true);
    assert.deepEqual([...stored.values()], ['right']);
    assert.deepEqual(log, ['asked', 'asked again', 'offered']);
    assert.equal(await secrets.answer(question(), () => true), 'right', 'and then it is not asked for');
  });

  it('takes no for an answer, and offers once in a session', async () => {
    const { stored, log, secrets } = keeper([], false);
    await secrets.tried(question(), 'right', true);
    await secrets.tried(question(), 'right', true);
    assert.equal(stored.size, 0);
    assert.deepEqual(log, ['offered']);
  });

  it('forgets a stored secret that turned out wrong', async () => {
    const { stored, log, secrets } = keeper([undefined], true);
    stored.set('passphrase:/k', 'old');
    assert.equal(await secrets.answer(question(), () => true), 'old');
    await secrets.tried(question(), 'old', false);
    assert.equal(stored.size, 0);
    assert.equal(await secrets.answer(question(true), () => true), undefined);
    assert.deepEqual(log, ['asked again']);
  });

  it('asks once in a session for a secret that was right, though it is not stored', async () => {
    const { stored, log, secrets } = keeper(['right', 'other'], false);
    assert.equal(await secrets.answer(question(), () => true), 'right');
    await secrets.tried(question(), 'right', true);
    assert.equal(await secrets.answer(question(), () => true), 'right');
    assert.equal(stored.size, 0);
    assert.equal(await secrets.answer(question(true), () => true), 'other', 'unless it turns out wrong');
    assert.deepEqual(log, ['asked', 'offered', 'asked again']);
  });

  it('asks nobody while that is not wanted', async () => {
    const { log, secrets } = keeper(['x'], true);
    assert.equal(await secrets.answer(question(), () => false), undefined);
    assert.deepEqual(log, []);
  });

  it('asks a server’s question each time, keeps no answer, and asks none that nobody waits for', async () => {
    const { stored, log, secrets } = keeper(['1', '2', '3'], true);
    const code: SecretQuestion = {
      kind: 'dialogue',
      node: 'm1',
      user: 'root',
      host: 'm1',
      prompt: 'Code:',
      instructions: '',
      echo: false,
      again: false,
    };
    const both = [secrets.answer(code, () => true), secrets.answer(code, () => true)];
    assert.deepEqual(await Promise.all(both), ['1', '2'], 'a code is good for one login');
    await secrets.tried(code, '1', true);
    assert.equal(stored.size, 0);
    assert.equal(await secrets.answer(code, () => false), undefined);
    assert.equal(await secrets.answer(code, () => true, AbortSignal.abort()), undefined);
    assert.deepEqual(log, ['asked', 'asked']);
  });
});
