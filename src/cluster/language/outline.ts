import { Entry, isOpen, type Brackets, type Outline, type Span, type Token } from './entry';
import { allSteps } from './steps';

/** Characters that are read in a few milliseconds. */
const stepLength = 20_000;

/** Deeper brackets are no cluster file, and would exhaust the stack. */
const deepest = 60;

/** Reads the shape of a text. Never throws, and takes time in proportion to the text. */
export function outline(text: string): Outline {
  return allSteps(outlineInSteps(text));
}

/** The same in steps of a few milliseconds, for a large file and a thread that has other things to do. */
export function outlineInSteps(text: string): Generator<undefined, Outline, undefined> {
  return new Scanner(text).scan();
}

/**
 * The shape of a cluster file while somebody types in it: keys, items and values with their places. The YAML
 * parser gives up where a text is half-written, and there a person wants help most; this one never does. It
 * judges nothing: what a file means is read by `parse.ts`.
 */
class Scanner {
  private readonly documents: Entry[] = [];
  private readonly silent: Span[] = [];
  private root: Entry = this.newRoot(0);
  /** The entry that was begun last; its parents are the open ones. */
  private top: Entry = this.root;
  private at = 0;
  private lineFrom = 0;
  private lineEnd = -1;

  constructor(private readonly text: string) {}

  *scan(): Generator<undefined, Outline, undefined> {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    for (let pause = stepLength; this.at < this.text.length;) {
      this.line();
      if (this.at < pause) continue;
      pause = this.at + stepLength;
      yield undefined;
    }
    this.finish(this.text.length);
    return { text: this.text, documents: this.documents, silent: this.silent };
  }

  private newRoot(start: number): Entry {
    return new Entry(undefined, undefined, false, start, start, -1);
  }

  private finish(end: number): void {
    while (this.top.parent) this.up();
    this.root.end = end;
    this.documents.push(this.root);
  }

  /** Reads from the start of a line to the start of the next one that belongs to no value begun here. */
  private line(): void {
    const start = this.at;
    if (/^(---|\.\.\.)(?=[\s]|$)/.test(this.text.slice(start, start + 4))) {
      this.separate(start);
      return;
    }
    while (this.text[this.at] === ' ') this.at++;
    this.items(start);
    this.content(start);
    this.skipLine();
  }

  private separate(start: number): void {
    if (this.root.children.length > 0 || this.documents.length > 0 || start > 0) this.finish(start);
    this.at = start + 3;
    this.skipLine();
    this.root = this.newRoot(this.at);
    this.top = this.root;
  }

  /** The dashes with which a line begins. */
  private items(lineStart: number): void {
    while (this.text[this.at] === '-' && /^[\s]?$/.test(this.text.charAt(this.at + 1))) {
      const column = this.at - lineStart;
      while (this.top.column > column || (this.top.column === column && this.top.isItem)) this.up();
      this.top = new Entry(this.top, undefined, true, this.at, this.at + 1, column);
      this.at++;
      this.skipBlanks();
    }
  }

  private content(lineStart: number): void {
    const start = this.at;
    const first = this.text[start];
    if (first === undefined || first === '\n' || first === '\r') return;
    if (first === '#') return this.comment();
    const column = start - lineStart;
    const key = this.blockKey();
    if (!key) {
      // An item's value, a value on the line below its key, or a word that may become a key.
      while (this.top.column >= column) this.up();
      if (isOpen(this.top)) return this.value(this.top, this.top.column);
      if (first === '{' && this.top === this.root && this.root.children.length === 0) {
        return this.value(this.root, -1);
      }
      this.top = new Entry(this.top, undefined, false, start, start, column);
      const word = this.plain(false);
      this.top.value = word;
      this.top.end = word.end;
      return;
    }
    while (this.top.column >= column) this.up();
    this.top = new Entry(this.top, key, false, key.quote ? key.start - 1 : key.start, this.at, column);
    this.value(this.top, column);
  }

  private up(): void {
    const { parent } = this.top;
    if (!parent) return;
    if (this.top.end > parent.end) parent.end = this.top.end;
    this.top = parent;
  }

  /** Reads a key with its colon, or leaves the place as it was. */
  private blockKey(): Token | undefined {
    const start = this.at;
    // No key is longer, and a regular expression on megabytes may end the process.
    const rest = this.text.slice(start, Math.min(this.endOfLine(start), start + 500));
    const quoted = /^(["'])((?:(?!\1)[^\\]|\\.)*)\1[ \t]*:(?=[ \t]|$)/.exec(rest);
    if (quoted) {
      this.at = start + quoted[0].length;
      const text = quoted[2] ?? '';
      return { text, start: start + 1, end: start + 1 + text.length, quote: quoted[1] as '"' | "'" };
    }
    const plain = /^[^\s{}[\],#&*!|>'"%@`]\S*?(?:[ \t]+[^\s#:]\S*?)*?(?=[ \t]*:(?:[ \t]|$))/.exec(rest);
    const text = plain?.[0];
    if (text === undefined) return undefined;
    this.at = start + rest.indexOf(':', text.length) + 1;
    return { text, start, end: start + text.length };
  }

  /** Reads the value of an entry whose lines begin deeper than `column`. */
  private value(entry: Entry, column: number): void {
    this.skipBlanks();
    this.properties(entry);
    const first = this.text[this.at];
    if (first === undefined || first === '\n' || first === '\r') return;
    if (first === '#') return this.comment();
    if (first === '|' || first === '>') return this.blockText(column);
    if (first === '{' || first === '[') this.brackets(entry, column, 0);
    else if (first === '"' || first === "'") entry.value = this.quoted(first, column);
    else entry.value = this.plain(false);
    this.close(entry);
  }

  private close(entry: Entry): void {
    const { value, flow, alias } = entry;
    const end = flow?.end ?? (value ? value.end + (value.quote ? 1 : 0) : (alias?.end ?? 0));
    if (end > entry.end) entry.end = end;
  }

  /** Anchors, tags, and an alias. */
  private properties(entry: Entry): void {
    for (;;) {
      const found = /^[&*!][^\s,{}[\]]*/.exec(this.text.slice(this.at, this.at + 200))?.[0];
      if (!found) return;
      const token = { text: found.slice(1), start: this.at, end: this.at + found.length };
      if (found.startsWith('&')) entry.anchor = token;
      if (found.startsWith('*')) entry.alias = token;
      this.at += found.length;
      this.skipBlanks();
    }
  }

  private comment(): void {
    const end = this.endOfLine(this.at);
    this.silent.push({ start: this.at, end });
    this.at = end;
  }

  /** A text in block style: all lines below that are indented. */
  private blockText(column: number): void {
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

  private quoted(quote: '"' | "'", column: number): Token {
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

  private plain(inBrackets: boolean): Token {
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

  /** Reads what stands in brackets; what is never closed ends where a line is not indented for it. */
  private brackets(entry: Entry, column: number, depth: number): void {
    const kind = this.text[this.at] === '{' ? '{' : '[';
    const flow: Brackets = { kind, open: this.at, close: undefined, end: this.at + 1 };
    entry.flow = flow;
    this.at++;
    for (;;) {
      const isOver = this.skipInBrackets(column);
      const one = this.text[this.at];
      if (isOver || one === undefined) break;
      if (one === '}' || one === ']') {
        flow.close = this.at++;
        break;
      }
      if (one === ',') this.at++;
      else if (depth < deepest) this.member(entry, kind, column, depth);
      else this.at = this.endOfLine(this.at);
    }
    flow.end = Math.max(this.at, flow.open + 1);
  }

  private member(parent: Entry, kind: '{' | '[', column: number, depth: number): void {
    const start = this.at;
    const isItem = kind === '[';
    if (isItem) {
      const item = new Entry(parent, undefined, isItem, start, start, -1);
      this.flowValue(item, column, depth);
      return;
    }
    const first = this.text[start];
    const key = first === '"' || first === "'" ? this.quoted(first, column) : this.plain(true);
    this.skipBlanks();
    const hasColon = this.text[this.at] === ':';
    // A bracket or a stray sign where a key belongs.
    if (!hasColon && key.end === start) this.at++;
    if (hasColon) this.at++;
    const entry = new Entry(parent, hasColon ? key : undefined, false, start, this.at, -1);
    if (hasColon) this.flowValue(entry, column, depth);
    else entry.value = key;
    this.close(entry);
  }

  private flowValue(entry: Entry, column: number, depth: number): void {
    if (this.skipInBrackets(column)) return;
    this.properties(entry);
    if (this.skipInBrackets(column)) return;
    const first = this.text[this.at];
    if (first === undefined || first === ',' || first === '}' || first === ']') return this.close(entry);
    if (first === '{' || first === '[') this.brackets(entry, column, depth + 1);
    else if (first === '"' || first === "'") entry.value = this.quoted(first, column);
    else {
      const before = this.at;
      entry.value = this.plain(true);
      // A colon in a list: `[a: b]` is a map of one pair, which no cluster file has.
      if (this.at === before || this.text[this.at] === ':') this.at++;
    }
    this.close(entry);
  }

  /** Skips spaces, line ends and comments; true when the brackets were left open and end here. */
  private skipInBrackets(column: number): boolean {
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

  private skipBlanks(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  /** Goes to the start of the next line; what is left of this one is a comment or nothing. */
  private skipLine(): void {
    const end = this.endOfLine(this.at);
    this.skipBlanks();
    if (this.text[this.at] === '#') this.silent.push({ start: this.at, end });
    const next = this.text.indexOf('\n', end);
    this.at = next === -1 ? this.text.length : next + 1;
  }

  private endOfLine(from: number): number {
    // Asked for every token; a line of megabytes must not be searched for each.
    if (from < this.lineFrom || from > this.lineEnd) {
      const next = this.text.indexOf('\n', from);
      this.lineFrom = from;
      this.lineEnd = next === -1 ? this.text.length : next;
    }
    return this.lineEnd > from && this.text[this.lineEnd - 1] === '\r' ? this.lineEnd - 1 : this.lineEnd;
  }
}
