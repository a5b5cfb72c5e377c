import type { Chunk } from './chunk';

/** What is kept of a text that was read: plain data, so that a worker can make it. */
export interface Kept {
  readonly text: string;
  readonly systemId: string | undefined;
  /** The columns before the dashes. */
  readonly column: number;
  /** The offset and the number of the line with the first dash. */
  readonly start: number;
  readonly line: number;
  /** The items of `nodes`. */
  readonly chunks: readonly Chunk[];
}
