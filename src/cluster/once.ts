/**
 * The same pure function, worked out once for each object. Drafts are never changed, and an edit keeps the
 * drafts of all nodes that it did not touch: with this, rules look at the others only once.
 */
export function once<K extends object, V>(work: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const found = known.get(key);
    if (found) return found.value;
    const value = work(key);
    known.set(key, { value });
    return value;
  };
}
