import { BracketReader, closeEntry, readProperties } from './bracket-reader';
import { Entry, isOpen, type Outline, type Token } from './entry';
import { allSteps } from './steps';
import { TextCursor } from './text-cursor';

/** Characters that are read in a few milliseconds. */
const stepLength = 20_000;

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
  private root: Entry = this.newRoot(0);
  /** The entry that was begun last; its parents are the open ones. */
  private top: Entry = this.root;
  private readonly cursor: TextCursor;
  private readonly brackets: BracketReader;

  constructor(text: string) {
    this.cursor = new TextCursor(text);
    this.brackets = new BracketReader(this.cursor);
  }

  *scan(): Generator<undefined, Outline, undefined> {
    if (this.cursor.text.startsWith('\uFEFF')) this.cursor.at = 1;
    for (let pause = stepLength; this.cursor.at < this.cursor.text.length;) {
      this.line();
      if (this.cursor.at < pause) continue;
      pause = this.cursor.at + stepLength;
      yield undefined;
    }
    this.finish(this.cursor.text.length);
    return { text: this.cursor.text, documents: this.documents, silent: this.cursor.silent };
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
    const start = this.cursor.at;
    if (/^(---|\.\.\.)(?=[\s]|$)/.test(this.cursor.text.slice(start, start + 4))) {
      this.separate(start);
      return;
    }
    while (this.cursor.here === ' ') this.cursor.at++;
    this.items(start);
    this.content(start);
    this.cursor.skipLine();
  }

  private separate(start: number): void {
    if (this.root.children.length > 0 || this.documents.length > 0 || start > 0) this.finish(start);
    this.cursor.at = start + 3;
    this.cursor.skipLine();
    this.root = this.newRoot(this.cursor.at);
    this.top = this.root;
  }

  /** The dashes with which a line begins. */
  private items(lineStart: number): void {
    while (this.cursor.here === '-' && /^[\s]?$/.test(this.cursor.text.charAt(this.cursor.at + 1))) {
      const column = this.cursor.at - lineStart;
      while (this.top.column > column || (this.top.column === column && this.top.isItem)) this.up();
      this.top = new Entry(this.top, undefined, true, this.cursor.at, this.cursor.at + 1, column);
      this.cursor.at++;
      this.cursor.skipBlanks();
    }
  }

  private content(lineStart: number): void {
    const start = this.cursor.at;
    if (this.cursor.isAtLineEnd) return;
    const first = this.cursor.here;
    if (first === '#') return this.cursor.comment();
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
      const word = this.cursor.plain(false);
      this.top.value = word;
      this.top.end = word.end;
      return;
    }
    while (this.top.column >= column) this.up();
    this.top = new Entry(this.top, key, false, key.quote ? key.start - 1 : key.start, this.cursor.at, column);
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
    const start = this.cursor.at;
    // No key is longer, and a regular expression on megabytes may end the process.
    const rest = this.cursor.text.slice(start, Math.min(this.cursor.endOfLine(start), start + 500));
    const quoted = /^(["'])((?:(?!\1)[^\\]|\\.)*)\1[ \t]*:(?=[ \t]|$)/.exec(rest);
    if (quoted) {
      this.cursor.at = start + quoted[0].length;
      const text = quoted[2] ?? '';
      return { text, start: start + 1, end: start + 1 + text.length, quote: quoted[1] as '"' | "'" };
    }
    const plain = /^[^\s{}[\],#&*!|>'"%@`]\S*?(?:[ \t]+[^\s#:]\S*?)*?(?=[ \t]*:(?:[ \t]|$))/.exec(rest);
    const text = plain?.[0];
    if (text === undefined) return undefined;
    this.cursor.at = start + rest.indexOf(':', text.length) + 1;
    return { text, start, end: start + text.length };
  }

  /** Reads the value of an entry whose lines begin deeper than `column`. */
  private value(entry: Entry, column: number): void {
    this.cursor.skipBlanks();
    readProperties(this.cursor, entry);
    if (this.cursor.isAtLineEnd) return;
    const first = this.cursor.here;
    if (first === '#') return this.cursor.comment();
    if (first === '|' || first === '>') return this.cursor.blockText(column);
    if (first === '{' || first === '[') this.brackets.read(entry, column);
    else if (first === '"' || first === "'") entry.value = this.cursor.quoted(first, column);
    else entry.value = this.cursor.plain(false);
    closeEntry(entry);
  }
}
