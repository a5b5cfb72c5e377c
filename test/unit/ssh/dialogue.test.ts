import assert from 'node:assert/strict';
import { asksForPassword, Dialogue, serversWords } from '../../../src/ssh/dialogue';

const hidden = (prompt: string) => ({ prompt, echo: false });

describe('a dialogue of keyboard-interactive', () => {
  it('takes for the password only what asks for nothing else', () => {
    for (const prompt of [
      'Password: ',
      'password:',
      "root@m1's password:",
      'Password for root@m1:',
      '(root@m1) Password: ',
    ])
      assert.ok(asksForPassword(hidden(prompt)), prompt);
    for (const prompt of [
      '',
      'Verification code: ',
      "One-time password (OATH) for `root': ",
      'One-time password: ',
      'Passcode or option (1-3): ',
      'New password: ',
      'Retype new password: ',
      '(current) UNIX password: ',
      'Password and code: ',
      'Enter password of token: ',
    ])
      assert.ok(!asksForPassword(hidden(prompt)), prompt);
    assert.ok(!asksForPassword({ prompt: 'Password: ', echo: true }), 'what is shown is no password');
  });

  it('shows a server’s words on one line, without what moves a cursor or turns the writing', () => {
    assert.equal(serversWords(' a\u001b[2J\nb\u202ec\u200bd \u0000', 50), 'a [2J b c d');
    assert.equal(serversWords('x'.repeat(60), 50), `${'x'.repeat(50)}…`);
  });

  it('ends a server that asks without end', async () => {
    const dialogue = new Dialogue({
      node: 'm1',
      user: 'root',
      host: 'm1',
      again: false,
      askSecret: () => Promise.resolve('x'),
      signal: new AbortController().signal,
    });
    for (let round = 0; round < 10; round++)
      assert.deepEqual(await dialogue.answer('', '', [hidden('Next: ')]), ['x']);
    await assert.rejects(dialogue.answer('', '', [hidden('Next: ')]), /asks questions without end/);
  });
});
