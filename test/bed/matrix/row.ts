import type { BedOptions, FileOptions } from '../bed';
import type { Story } from './story';

/** What kind of thing breaks; `npm test` plays one row of each, `npm run test:failover` all. */
export type FaultClass =
  | 'process'
  | 'host'
  | 'link'
  | 'partition'
  | 'reboot'
  | 'candidate'
  | 'observer'
  | 'editor'
  | 'metadata'
  | 'evidence'
  | 'operators'
  | 'hooks'
  | 'kinds';

/** One row of the fault matrix: what is broken, what is done about it, and what has to come of it. */
export interface Row {
  readonly id: string;
  readonly fault: FaultClass;
  /** Played by `npm test` for its class. */
  readonly quick?: boolean;
  /** Why today's code cannot pass it: the row is listed and counted as not reached. */
  readonly missing?: string;
  /** A program that this row needs beside those of every bed; Debian's package has its name. */
  readonly program?: string;
  readonly bed?: BedOptions;
  readonly file?: FileOptions;
  /** Seconds between two writes. */
  readonly pause?: number;
  /** The longest that a write of the client may hang, milliseconds. */
  readonly maxHang?: number;
  /**
   * Milliseconds for which two reachable masters may hold the address: only where somebody vouched by name that a node
   * was off that was not, until its ucarp hears the winner's lower skew (ucarp(8): one advertisement a second).
   */
  readonly mayOverlap?: number;
  /** Breaks things and runs plans; throws when an answer is not the one that is safe. */
  readonly play: (story: Story) => Promise<void>;
}
