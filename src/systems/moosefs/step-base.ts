import { emptyStep } from '../../failover/blank';

/** What a step of a MooseFS plan is unless it says otherwise. */
export const base = { ...emptyStep, timeoutMs: 30_000 } as const;
