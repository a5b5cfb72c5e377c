/** A place in a text, counted from 0; `character` counts UTF-16 units, as the editor does. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** A stretch of text; `end` is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A value together with the place in the cluster file that a person would edit to change it. */
export interface Located<T> {
  readonly value: T;
  readonly range: Range;
}
