/** What the shape of a cluster file is made of; `outline.ts` reads it. */

/** A stretch of the text, in UTF-16 units from its beginning; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A key or a value as written, without its quotes. */
export interface Token extends Span {
  readonly text: string;
  readonly quote?: '"' | "'";
}

/** A key with its value, an item of a list, or (the root, which has no parent) a document. */
export class Entry {
  value: Token | undefined = undefined;
  alias: Token | undefined = undefined;
  anchor: Token | undefined = undefined;
  /** The brackets of its value. */
  flow: Brackets | undefined = undefined;
  readonly children: Entry[] = [];
  end: number;

  constructor(
    readonly parent: Entry | undefined,
    readonly key: Token | undefined,
    readonly isItem: boolean,
    readonly start: number,
    /** Just behind the colon of the key, or the dash of the item. */
    readonly valueStart: number,
    /** Where its first character stands in the line; -1 within brackets and for the root. */
    readonly column: number,
  ) {
    this.end = valueStart;
    parent?.children.push(this);
  }
}

/** Brackets from `open` to `end`; `close` is undefined while they are open. */
export interface Brackets {
  readonly kind: '{' | '[';
  readonly open: number;
  close: number | undefined;
  end: number;
}

/** A file: one root for each document, and the stretches in which nothing is written for Standby. */
export interface Outline {
  readonly text: string;
  readonly documents: readonly Entry[];
  /** Comments and texts in block style. */
  readonly silent: readonly Span[];
}

/** The child of a map that has a key. */
export function childOf(entry: Entry | undefined, key: string): Entry | undefined {
  return entry?.children.find((child) => child.key?.text === key);
}

/** Whether an entry still waits for its value. */
export function isOpen(entry: Entry): boolean {
  return (
    entry.parent !== undefined &&
    entry.children.length === 0 &&
    entry.value === undefined &&
    entry.alias === undefined &&
    entry.flow === undefined
  );
}
