/** What one text has instead of another: one stretch, the smallest that explains it. */
export interface Change {
  readonly start: number;
  /** Where the stretch ends in the old text, and where in the new one. */
  readonly oldEnd: number;
  readonly newEnd: number;
  /** By how many characters, and by how many lines, all that follows has moved. */
  readonly delta: number;
  readonly lines: number;
}

/** The stretch in which two texts differ. */
export function changeOf(before: string, after: string): Change {
  const shorter = Math.min(before.length, after.length);
  const start = commonLength(shorter, (from, to) => before.slice(from, to) === after.slice(from, to));
  const fromEnd = (text: string, from: number, to: number): string =>
    text.slice(text.length - to, text.length - from);
  const same = commonLength(
    shorter - start,
    (from, to) => fromEnd(before, from, to) === fromEnd(after, from, to),
  );
  const oldEnd = before.length - same;
  const newEnd = after.length - same;
  return {
    start,
    oldEnd,
    newEnd,
    delta: after.length - before.length,
    lines: countLines(after, start, newEnd) - countLines(before, start, oldEnd),
  };
}

/** How far two texts agree: blocks are compared at once, which is far faster than character by character. */
function commonLength(limit: number, isSame: (from: number, to: number) => boolean): number {
  let length = 0;
  for (let block = 65_536; block >= 1; block >>= 4) {
    while (length + block <= limit && isSame(length, length + block)) length += block;
  }
  return length;
}

/** The line ends between two offsets. */
export function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
