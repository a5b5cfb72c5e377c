import { countLines, type Change } from './change';
import type { LineJump } from './lines';
import type { Kept, Segment } from './kept';
import { namesLines } from './shift';

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
export function planReading(kept: Kept, change: Change, length: number): ReadingPlan | undefined {
  const { segments, end } = kept;
  const count = segments.length;
  const startOf = (index: number): number => segments[index]?.start ?? end;
  // An edit at the border of two items touches both.
  let before = 0;
  while (before < count && startOf(before + 1) < change.start) before++;
  let after = count;
  while (after > 0 && startOf(after - 1) > change.oldEnd) after--;
  const isHead = change.start <= startOf(0);
  const isTail = change.oldEnd >= end;
  const along: number[] = [];
  for (let index = 0; index < count; index++) {
    if (index >= before && index < after) continue;
    const isEdge = index === 0 || index === count - 1 || index === before - 1 || index === after;
    if (isEdge || isReadAgain(segments[index], index >= after, change)) along.push(index);
    if (along.length > mostAlong) return undefined;
  }
  return {
    before,
    after: Math.max(after, before),
    from: isHead ? 0 : startOf(before),
    to: isTail ? length : startOf(after) + change.delta,
    along,
  };
}

/** Whether an unchanged item is read although it is known. */
export function isReadAgain(segment: Segment | undefined, isAfter: boolean, { lines }: Change): boolean {
  return (
    segment !== undefined &&
    (segment.isTied || (isAfter && lines !== 0 && segment.item.findings.some(namesLines)))
  );
}

/** Puts the pieces of a plan together; undefined when one does not end with its line. */
export function reduce(text: string, kept: Kept, change: Change, plan: ReadingPlan): Reduced | undefined {
  const { segments, end, endLine } = kept;
  const startOf = (index: number): number => segments[index]?.start ?? end;
  const lineOf = (index: number): number => segments[index]?.line ?? endLine;
  const pieces: { from: number; to: number; line: number }[] = [];
  if (plan.from > 0) pieces.push({ from: 0, to: startOf(0), line: 0 });
  for (const index of plan.along.filter((each) => each < plan.before)) {
    pieces.push({ from: startOf(index), to: startOf(index + 1), line: lineOf(index) });
  }
  pieces.push({ from: plan.from, to: plan.to, line: plan.from === 0 ? 0 : lineOf(plan.before) });
  for (const index of plan.along.filter((each) => each >= plan.after)) {
    pieces.push({
      from: startOf(index) + change.delta,
      to: startOf(index + 1) + change.delta,
      line: lineOf(index) + change.lines,
    });
  }
  if (plan.to < text.length) {
    pieces.push({ from: end + change.delta, to: text.length, line: endLine + change.lines });
  }
  return join(
    text,
    pieces.filter(({ from, to }) => from < to),
  );
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
