/** What a command's end means to a script that called it. */
export const Exit = {
  fine: 0,
  /** The answer is bad news: a finding of severity error, a node not active, a refused plan, a failed run. */
  badNews: 1,
  /** The question was wrong: usage, a file that cannot be read, an unknown node. */
  wrongQuestion: 2,
  /** Another run holds the cluster's lock. */
  locked: 3,
} as const;

export type ExitStatus = (typeof Exit)[keyof typeof Exit];

/** The question was wrong. `message` is a whole sentence: what, where, what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The one of several exit statuses that a script has to hear about. */
export function worstExit(statuses: readonly ExitStatus[]): ExitStatus {
  return statuses.reduce<ExitStatus>((worst, status) => (status > worst ? status : worst), Exit.fine);
}
