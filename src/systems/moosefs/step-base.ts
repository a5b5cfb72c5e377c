/** What a step of a MooseFS plan is unless it says otherwise: no checks, no command, no danger. Times in milliseconds. */
export const base = {
  checks: [],
  script: '',
  timeoutMs: 30_000,
  verify: [],
  verifyForMs: 0,
  danger: 'none',
  doneWhen: [],
} as const;
