import type { ParsedNode } from 'yaml';
import { decodeText } from './bytes';
import { changeOf, type Change } from './change';
import type { Kept, Segment } from './kept';
import { Lines } from './lines';
import { NodeItems, type ItemSource } from './node-items';
import { parseRead, type ParsedFile } from './parse';
import { isReadAgain, planReading, reduce, type ReadingPlan, type Reduced } from './reading-plan';
import { segments, type Segments } from './segments';
import { shiftItem } from './shift';
import type { SystemSpec } from './spec';
import { readYaml } from './yaml';

type Place = Omit<Segment, 'item'>;

/** What ties a part of YAML to another part, or to how the text goes on. */
const tie = /[&*!|>]/;

/**
 * Reads one file again and again, keeping what an edit did not touch. The result is that of `parse`: an edit is
 * read together with the head of the file, the first item of `nodes`, its neighbours, the last item, and the tail;
 * only items in between are known from before. Wherever that could make a difference, the whole text is read.
 */
export class IncrementalParser {
  /** Whether the last text was read without reading all of it. */
  wasIncremental = false;

  constructor(
    private readonly specs: readonly SystemSpec[],
    /** What was kept, perhaps by another one in a worker. */
    public kept?: Kept,
  ) {}

  /** As `parse` does, faster. */
  parse(input: string | Uint8Array): ParsedFile {
    return this.parseEdit(input) ?? this.parseWhole(input);
  }

  /** The same where it takes no reading of the whole text, else undefined. */
  parseEdit(input: string | Uint8Array): ParsedFile | undefined {
    const { kept } = this;
    const { text, unreadable } = decodeText(input);
    const parsed = kept && unreadable === undefined ? this.advance(kept, text) : undefined;
    this.wasIncremental = parsed !== undefined;
    return parsed;
  }

  /** The same, reading everything. */
  parseWhole(input: string | Uint8Array): ParsedFile {
    const decoded = decodeText(input);
    const { text, unreadable } = decoded;
    const lines = new Lines(text);
    const yaml = readYaml(text);
    const items = new NodeItems();
    const parsed = parseRead(decoded, lines, yaml, this.specs, () =>
      yaml.documents.length === 1 ? items : new NodeItems(),
    );
    // Of a broken text nothing is kept: the next good one is compared with the last good one.
    const cut = unreadable === undefined ? segments(text, yaml.documents) : undefined;
    if (cut && cut.starts.length === items.items.length) {
      const places = cut.starts.map((start, at) => place(text, lines, cut, at, start));
      this.keep(text, parsed, cut.column, places, items, cut.end, lines.position(cut.end).line);
    }
    return parsed;
  }

  private advance(kept: Kept, text: string): ParsedFile | undefined {
    const change = changeOf(kept.text, text);
    const plan = planReading(kept, change, text.length);
    const reduced = plan && reduce(text, kept, change, plan);
    if (!plan || !reduced) return undefined;
    const yaml = readYaml(reduced.text);
    const cut = segments(reduced.text, yaml.documents);
    if (!cut || cut.column !== kept.column) return undefined;
    const found = locate(kept, change, plan, cut, reduced);
    if (!found) return undefined;

    const lines = new Lines(reduced.text, reduced.jumps);
    const places: Place[] = [];
    const items = new NodeItems((written) => {
      const order: ItemSource[] = [];
      const addKnown = (index: number, isAfter: boolean): void => {
        const known = kept.segments[index];
        if (!known) return;
        const position = isReadAgain(known, isAfter, change) ? found.along.get(index) : undefined;
        const node = position === undefined ? undefined : written[position];
        places.push(isAfter ? moved(known, change) : known);
        order.push(node ?? (isAfter ? shiftItem(known.item, change.lines) : known.item));
      };
      for (let index = 0; index < plan.before; index++) addKnown(index, false);
      for (const position of found.fresh) {
        const node: ParsedNode | undefined = written[position];
        if (!node) continue;
        places.push(place(reduced.text, lines, cut, position, found.starts[position] ?? 0));
        order.push(node);
      }
      for (let index = plan.after; index < kept.segments.length; index++) addKnown(index, true);
      return order;
    });
    const parsed = parseRead({ text: reduced.text }, lines, yaml, this.specs, () => items);
    // The keys and roles of a node depend on the system.
    if (parsed.documents[0]?.systemId !== kept.systemId || places.length !== items.items.length)
      return undefined;
    const end = reduced.offset(cut.end);
    this.keep(text, parsed, cut.column, places, items, end, lines.position(cut.end).line);
    return parsed;
  }

  private keep(
    text: string,
    parsed: ParsedFile,
    column: number,
    places: readonly Place[],
    { items }: NodeItems,
    end: number,
    endLine: number,
  ): void {
    const kept: Segment[] = [];
    for (const [at, item] of items.entries()) {
      const place = places[at];
      if (!place) continue;
      const { start, line, isTied } = place;
      kept.push('item' in place && place.item === item ? (place as Segment) : { start, line, isTied, item });
    }
    this.kept = {
      text,
      systemId: parsed.documents[0]?.systemId,
      column,
      segments: kept,
      end,
      endLine,
    };
  }
}

/** Which items of the reduced text are fresh and which are known; undefined when a border has moved. */
function locate(
  kept: Kept,
  change: Change,
  plan: ReadingPlan,
  cut: Segments,
  reduced: Reduced,
): { starts: readonly number[]; fresh: readonly number[]; along: ReadonlyMap<number, number> } | undefined {
  const starts = cut.starts.map(reduced.offset);
  const fresh: number[] = [];
  const known: number[] = [];
  for (const [position, start] of starts.entries()) {
    (start >= plan.from && start < plan.to ? fresh : known).push(position);
  }
  const along = new Map<number, number>();
  for (const [at, index] of plan.along.entries()) {
    const position = known[at];
    const wanted = (kept.segments[index]?.start ?? 0) + (index >= plan.after ? change.delta : 0);
    if (position === undefined || starts[position] !== wanted) return undefined;
    along.set(index, position);
  }
  if (known.length !== plan.along.length) return undefined;
  const end = reduced.offset(cut.end);
  const isTailOnly = plan.before === kept.segments.length;
  if (isTailOnly && end !== kept.end) return undefined;
  // The first changed item has to begin where it did: else it belongs to the one before.
  if (plan.from > 0 && !isTailOnly && starts[fresh[0] ?? -1] !== plan.from) return undefined;
  if (change.oldEnd < kept.end && end !== kept.end + change.delta) return undefined;
  return { starts, fresh, along };
}

function place(text: string, lines: Lines, cut: Segments, at: number, start: number): Place {
  const from = cut.starts[at] ?? 0;
  const isTied = tie.test(text.slice(from, cut.starts[at + 1] ?? cut.end));
  return { start, line: lines.position(from).line, isTied };
}

function moved({ start, line, isTied }: Segment, { delta, lines }: Change): Place {
  return { start: start + delta, line: line + lines, isTied };
}
