import { decodeText } from './bytes';
import { changeOf, type Change } from './change';
import { usualSizes, type Chunk, type ItemPlace } from './chunk';
import type { Kept } from './kept';
import { KeptItems } from './kept-items';
import { Lines } from './lines';
import { NodeItems, type ItemSource } from './node-items';
import { parseRead, type ParsedFile } from './parse';
import { planReading, reduce, type ReadingPlan, type Reduced } from './reading-plan';
import { segments, type Segments } from './segments';
import type { SystemSpec } from './spec';
import { readYaml } from './yaml';

const unmoved = { delta: 0, lines: 0 };

/** What ties a part of YAML to another part, or to how the text goes on. */
const tie = /[&*!|>]/;

/**
 * Reads one file again and again, keeping what an edit did not touch. The result is that of `parse`: an edit is
 * read together with the head of the file, a neighbour in the list `nodes`, and the tail; only the other items are
 * known from before. Wherever that could make a difference, the whole text is read.
 */
export class IncrementalParser {
  /** Whether the last text was read without reading all of it. */
  wasIncremental = false;

  constructor(
    private readonly specs: readonly SystemSpec[],
    /** What was kept, perhaps by another one in a worker. */
    public kept?: Kept,
    private readonly sizes = usualSizes,
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
    // Of a broken text nothing is kept: the next good one is compared with the last good one.
    const cut = unreadable === undefined ? segments(text, yaml.documents) : undefined;
    const items = new NodeItems((written) => {
      if (!cut || cut.starts.length !== written.length) return undefined;
      return {
        items: written.map((node, at) => ({
          written: node,
          place: placeOf(text, lines, cut, at, cut.starts[at]),
        })),
        end: { start: cut.end, line: lines.position(cut.end).line },
        sizes: this.sizes,
      };
    });
    const parsed = parseRead(decoded, lines, yaml, this.specs, () =>
      yaml.documents.length === 1 ? items : new NodeItems(),
    );
    if (cut) this.keep(text, parsed, cut.column, items);
    return parsed;
  }

  private advance(kept: Kept, text: string): ParsedFile | undefined {
    const change = changeOf(kept.text, text);
    const known = new KeptItems(kept);
    const plan = planReading(known, change, text);
    const reduced = plan && reduce(text, known, change, plan);
    if (!plan || !reduced) return undefined;
    const yaml = readYaml(reduced.text);
    const cut = segments(reduced.text, yaml.documents);
    if (!cut || cut.column !== kept.column) return undefined;
    const found = locate(known, change, plan, cut, reduced);
    if (!found) return undefined;

    const lines = new Lines(reduced.text, reduced.jumps);
    const end = { start: reduced.offset(cut.end), line: lines.position(cut.end).line };
    const items = new NodeItems((written) => {
      if (written.length !== cut.starts.length) return undefined;
      const read = (position: number | undefined): ItemSource[] => {
        const node = position === undefined ? undefined : written[position];
        if (position === undefined || !node) return [];
        return [
          { written: node, place: placeOf(reduced.text, lines, cut, position, found.starts[position]) },
        ];
      };
      const stretch = (from: number, to: number, by: { delta: number; lines: number }): ItemSource[] =>
        known
          .stretch(from, to, by, (chunk, first) => isKeptWhole(chunk, first, plan, this.sizes.fewest))
          .flatMap(({ index, part }) =>
            'isTied' in part && part.isTied ? read(found.along.get(index)) : [part],
          );
      return {
        items: [
          ...stretch(0, plan.before, unmoved),
          ...found.fresh.flatMap(read),
          ...stretch(plan.after, known.count, change),
        ],
        end,
        sizes: this.sizes,
      };
    });
    const parsed = parseRead({ text: reduced.text }, lines, yaml, this.specs, () => items);
    // The keys and roles of a node depend on the system.
    if (parsed.documents[0]?.systemId !== kept.systemId || items.chunks.length === 0) return undefined;
    this.keep(text, parsed, cut.column, items);
    return parsed;
  }

  private keep(text: string, parsed: ParsedFile, column: number, { chunks }: NodeItems): void {
    const [first] = chunks;
    if (!first) return;
    this.kept = {
      text,
      systemId: parsed.documents[0]?.systemId,
      column,
      start: first.start,
      line: first.line,
      chunks: chunks.map(({ chunk }) => chunk),
    };
  }
}

/** A small chunk beside the edit is made anew together with it, so that chunks do not crumble. */
function isKeptWhole(
  { segments: { length }, tied }: Chunk,
  first: number,
  plan: ReadingPlan,
  fewest: number,
): boolean {
  const isBeside = first + length >= plan.before - fewest && first <= plan.after + fewest;
  return tied.length === 0 && !(isBeside && length < fewest);
}

/** Which items of the reduced text are fresh and which are known; undefined when a border has moved. */
function locate(
  items: KeptItems,
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
    const wanted = items.startOf(index) + (index >= plan.after ? change.delta : 0);
    if (position === undefined || starts[position] !== wanted) return undefined;
    along.set(index, position);
  }
  if (known.length !== plan.along.length) return undefined;
  const end = reduced.offset(cut.end);
  const isTailOnly = plan.before === items.count;
  if (isTailOnly && end !== items.end) return undefined;
  // The first changed item has to begin where it did: else it belongs to the one before.
  if (plan.from > 0 && !isTailOnly && starts[fresh[0] ?? -1] !== plan.from) return undefined;
  if (change.oldEnd < items.end && end !== items.end + change.delta) return undefined;
  return { starts, fresh, along };
}

function placeOf(text: string, lines: Lines, cut: Segments, at: number, start = 0): ItemPlace {
  const from = cut.starts[at] ?? 0;
  const isTied = tie.test(text.slice(from, cut.starts[at + 1] ?? cut.end));
  return { start, line: lines.position(from).line, isTied };
}
