import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { LoopTalk } from '../../../src/ssh/conversation';
import { SshError } from '../../../src/ssh/error';
import { answerIn, answerLine, loopLine } from '../../../src/ssh/loop';

const shells = [
  ['dash', '-c'],
  ['busybox', 'ash', '-c'],
  ['bash', '-c'],
].filter(([program = '']) => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined);

const children: ChildProcessWithoutNullStreams[] = [];

/** The loop under a shell of this machine, as a login shell would get its line. */
function talkTo(line: string, [program = 'sh', ...args]: readonly string[]) {
  // Node's pipes are sockets, so bash takes itself for one that sshd started and reads .bashrc first, whose processes
  // would count as children of the loop; not with a SHLVL (shell.c, run_startup_files).
  const child = spawn(program, [...args, line], { env: { ...process.env, SHLVL: '2' } });
  children.push(child);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, exit, talk: carry(child) };
}

function carry(child: ChildProcessWithoutNullStreams): LoopTalk {
  const talk = new LoopTalk('n1', {
    write: (text) => void child.stdin.write(text),
    close: () => void child.stdin.end(),
  });
  child.stdin.on('error', () => {});
  child.stdout.on('data', (data: Buffer) => talk.hear(data));
  child.stderr.on('data', (data: Buffer) => talk.complain(data));
  child.once('close', () => talk.end());
  return talk;
}

const never = new AbortController().signal;
const reason =
  (expected: string, text = /./) =>
  (error: unknown) =>
    error instanceof SshError && error.reason === expected && text.test(error.message);

describe('a conversation with a shell loop', () => {
  // After a failure one may wait for its input for ever, and mocha for it.
  afterEach(() => children.splice(0).forEach((child) => child.kill()));

  for (const shell of shells) {
    it(`answers from built-ins in one process under ${shell.slice(0, -1).join(' ')}, and ends with its stdin`, async () => {
      // The very shell has to run the loop, not the sh of this machine.
      const line = loopLine("answer='a b'").replace(' sh -c', ` ${shell.join(' ')}`);
      const { child, exit, talk } = talkTo(line, shell);
      await talk.greeting(never);
      assert.equal(talk.first, 'a b');
      const pid = child.pid as number;
      const times = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ').slice(13, 15);
      for (let n = 0; n < 50; n++) assert.equal(await talk.ask({ timeoutMs: 5_000 }), 'a b');
      assert.equal(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'), '');
      assert.deepEqual(times(), ['0', '0'], 'no child was ever waited for');
      assert.ok(readdirSync(`/proc/${pid}/task`).length === 1);
      talk.close();
      assert.equal(await exit, 0);
    });
  }

  it('passes over what a start-up file prints, even without an end of line', async () => {
    const { talk, exit } = talkTo(`printf 'Welcome!\\nlast login: '; ${loopLine('answer=ok')}`, ['sh', '-c']);
    await talk.greeting(never);
    assert.equal(talk.first, 'ok');
    assert.equal(await talk.ask({ timeoutMs: 5_000 }), 'ok');
    talk.close();
    await exit;
  });

  it('says what a start-up file asked, when it waits for an answer', async () => {
    const { talk, exit } = talkTo(`printf 'Which shell? '; read -r shell; ${loopLine('answer=ok')}`, [
      'sh',
      '-c',
    ]);
    const deadline = new AbortController();
    const greeting = talk.greeting(deadline.signal);
    setTimeout(() => deadline.abort(talk.late(200)), 200);
    await assert.rejects(greeting, reason('timeout', /“Which shell\?”.*start-up file/));
    assert.equal(talk.isOpen, false);
    await exit;
  });

  it('says with what a login ended that runs something else', async () => {
    const { talk } = talkTo('echo This account is closed; echo sorry >&2', ['sh', '-c']);
    await assert.rejects(
      talk.greeting(never),
      reason('protocol', /“This account is closed”.*“sorry”.*ForceCommand/),
    );
  });

  describe('piece by piece', () => {
    let sent: string[];
    let closed: number;
    let talk: LoopTalk;
    const hear = (text: string) => talk.hear(Buffer.from(text));
    const greeted = async () => {
      const greeting = talk.greeting(never);
      hear(answerLine(0, 'hello'));
      await greeting;
    };

    beforeEach(() => {
      sent = [];
      closed = 0;
      talk = new LoopTalk('n1', { write: (text) => sent.push(text), close: () => closed++ });
    });

    it('never takes a late answer for the next one', async () => {
      await greeted();
      const answer = talk.ask({ timeoutMs: 5_000 });
      hear(answerLine(0, 'late'));
      hear(answerLine(1, 'right').slice(0, 5));
      hear(answerLine(1, 'right').slice(5));
      assert.equal(await answer, 'right');
      assert.deepEqual(sent, ['1\n']);
    });

    it('is over, and closed once, after a missed deadline', async () => {
      await greeted();
      await assert.rejects(talk.ask({ timeoutMs: 20 }), reason('timeout'));
      assert.equal(talk.isOpen, false);
      hear(answerLine(1, 'late'));
      await assert.rejects(talk.ask({ timeoutMs: 20 }), reason('timeout'));
      talk.close();
      talk.end();
      assert.equal(closed, 1);
    });

    it('is over when it is cancelled, and when what carries it breaks', async () => {
      await greeted();
      const stop = new AbortController();
      const asked = talk.ask({ timeoutMs: 5_000, signal: stop.signal });
      stop.abort();
      await assert.rejects(asked, reason('aborted'));
      assert.equal(closed, 1);

      talk = new LoopTalk('n1', { write: () => {}, close: () => {} });
      await greeted();
      const cut = talk.ask({ timeoutMs: 5_000 });
      talk.end(new SshError('closed', 'n1', 'n1: the connection broke.'));
      await assert.rejects(cut, reason('closed'));
    });

    it('ends a login that prints without end, before and after the greeting', async () => {
      const greeting = talk.greeting(never);
      for (let n = 0; n < 2_000 && talk.isOpen; n++) hear(`${'x'.repeat(99)}\n`);
      await assert.rejects(greeting, reason('protocol', /64 KB.*xxx…/));

      talk = new LoopTalk('n1', { write: () => {}, close: () => {} });
      await greeted();
      const asked = talk.ask({ timeoutMs: 5_000 });
      hear('x'.repeat(100_000));
      await assert.rejects(asked, reason('protocol'));
    });
  });

  it('is recognised by a server that simulates a node', () => {
    const answer = `answer="it's"`;
    assert.equal(answerIn(loopLine(answer)), answer);
    assert.equal(answerIn('exec env LC_ALL=C PATH=/bin sh -c true'), undefined);
  });
});
