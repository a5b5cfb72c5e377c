import type { ParsedNode } from 'yaml';
import {
  cutChunks,
  type ChunkSizes,
  type ItemPlace,
  type NodeItem,
  type PlacedChunk,
  type Segment,
} from './chunk';
import { joinChunks } from './chunks';
import type { NodeDraft } from './draft';
import type { Finding } from './finding';
import type { ReadMap, ReadValue } from './read';
import type { Report } from './report';
import { shifted } from './shift';

/** Where the items of `nodes` come from: read from the text (with its place), or known from before the edit. */
export type ItemSource = { readonly written: ParsedNode; readonly place: ItemPlace } | Segment | PlacedChunk;

/** All items of the list in their order, where it ends, and what chunks to make of them. */
export interface Sources {
  readonly items: readonly ItemSource[];
  readonly end: { readonly start: number; readonly line: number };
  readonly sizes: ChunkSizes;
}

/** Collects what the items of `nodes` say: reads those of the text, and hands out what is known already. */
export class NodeItems {
  /** The list in chunks; empty where its items have no lines of their own. */
  chunks: readonly PlacedChunk[] = [];
  private sources: Sources | undefined;
  private readonly values: (ReadValue | undefined)[] = [];
  private readonly findings: (readonly Finding[])[] = [];

  /** `sourcesOf` says what the list consists of; undefined: of what is written, and it cannot be cut into chunks. */
  constructor(private readonly sourcesOf?: (written: readonly ParsedNode[]) => Sources | undefined) {}

  /** Reads the list `nodes`; returns whether some item has the wrong shape. */
  list(
    written: readonly ParsedNode[],
    read: (item: ParsedNode) => ReadValue | undefined,
    report: Report,
  ): boolean {
    this.sources = this.sourcesOf?.(written);
    let isBroken = false;
    const readOne = (item: ParsedNode): void => {
      const before = report.count;
      const value = read(item);
      this.values.push(value);
      this.findings.push(report.since(before));
      isBroken ||= value === undefined;
    };
    const addKnown = ({ item, readAt }: Segment, line: number): void => {
      report.addAll(shifted(item.findings, line - readAt));
    };
    for (const source of this.sources?.items ?? written) {
      if ('chunk' in source) {
        const { chunk, line } = source;
        for (const segment of chunk.found.map((index) => chunk.segments[index])) {
          if (segment) addKnown(segment, line + segment.line);
        }
        isBroken ||= chunk.isBroken;
      } else if ('item' in source) {
        addKnown(source, source.line);
        isBroken ||= !source.item.draft;
      } else readOne('written' in source ? source.written : source);
    }
    return isBroken;
  }

  /** The typed form of all items that are maps. */
  drafts(build: (map: ReadMap) => NodeDraft, report: Report): readonly NodeDraft[] {
    const items = this.values.map((value, index): NodeItem => {
      const findings = this.findings[index] ?? [];
      if (value?.kind !== 'map') return { findings };
      const before = report.count;
      const draft = build(value);
      return { draft, findings: [...findings, ...report.since(before)] };
    });
    if (!this.sources) return items.flatMap(({ draft }) => draft ?? []);
    const read = items.values();
    const parts = this.sources.items.map((source): Segment | PlacedChunk => {
      if (!('written' in source)) return source;
      const item = read.next().value ?? { findings: [] };
      return { ...source.place, item, readAt: source.place.line };
    });
    this.chunks = cutChunks(parts, this.sources.end, this.sources.sizes);
    return joinChunks(this.chunks);
  }
}
