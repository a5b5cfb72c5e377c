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
      for (const act of acts) act();
      acts.clear();
    },
    { once: true },
  );
  return acts;
}
