/** Lines that are kept for a report. */
const mostLines = 400;
/** Characters of a line that are kept: a node's answer may be long. */
const mostCharacters = 2_000;

/** The last lines of the log, for a report: an editor's output channel cannot be read again. */
export class LogTail {
  readonly #lines: string[] = [];

  /** `at`: epoch milliseconds. */
  add(level: string, message: string, at: number): void {
    const short = message.length > mostCharacters ? `${message.slice(0, mostCharacters)}…` : message;
    this.#lines.push(`${new Date(at).toISOString()} [${level}] ${short}`);
    // Seldom, so that a busy log does not move all lines at each.
    if (this.#lines.length >= 2 * mostLines) this.#lines.splice(0, this.#lines.length - mostLines);
  }

  get lines(): readonly string[] {
    return this.#lines.slice(-mostLines);
  }
}
