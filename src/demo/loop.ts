import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { answerLine } from '../ssh/loop';

/** Answers like the shell loop of a conversation: once by itself, then each number. Resolves when its input ends. */
export async function runLoop(channel: Duplex, answer: () => Promise<string>): Promise<void> {
  const say = async (n: number) => void channel.write(answerLine(n, await answer()));
  const questions = createInterface({ input: channel });
  // Those that arrive before the greeting is written wait for it.
  let last = say(0);
  questions.on('line', (line) => {
    last = last.then(() => say(Number(line)));
  });
  await new Promise<void>((resolve) => questions.once('close', resolve));
  await last;
}
