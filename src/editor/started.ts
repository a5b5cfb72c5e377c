declare global {
  /** When the first line of the bundle ran (`performance.now()`), and what the process had computed by then. */
  var standbyBegan: [number, NodeJS.CpuUsage] | undefined;
}

/**
 * Milliseconds that this process has computed since the call; what it waited for others on a busy machine is left out.
 */
export function stopwatch([began, spent]: [number, NodeJS.CpuUsage] = now()): () => number {
  return () => {
    const { user, system } = process.cpuUsage(spent);
    return Math.min(performance.now() - began, (user + system) / 1000);
  };
}

const now = (): [number, NodeJS.CpuUsage] => [performance.now(), process.cpuUsage()];

/** Runs since the first line of the bundle, which the build puts before the loading of all that it needs. */
export const sinceLoad = stopwatch(globalThis.standbyBegan);
