import type { Span, Token } from './entry';

/**
 * A place in the text of a cluster file, and what can be read from it on without knowing what it belongs to:
 * words, quotes, comments, blocks of text. Takes time in proportion to what it reads.
 */
export class TextCursor {
  at = 0;
  /** Comments and texts in block style, as far as they were read. */
  readonly silent: Span[] = [];
  private lineFrom = 0;
  private lineEnd = -1;

  constructor(readonly text: string) {}

  /** The character here; undefined at the end of the text. */
  get here(): string | undefined {
    return this.text[this.at];
  }

  /** Whether nothing more stands on this line. */
  get isAtLineEnd(): boolean {
    const one = this.here;
    return one === undefined || one === '\n' || one === '\r';
  }

  /** A comment, to the end of its line. */
  comment(): void {
    const end = this.endOfLine(this.at);
    this.silent.push({ start: this.at, end });
    this.at = end;
  }

  /** A text in block style: all lines below that are indented. */
  blockText(column: number): void {
    const start = this.endOfLine(this.at);
    this.at = start;
    let end = start;
    for (;;) {
      const next = this.text.indexOf('\n', this.at);
      if (next === -1) break;
      const indent = this.indentAt(next + 1);
      const isBlank = /^\s?$/.test(this.text.charAt(next + 1 + indent));
      if (!isBlank && indent <= Math.max(column, 0)) break;
      this.at = this.endOfLine(next + 1);
      if (!isBlank) end = this.at;
      if (this.at >= this.text.length) break;
    }
    this.at = end;
    if (end > start) this.silent.push({ start: start + 1, end });
  }

  /** A text in quotes; one that is never closed ends with its line. */
  quoted(quote: '"' | "'", column: number): Token {
    const start = this.at + 1;
    for (let end = start; end < this.text.length; end++) {
      const one = this.text[end];
      if (one === '\\' && quote === '"') end++;
      else if (one === quote && quote === "'" && this.text[end + 1] === quote) end++;
      else if (one === quote) {
        this.at = end + 1;
        return { text: this.text.slice(start, end), start, end, quote };
      } else if (one === '\n' && !this.goesOn(end + 1, column)) break;
    }
    // Never closed: the lines below are somebody else's.
    const end = this.endOfLine(start);
    this.at = end;
    return { text: this.text.slice(start, end), start, end };
  }

  /** Words without quotes, to the end of the line or to what ends them in brackets. */
  plain(inBrackets: boolean): Token {
    const start = this.at;
    const lineEnd = this.endOfLine(start);
    let end = start;
    for (; end < lineEnd; end++) {
      const one = this.text[end];
      if (one === '#' && (end === start || /\s/.test(this.text.charAt(end - 1)))) break;
      if (!inBrackets) continue;
      if (one === ',' || one === '[' || one === ']' || one === '{' || one === '}') break;
      if (one === ':' && /^[\s,[\]{}]?$/.test(this.text.charAt(end + 1))) break;
    }
    this.at = end;
    while (end > start && /\s/.test(this.text.charAt(end - 1))) end--;
    return { text: this.text.slice(start, end), start, end };
  }

  /** Skips spaces, line ends and comments; true when the brackets were left open and end here. */
  skipInBrackets(column: number): boolean {
    for (;;) {
      this.skipBlanks();
      const one = this.text[this.at];
      if (one === '#') this.comment();
      else if (one === '\r' && this.text[this.at + 1] === '\n') this.at++;
      else if (one === '\n') {
        if (!this.goesOn(this.at + 1, column)) return true;
        this.at++;
      } else if (one !== undefined && /\s/.test(one)) this.at++;
      else return false;
    }
  }

  /** Whether a line goes on with what was begun at a column: it is blank, indented, or closes a bracket. */
  private goesOn(lineStart: number, column: number): boolean {
    const indent = this.indentAt(lineStart);
    const first = this.text.charAt(lineStart + indent);
    return /^[\s\]}]$/.test(first) || (first !== '' && indent > column);
  }

  private indentAt(lineStart: number): number {
    let at = lineStart;
    while (this.text[at] === ' ') at++;
    return at - lineStart;
  }

  /** Skips blanks and tabs. */
  skipBlanks(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  /** Goes to the start of the next line; what is left of this one is a comment or nothing. */
  skipLine(): void {
    const end = this.endOfLine(this.at);
    this.skipBlanks();
    if (this.text[this.at] === '#') this.silent.push({ start: this.at, end });
    const next = this.text.indexOf('\n', end);
    this.at = next === -1 ? this.text.length : next + 1;
  }

  /** Where the line of an offset ends, without its CR. */
  endOfLine(from: number): number {
    // Asked for every token; a line of megabytes must not be searched for each.
    if (from < this.lineFrom || from > this.lineEnd) {
      const next = this.text.indexOf('\n', from);
      this.lineFrom = from;
      this.lineEnd = next === -1 ? this.text.length : next;
    }
    return this.lineEnd > from && this.text[this.lineEnd - 1] === '\r' ? this.lineEnd - 1 : this.lineEnd;
  }
}
