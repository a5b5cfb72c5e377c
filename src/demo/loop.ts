import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { answerLine, doneLine } from '../ssh/loop';
import type { SimulatedAnswer } from './simulator';

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

/** Answers like a script that stands on the node and is run for each number. Resolves when its input ends. */
export async function runStanding(
  channel: ServerChannel,
  run: () => Promise<SimulatedAnswer>,
): Promise<void> {
  const done = (n: number, { stdout, stderr, exitCode }: SimulatedAnswer) => {
    channel.stderr.write(stderr + doneLine(n, exitCode));
    channel.write(stdout + doneLine(n, exitCode));
  };
  done(0, { stdout: '', stderr: '', exitCode: 0 });
  let last = Promise.resolve();
  const numbers = createInterface({ input: channel });
  numbers.on('line', (line) => {
    last = last.then(async () => done(Number(line), await run()));
  });
  await new Promise<void>((resolve) => numbers.once('close', resolve));
  await last;
}
