/** A new element with a class; its text is set by `textContent` alone, never as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  className?: string,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== undefined) made.className = className;
  return made;
}
