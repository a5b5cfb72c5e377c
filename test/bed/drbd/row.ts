import type { Story } from './story';

/** One row of the table: what happens to two servers with DRBD, what is done about it, and what has to come of it. */
export interface Row {
  readonly id: string;
  /** Played by `npm test`. */
  readonly quick?: boolean;
  /** Why today's code cannot pass it: the row is listed and counted as not reached. */
  readonly missing?: string;
  /** Makes the trouble and runs plans; throws when an answer is not the one that is safe. */
  readonly play: (story: Story) => Promise<void>;
}
