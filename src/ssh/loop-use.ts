/** Tells how busy a thread is. */
export interface LoopUse {
  /** The share of the time since the last call, 0 to 1, in which its event loop did anything but wait. */
  sinceLast(): number;
}

/** The use of this thread (perf_hooks, eventLoopUtilization). */
export function threadUse(): LoopUse {
  let last = performance.eventLoopUtilization();
  return {
    sinceLast() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
  };
}
