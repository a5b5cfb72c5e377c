import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { oneLine } from '../failover/plain';
import type { HostKeyQuestion, SecretQuestion } from '../ssh/options';

type Dialogue = Extract<SecretQuestion, { readonly kind: 'dialogue' }>;

/** Questions about host keys and secrets to the person at the terminal, one at a time, on stderr. */
export class Prompts {
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(private readonly signal: AbortSignal) {}

  /** From now on every answer is no: somebody else reads the keyboard. */
  close(): void {
    this.closed = true;
  }

  /** As ssh(1) asks; anything but yes is no. */
  async hostKey({
    host,
    keyType,
    fingerprint,
    file,
    otherKnownTypes: others,
  }: HostKeyQuestion): Promise<boolean> {
    const warning =
      others.length === 0
        ? ''
        : `WARNING: its ${others.join(', ')} key is known, and the server did not show it. Another machine may be answering.\n`;
    const text = `${warning}The key of ${oneLine(host)} is not known: ${keyType} ${fingerprint}\nStore it in ${file} and go on? (yes/no) `;
    return (await this.ask(text, false))?.trim().toLowerCase() === 'yes';
  }

  /** The secret is not shown; an empty line is none. */
  async secret(question: SecretQuestion, signal?: AbortSignal): Promise<string | undefined> {
    if (question.kind === 'dialogue') return this.lead(question, signal);
    const what =
      question.kind === 'passphrase'
        ? `Passphrase of ${oneLine(question.keyFile)}`
        : `Password of ${oneLine(question.user)} on ${oneLine(question.host)}`;
    const answer = await this.ask(`${question.again ? 'That was wrong. ' : ''}${what}: `, true);
    return answer === '' ? undefined : answer;
  }

  /** A server's question in its own words; what is typed is shown where the server says so. */
  private lead(
    { node, user, host, prompt, instructions, echo, again }: Dialogue,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const who = `${oneLine(user)}@${oneLine(host)}, node ${oneLine(node)}`;
    const words = [instructions, prompt].filter((text) => text !== '').map(oneLine);
    const text = `${again ? 'That was refused. ' : ''}The server of ${who}, asks: ${words.join(' — ')} `;
    return this.ask(text, !echo, signal);
  }

  private ask(text: string, hidden: boolean, signal?: AbortSignal): Promise<string | undefined> {
    const ends = signal ? AbortSignal.any([this.signal, signal]) : this.signal;
    const answer = this.last.then(() =>
      this.closed || ends.aborted ? undefined : this.read(text, hidden, ends),
    );
    this.last = answer.catch(() => undefined);
    return answer;
  }

  private read(text: string, hidden: boolean, ends: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      process.stderr.write(text);
      // readline echoes what is typed to its output; a secret gets one that goes nowhere.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const lines = createInterface({
        input: process.stdin,
        output: hidden ? nowhere : process.stderr,
        terminal: true,
      });
      const end = (answer: string | undefined) => {
        ends.removeEventListener('abort', stop);
        lines.removeAllListeners('close').close();
        if (hidden) process.stderr.write('\n');
        resolve(answer);
      };
      const stop = () => end(undefined);
      ends.addEventListener('abort', stop, { once: true });
      lines.once('line', end);
      lines.once('close', stop);
      // In raw mode Ctrl-C is a key, not a signal.
      lines.once('SIGINT', () => {
        end(undefined);
        process.kill(process.pid, 'SIGINT');
      });
    });
  }
}
