import assert from 'node:assert/strict';
import { askInTurn, back, type Question } from '../../../src/editor/questions-in-turn';

interface Answers {
  readonly system?: string;
  readonly way?: string;
  readonly address?: string;
}

/** Answers from a list, one after the other; what was asked is written down with the answers so far. */
function scripted(replies: readonly (Partial<Answers> | typeof back | undefined)[]) {
  const asked: string[] = [];
  const left = [...replies];
  const question = (name: string, needed?: Question<Answers>['needed']): Question<Answers> => ({
    ...(needed ? { needed } : {}),
    ask: (answers, canGoBack) => {
      asked.push(`${name} ${JSON.stringify(answers)}${canGoBack ? ' or back' : ''}`);
      assert.ok(left.length > 0, `${name} was asked once too often`);
      return Promise.resolve(left.shift());
    },
  });
  return { asked, question };
}

describe('Questions in turn', () => {
  it('end with all answers, and only the first cannot go back', async () => {
    const { asked, question } = scripted([{ system: 'moosefs' }, { way: 'ask' }]);
    const answers = await askInTurn<Answers>({}, [question('system'), question('way')]);
    assert.deepEqual(answers, { system: 'moosefs', way: 'ask' });
    assert.deepEqual(asked, ['system {}', 'way {"system":"moosefs"} or back']);
  });

  it('go back to the question before, past those that are not needed, and propose what was said', async () => {
    const { asked, question } = scripted([{ system: 'a' }, back, { system: 'b' }, { address: 'x' }]);
    const answers = await askInTurn<Answers>({}, [
      question('system'),
      question('way', () => false),
      question('address'),
    ]);
    assert.deepEqual(answers, { system: 'b', address: 'x' });
    assert.deepEqual(asked[2], 'system {"system":"a"}');
  });

  it('stop when the person gives up', async () => {
    const { question } = scripted([{ system: 'a' }, undefined]);
    const answers = await askInTurn<Answers>({}, [question('system'), question('way'), question('address')]);
    assert.equal(answers, undefined);
  });

  it('begin in the middle with what is known, from where one may go back', async () => {
    const { asked, question } = scripted([back, { system: 'b' }, { address: 'y' }]);
    const known: Answers = { system: 'a', address: 'x' };
    const answers = await askInTurn(known, [question('system'), question('address')], 1);
    assert.deepEqual(answers, { system: 'b', address: 'y' });
    assert.match(asked[0] ?? '', /^address .*"x".* or back$/);
  });
});
