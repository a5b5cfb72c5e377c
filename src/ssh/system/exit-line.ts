import { quote } from '../shell';

const MARK = 'standby-exit ';

/**
 * A command line whose last words on stderr are its exit status. ssh itself exits with 255 for a failure of its own
 * and for a command that a signal ended, which nobody could tell apart.
 */
export function withExitLine(line: string): string {
  return `exec sh -c ${quote(`${line}; r=$?; echo "${MARK}$r" >&2; exit "$r"`)}`;
}

/** Takes the exit status off the end of a stderr, and hands on the rest as soon as it can be no part of it. */
export class ExitLine {
  private held = '';

  constructor(private readonly onRest: (data: Buffer) => void) {}

  add(data: Buffer): void {
    const text = this.held + data.toString('latin1');
    const at = text.lastIndexOf(MARK);
    const from = at >= 0 && /^\d{0,3}\n?$/.test(text.slice(at + MARK.length)) ? at : possible(text);
    this.held = text.slice(from);
    if (from > 0) this.onRest(Buffer.from(text.slice(0, from), 'latin1'));
  }

  /** The exit status; undefined when it never came, so that nobody knows how the command ended. */
  end(): number | undefined {
    const found = /^standby-exit (\d{1,3})\n$/.exec(this.held);
    if (found) return Number(found[1]);
    if (this.held !== '') this.onRest(Buffer.from(this.held, 'latin1'));
    this.held = '';
    return undefined;
  }
}

/** Where the end of a text begins that may be the beginning of the mark. */
function possible(text: string): number {
  for (let length = Math.min(MARK.length - 1, text.length); length > 0; length--)
    if (text.endsWith(MARK.slice(0, length))) return text.length - length;
  return text.length;
}
