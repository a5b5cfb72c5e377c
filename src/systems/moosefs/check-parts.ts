import type { Judgement } from '../../failover/plan';

/** Milliseconds for one check of a candidate. */
export const checkTimeoutMs = 15_000;

/** A check that does not hold, and why. */
export const wrong = (detail: string): Judgement => ({ holds: false, detail });

/** A check that holds, and what was seen. */
export const right = (detail: string): Judgement => ({ holds: true, detail });
