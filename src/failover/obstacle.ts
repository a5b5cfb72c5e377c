import type { Question } from './operator';
import type { GoneCheck } from './plan';

/** Why a step could not be completed in one attempt. */
export interface Obstacle {
  readonly about: Question['about'];
  readonly message: string;
  /** Nodes whose typed name would make the proof complete. */
  readonly nameless?: readonly GoneCheck[];
  /** The command could not begin before its proof grew old, and did not. */
  readonly isLate?: boolean;
  /** The node that nobody hears any more, in the middle of the step. */
  readonly lost?: string;
}

/** What does not hold, a line each; undefined when there is nothing. */
export function failures(messages: readonly string[]): string | undefined {
  return messages.length === 0 ? undefined : messages.join('\n');
}
