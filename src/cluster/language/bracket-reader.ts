import { Entry, type Brackets } from './entry';
import type { TextCursor } from './text-cursor';

/** Deeper brackets are no cluster file, and would exhaust the stack. */
const deepest = 60;

/** Reads lists and maps in brackets. */
export class BracketReader {
  constructor(private readonly cursor: TextCursor) {}

  /** Reads what stands in brackets; what is never closed ends where a line is not indented for it. */
  read(entry: Entry, column: number, depth = 0): void {
    const kind = this.cursor.here === '{' ? '{' : '[';
    const flow: Brackets = { kind, open: this.cursor.at, close: undefined, end: this.cursor.at + 1 };
    entry.flow = flow;
    this.cursor.at++;
    for (;;) {
      const isOver = this.cursor.skipInBrackets(column);
      const one = this.cursor.here;
      if (isOver || one === undefined) break;
      if (one === '}' || one === ']') {
        flow.close = this.cursor.at++;
        break;
      }
      if (one === ',') this.cursor.at++;
      else if (depth < deepest) this.member(entry, kind, column, depth);
      else this.cursor.at = this.cursor.endOfLine(this.cursor.at);
    }
    flow.end = Math.max(this.cursor.at, flow.open + 1);
  }

  private member(parent: Entry, kind: '{' | '[', column: number, depth: number): void {
    const start = this.cursor.at;
    const isItem = kind === '[';
    if (isItem) {
      const item = new Entry(parent, undefined, isItem, start, start, -1);
      this.flowValue(item, column, depth);
      return;
    }
    const first = this.cursor.here;
    const key = first === '"' || first === "'" ? this.cursor.quoted(first, column) : this.cursor.plain(true);
    this.cursor.skipBlanks();
    const hasColon = this.cursor.here === ':';
    // A bracket or a stray sign where a key belongs.
    if (!hasColon && key.end === start) this.cursor.at++;
    if (hasColon) this.cursor.at++;
    const entry = new Entry(parent, hasColon ? key : undefined, false, start, this.cursor.at, -1);
    if (hasColon) this.flowValue(entry, column, depth);
    else entry.value = key;
    closeEntry(entry);
  }

  private flowValue(entry: Entry, column: number, depth: number): void {
    if (this.cursor.skipInBrackets(column)) return;
    readProperties(this.cursor, entry);
    if (this.cursor.skipInBrackets(column)) return;
    const first = this.cursor.here;
    if (first === undefined || first === ',' || first === '}' || first === ']') return closeEntry(entry);
    if (first === '{' || first === '[') this.read(entry, column, depth + 1);
    else if (first === '"' || first === "'") entry.value = this.cursor.quoted(first, column);
    else {
      const before = this.cursor.at;
      entry.value = this.cursor.plain(true);
      // A colon in a list: `[a: b]` is a map of one pair, which no cluster file has.
      if (this.cursor.at === before || this.cursor.here === ':') this.cursor.at++;
    }
    closeEntry(entry);
  }
}

/** Reads the anchor, the tag, or the alias before or instead of a value. */
export function readProperties(cursor: TextCursor, entry: Entry): void {
  for (;;) {
    const found = /^[&*!][^\s,{}[\]]*/.exec(cursor.text.slice(cursor.at, cursor.at + 200))?.[0];
    if (!found) return;
    const token = { text: found.slice(1), start: cursor.at, end: cursor.at + found.length };
    if (found.startsWith('&')) entry.anchor = token;
    if (found.startsWith('*')) entry.alias = token;
    cursor.at += found.length;
    cursor.skipBlanks();
  }
}

/** Lets an entry end where its value does. */
export function closeEntry(entry: Entry): void {
  const { value, flow, alias } = entry;
  const end = flow?.end ?? (value ? value.end + (value.quote ? 1 : 0) : (alias?.end ?? 0));
  if (end > entry.end) entry.end = end;
}
