import type { Cluster, Node } from '../cluster/cluster';
import type { NodeDraft } from '../cluster/draft';
import type { Finding } from '../cluster/finding';
import type { Chunk } from '../cluster/chunk';
import { joinChunks } from '../cluster/chunks';
import { buildCluster } from '../cluster/build-cluster';
import { Lines } from '../cluster/lines';
import { checkReferences } from '../cluster/references';
import { Report } from '../cluster/report';
import type { Kept } from '../cluster/kept';
import { placedChunks } from '../cluster/kept-items';
import type { ParsedDocument } from '../cluster/parse';
import { judge, type Checked, type CheckedSystem } from '../rules/check';
import type { Observed } from '../rules/observed';

/** What the extension asks of the worker. `next` asks for one more part, so that parts do not pile up. */
export type Question =
  | { readonly type: 'check'; readonly text: string | Uint8Array }
  | { readonly type: 'judge'; readonly observed: ReadonlyMap<string, Observed> }
  | { readonly type: 'next' };

/** What the worker answers: the names of the clusters, then the result in parts. */
export type Answer =
  | { readonly type: 'names'; readonly names: readonly string[] }
  | { readonly type: 'part'; readonly part: Part | undefined };

/** A checked file with what is kept of it for the next edit. */
export interface CheckedText {
  readonly checked: Checked;
  readonly kept: Kept | undefined;
}

/** A piece of a result, small enough to be received without a stall. */
export type Part =
  | {
      readonly type: 'document';
      readonly document: ParsedDocument;
      readonly specId: string | undefined;
    }
  | { readonly type: 'nodes'; readonly drafts: readonly NodeDraft[]; readonly nodes: readonly Node[] }
  | { readonly type: 'chunk'; readonly chunk: Chunk; readonly nodes: readonly Node[] }
  | { readonly type: 'findings'; readonly findings: readonly Finding[] }
  | { readonly type: 'kept'; readonly kept: Kept };

/** Nodes or findings in one part: some milliseconds of work for who receives it. */
const batch = 100;

/** Takes a result apart. */
export function* pack({ checked, kept }: CheckedText): Generator<Part> {
  for (const document of checked.documents) {
    const { spec, ...draft } = document.draft;
    const { cluster, ...rest } = document;
    yield {
      type: 'document',
      document: {
        ...rest,
        draft: { ...draft, nodes: [] },
        ...(cluster ? { cluster: { ...cluster, nodes: [] } } : {}),
      },
      specId: spec?.id,
    };
    const nodes = cluster?.nodes ?? [];
    if (kept) {
      // The drafts of the chunks are those of the only document: they cross once.
      let from = 0;
      for (const chunk of kept.chunks) {
        yield { type: 'chunk', chunk, nodes: nodes.slice(from, from + chunk.nodes.length) };
        from += chunk.nodes.length;
      }
    } else {
      for (let from = 0; from < draft.nodes.length; from += batch) {
        const to = from + batch;
        yield { type: 'nodes', drafts: draft.nodes.slice(from, to), nodes: nodes.slice(from, to) };
      }
    }
  }
  for (let from = 0; from < checked.findings.length; from += batch) {
    yield { type: 'findings', findings: checked.findings.slice(from, from + batch) };
  }
  if (kept) yield { type: 'kept', kept: { ...kept, text: '', chunks: [] } };
}

/** Puts the parts of a result together again. */
export class Unpacking {
  private readonly documents: { document: ParsedDocument; drafts: NodeDraft[]; nodes: Node[] }[] = [];
  private readonly findings: Finding[] = [];
  private readonly chunks: Chunk[] = [];
  private kept: Kept | undefined;

  constructor(private readonly systems: readonly CheckedSystem[]) {}

  add(part: Part): void {
    switch (part.type) {
      case 'document': {
        const { document, specId } = part;
        // A spec holds patterns and is compared by identity: it stays on each side.
        const spec = this.systems.find((system) => system.spec.id === specId)?.spec;
        const draft = { ...(spec ? { spec } : {}), ...document.draft };
        this.documents.push({ document: { ...document, draft }, drafts: [], nodes: [] });
        break;
      }
      case 'nodes':
        this.documents.at(-1)?.drafts.push(...part.drafts);
        this.documents.at(-1)?.nodes.push(...part.nodes);
        break;
      case 'chunk':
        this.chunks.push(part.chunk);
        this.warmUp(part.chunk);
        this.documents.at(-1)?.nodes.push(...part.nodes);
        break;
      case 'findings':
        this.findings.push(...part.findings);
        break;
      case 'kept':
        this.kept = part.kept;
    }
  }

  /**
   * Works out from a chunk alone what is remembered with it (see `perChunk`): else the first edit, or the first look
   * at the facts, would do that for all chunks at once.
   */
  private warmUp(chunk: Chunk): void {
    const document = this.documents.at(-1)?.document;
    if (!document) return;
    const line = chunk.segments[0]?.readAt ?? 0;
    const draft = { ...document.draft, nodes: joinChunks([{ chunk, start: 0, line }]) };
    buildCluster(draft);
    checkReferences(draft, [], new Report('', new Lines(''), undefined));
    judge({ documents: [{ ...document, draft }], findings: [] }, this.systems);
  }

  /** The whole; `text` is what was sent to be checked, as it was decoded. */
  result(text: string): CheckedText {
    const kept = this.kept && { ...this.kept, text, chunks: this.chunks };
    const documents = this.documents.map(({ document, drafts, nodes: own }): ParsedDocument => {
      const cluster: Cluster | undefined = document.cluster && { ...document.cluster, nodes: own };
      const nodes = kept ? joinChunks(placedChunks(kept)) : drafts;
      return { ...document, draft: { ...document.draft, nodes }, ...(cluster ? { cluster } : {}) };
    });
    return { checked: { documents, findings: this.findings }, kept };
  }
}
