import { countLines, type Change } from './change';
import type { LineJump } from './lines';
import type { KeptItems } from './kept-items';

/** What of an edited text has to be read. Offsets into the new text. */
export interface ReadingPlan {
  /** The items before the edit are those below `before`, those after it begin at `after`. */
  readonly before: number;
  readonly after: number;
  /** The stretch of whole items (or head, or tail) in which something changed. */
  readonly from: number;
  readonly to: number;
  /** Unchanged items that are read along: some as surroundings only, some because they are tied to other places. */
  readonly along: readonly number[];
}

/** The pieces of a text that are read, put together. */
export interface Reduced {
  readonly text: string;
  /** Where its lines stand in the file. */
  readonly jumps: readonly LineJump[];
  /** Where an offset stands in the file. */
  readonly offset: (offset: number) => number;
}

/** More unchanged items than this to read along: then reading everything is as fast. */
const mostAlong = 100;

/** Plans what to read after an edit; undefined when that would be too much. */
export function planReading(items: KeptItems, change: Change, text: string): ReadingPlan | undefined {
  const { count, end } = items;
  // Where the last line does not end, nothing can be put behind another item than the last.
  const isEndOpen = !text.endsWith('\n');
  // An edit at the border of two items touches both.
  const begun = items.countBefore(change.start);
  const before = Math.max(0, begun - 1) + (end < change.start ? 1 : 0);
  const after = items.countBefore(change.oldEnd + 1);
  const isHead = change.start <= items.startOf(0);
  const isTail = change.oldEnd >= end;
  // One neighbour shows that the change does not run on into it; the list is never empty with it.
  const neighbour = after < count ? after : before - 1;
  const edges = isEndOpen ? [neighbour, count - 1] : [neighbour];
  const along = [...new Set([...edges, ...items.tied(mostAlong)])]
    .filter((index) => index >= 0 && (index < before || index >= after))
    .sort((a, b) => a - b);
  if (along.length > mostAlong) return undefined;
  return {
    before,
    after: Math.max(after, before),
    from: isHead ? 0 : items.startOf(before),
    to: isTail ? text.length : items.startOf(after) + change.delta,
    along,
  };
}

/** Puts the pieces of a plan together; undefined when one does not end with its line. */
export function reduce(
  text: string,
  items: KeptItems,
  change: Change,
  plan: ReadingPlan,
): Reduced | undefined {
  const { end, endLine } = items;
  const pieces: { from: number; to: number; line: number }[] = [];
  if (plan.from > 0) pieces.push({ from: 0, to: items.startOf(0), line: 0 });
  for (const index of plan.along.filter((each) => each < plan.before)) {
    pieces.push({ from: items.startOf(index), to: items.startOf(index + 1), line: items.lineOf(index) });
  }
  pieces.push({ from: plan.from, to: plan.to, line: plan.from === 0 ? 0 : items.lineOf(plan.before) });
  for (const index of plan.along.filter((each) => each >= plan.after)) {
    pieces.push({
      from: items.startOf(index) + change.delta,
      to: items.startOf(index + 1) + change.delta,
      line: items.lineOf(index) + change.lines,
    });
  }
  const tail = end + change.delta;
  const line = endLine + change.lines;
  if (plan.to < text.length && tail < text.length) pieces.push({ from: tail, to: text.length, line });
  const all = pieces.filter(({ from, to }) => from < to);
  // What ends the file is read, be it the empty line behind its last line feed: there the document ends.
  if (all.at(-1)?.to !== text.length) all.push({ from: text.length, to: text.length, line });
  return join(text, all);
}

function join(
  text: string,
  pieces: readonly { readonly from: number; readonly to: number; readonly line: number }[],
): Reduced | undefined {
  const jumps: LineJump[] = [];
  const places: { at: number; from: number }[] = [];
  let joined = '';
  let line = 0;
  for (const piece of pieces) {
    if (joined !== '' && !joined.endsWith('\n')) return undefined;
    places.push({ at: joined.length, from: piece.from });
    jumps.push({ line, by: piece.line - line });
    joined += text.slice(piece.from, piece.to);
    line += countLines(text, piece.from, piece.to);
  }
  const offset = (wanted: number): number => {
    if (wanted >= joined.length) return text.length;
    const place = places.findLast(({ at }) => at <= wanted);
    return wanted + (place ? place.from - place.at : 0);
  };
  return { text: joined, jumps, offset };
}
