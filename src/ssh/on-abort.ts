/** What is to be done when a signal is aborted; it has one listener, however many wait. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `act` when `signal` is aborted, unless the returned function is called before. An EventTarget goes through all
 * of its listeners to add or remove one (lib/internal/event_target.js): with a thousand questions that listen to one
 * signal that was a sixth of all the work.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = waiting.get(signal) ?? listenTo(signal);
  // Of its own, so that the same function may wait twice.
  const once = () => act();
  acts.add(once);
  return () => void acts.delete(once);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  waiting.set(signal, acts);
  signal.addEventListener(
    'abort',
    () => {
      callAll(acts);
    },
    { once: true },
  );
  return acts;
}

/** As an EventTarget does, all are called though one throws: else a wait would never end. Throws the first error then. */
function callAll(acts: Iterable<() => void>): void {
  const failures: unknown[] = [];
  for (const act of acts)
    try {
      act();
    } catch (error) {
      failures.push(error);
    }
  if (failures.length > 0) throw failures[0];
}
