/**
 * Milliseconds that this process has computed since the call; what it waited for others on a busy machine is left out.
 */
export function stopwatch(): () => number {
  const began = performance.now();
  const spent = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(spent);
    return Math.min(performance.now() - began, (user + system) / 1000);
  };
}

/** Runs since the first line of the bundle. Imported before everything else, so that activation counts its loading. */
export const sinceLoad = stopwatch();
