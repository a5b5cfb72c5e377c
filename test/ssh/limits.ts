/**
 * Milliseconds for what has to come in any case: it says nothing about speed, and is long enough for a machine that is
 * busy with other tests. Where a limit itself is tested, the test names its own.
 */
export const AMPLE = 60_000;

/** For mocha: a test that waited `AMPLE` in vain says so itself. */
export const TEST_LIMIT = 120_000;
