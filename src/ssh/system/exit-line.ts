import { quote } from '../shell';

const BEGUN = 'standby-begun\n';
const MARK = 'standby-exit ';
/** More than a login prints before its command. */
const NOISE = 64 * 1024;

/**
 * A command line that says on stderr first that it begins, and at last its exit status. ssh itself exits with 255 for
 * a failure of its own and for a command that a signal ended, which nobody could tell apart.
 */
export function withExitLine(line: string): string {
  return `exec sh -c ${quote(`echo ${BEGUN.trim()} >&2; ${line}; r=$?; echo "${MARK}$r" >&2; exit "$r"`)}`;
}

/** Takes both off a stderr, and hands on the rest as soon as it can be no part of them. */
export class ExitLine {
  /** The command has begun; what was said before came from ssh, or from a start-up file. */
  hasBegun = false;
  private held = '';

  constructor(private readonly onRest: (data: Buffer) => void) {}

  add(data: Buffer): void {
    let text = this.held + data.toString('latin1');
    if (!this.hasBegun) {
      const begun = text.indexOf(BEGUN);
      if (begun < 0 && text.length < NOISE) {
        this.held = text;
        return;
      }
      this.hasBegun = begun >= 0;
      if (begun >= 0) text = text.slice(0, begun) + text.slice(begun + BEGUN.length);
    }
    const at = text.lastIndexOf(MARK);
    const from = at >= 0 && /^\d{0,3}\n?$/.test(text.slice(at + MARK.length)) ? at : possible(text);
    this.held = text.slice(from);
    if (from > 0) this.onRest(Buffer.from(text.slice(0, from), 'latin1'));
  }

  /** The exit status; undefined when it never came, so that nobody knows how the command ended. */
  end(): number | undefined {
    const found = /^standby-exit (\d{1,3})\n$/.exec(this.held);
    if (found && this.hasBegun) return Number(found[1]);
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
