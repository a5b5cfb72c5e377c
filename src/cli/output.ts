import { plain } from '../failover/plain';

/** The two streams of a command: answers go to stdout, everything else to stderr. */
export interface Output {
  /** Answer text as it is; the caller ends its lines. */
  answer(text: string): void;
  /** One line for people on stderr; text of files and nodes in it loses its control characters. */
  say(line: string): void;
  /** Colour for the answer: a terminal that wants it. */
  readonly colour: boolean;
  readonly columns: number;
}

/**
 * Output to this process's own streams. A reader that goes away (`| head`) ends the command quietly
 * instead of with a stack trace; `gone` is called then.
 */
export function processOutput(gone: () => void): Output {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') gone();
    });
  }
  return {
    answer: (text) => void process.stdout.write(text),
    say: (line) => void process.stderr.write(`${plain(line)}\n`),
    colour: wantsColour(process.stdout.isTTY, process.env),
    columns: process.stdout.columns ?? 80,
  };
}

/** Colour only on a terminal, and not where NO_COLOR (no-color.org: any text but the empty one) or TERM forbids it. */
export function wantsColour(isTerminal: boolean, env: NodeJS.ProcessEnv): boolean {
  return isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Colour = keyof typeof codes;

/** Puts text in a colour (ECMA-48, SGR), or leaves it as it is. */
export function painter(colour: boolean): (text: string, ...colours: readonly Colour[]) => string {
  return (text, ...colours) =>
    colour && text && colours.length > 0
      ? `\u001b[${colours.map((name) => codes[name]).join(';')}m${text}\u001b[0m`
      : text;
}
