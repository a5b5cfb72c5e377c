export type RebuildState =
  'stable' | 'rebuilding' | 'stalled' | 'held' | 'waiting' | 'suppressed' | 'disconnected' | 'split-brain';

/** Who is seen to copy, by names of nodes. A side of which nobody tells is empty: it is never guessed. */
export interface Flow {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** What one sample says about one kind of recovery; a system's reader makes it. */
export interface RebuildSample {
  /** For people, and the identity of the row: 'under-goal chunks', 'mirror r0' … */
  readonly what: string;
  readonly unit: 'chunks' | 'bytes' | 'seconds';
  readonly total?: number;
  readonly remaining: number;
  /** Of the remaining, how much has its last copy left. */
  readonly atRisk?: number;
  /** When the system was asked (epoch milliseconds); absent: now. */
  readonly at?: number;
  /** How many servers share the work, where each can only do its own part: the last of them decides when it is over. */
  readonly servers?: number;
  /** A state that the system itself reports and that no rate can tell; `rebuilding` where nobody knows how much is left. */
  readonly state?: Exclude<RebuildState, 'stable' | 'stalled'>;
  readonly note?: string;
  /** Epoch milliseconds at which the present waiting or being held ends; see `due.ts`. */
  readonly dueAt?: number;
  /** Units a second, where the system itself tells: beats what we measure. */
  readonly reportedRate?: number;
  /** Seconds left, where the system itself tells: beats what we reckon. */
  readonly reportedEtaSeconds?: number;
  /** Absent where nothing is known of it. */
  readonly flow?: Flow;
  /** The row's place among the others, the worst having the lowest; rows without one come last. */
  readonly rank?: number;
}

/** A sample with what only a row of samples can tell. */
export interface RebuildProgress {
  readonly what: string;
  readonly unit: RebuildSample['unit'];
  readonly total?: number;
  readonly remaining: number;
  readonly atRisk?: number;
  readonly state: RebuildState;
  readonly note?: string;
  readonly dueAt?: number;
  readonly rank?: number;
  readonly flow?: Flow;
  /** Epoch milliseconds at which the present rebuild was first seen. */
  readonly since?: number;
  /** The most that was left to do since then: the 100 % of the progress. */
  readonly peak: number;
  readonly ratePerSecond?: number;
  /** The time left when the system was asked; `time-left.ts` tells what is left of it at another moment. */
  readonly etaSeconds?: number;
  /** The shortest and the longest that is likely, by how even the rate was. */
  readonly etaRange?: readonly [least: number, most: number];
  /** Epoch milliseconds at which that time is over. */
  readonly endsAt?: number;
}
