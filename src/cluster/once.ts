/**
 * The same pure function, worked out once for each object. Drafts are never changed, and an edit keeps the
 * drafts of all nodes that it did not touch: with this, rules look at the others only once.
 */
export function once<K extends object, V>(work: (key: K) => V): (key: K) => V {
  // A hidden property: weak maps of this size keep the garbage collector busy.
  const place = Symbol('once');
  return (key: K & { [place]?: { readonly value: V } }) => {
    const found = key[place];
    if (found) return found.value;
    const value = work(key);
    Object.defineProperty(key, place, { value: { value } });
    return value;
  };
}
