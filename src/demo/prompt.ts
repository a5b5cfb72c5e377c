import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { SimulatedAnswer } from './simulator';

/** An interactive session on a simulated node. */
export interface ShellSession {
  readonly name: string;
  readonly channel: Duplex;
  /** The client asked for a terminal: typed characters are echoed, and lines end with CR LF. */
  readonly terminal: boolean;
  readonly run: (line: string, say: (text: string) => void) => Promise<SimulatedAnswer>;
}

/** A small shell: one line at a time, `exit` or Ctrl-D ends it. Resolves when the session is over. */
export async function runShell({ name, channel, terminal, run }: ShellSession): Promise<void> {
  const write = (text: string) => channel.write(terminal ? text.replace(/\r?\n/g, '\r\n') : text);
  const prompt = () => write(`root@${name}:~# `);
  if (terminal) write(`Simulated node ${name}. Type help.\n`);
  prompt();
  for await (const line of lines(channel, terminal, write, prompt)) {
    const command = line.trim();
    if (command === 'exit' || command === 'logout') return;
    if (command !== '') {
      const answer = await run(command, write);
      write(answer.stdout + answer.stderr);
    }
    prompt();
  }
}

/** Lines as they are typed. Ctrl-C drops the line, Ctrl-D on an empty one ends the session. */
async function* lines(
  channel: Duplex,
  echo: boolean,
  write: (text: string) => void,
  prompt: () => void,
): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let line = '';
  // the channel outlives its reader: an exit status is sent on it afterwards
  for await (const piece of channel.iterator({ destroyOnReturn: false })) {
    for (const key of decoder.write(piece as Buffer).replace(/\x1b\[[0-9;]*[A-Za-z~]/g, '')) {
      if (key === '\r' || key === '\n') {
        if (echo) write('\n');
        yield line;
        line = '';
      } else if (key === '\x04') {
        if (line === '') return;
      } else if (key === '\x03') {
        if (echo) write('^C\n');
        line = '';
        prompt();
      } else if (key === '\x7f' || key === '\b') {
        if (line === '') continue;
        line = [...line].slice(0, -1).join('');
        if (echo) write('\b \b');
      } else if (key >= ' ') {
        line += key;
        if (echo) write(key);
      }
    }
  }
}
