/** Longest piece of a node's output that a message repeats, in characters. */
const EXCERPT = 80;

/** Names what a text is, for a message: nothing, binary data, or its beginning. */
export function found(text: string): string {
  if (text.trim() === '') return 'nothing';
  // U+FFFD is what decoding leaves of bytes that are no UTF-8.
  if (/[\0-\x08\x0e-\x1f\x7f\ufffd]/.test(text)) return `binary data (${text.length} characters)`;
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > EXCERPT ? `“${line.slice(0, EXCERPT)}…”` : `“${line}”`;
}
