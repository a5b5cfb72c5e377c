import type { ParsedNode } from 'yaml';
import type { NodeDraft } from './draft';
import type { Finding } from './finding';
import type { ReadMap, ReadValue } from './read';
import type { Report } from './report';

/** What one item of `nodes` says. */
export interface NodeItem {
  /** Absent: the item had the wrong shape. */
  readonly value?: ReadValue;
  readonly draft?: NodeDraft;
  /** All that was found while it was read. */
  readonly findings: readonly Finding[];
}

/** Where the items of `nodes` come from: read from the text, or known from the text before the edit. */
export type ItemSource = ParsedNode | NodeItem;

/** Records what each item of `nodes` says, and hands out what is known already. */
export class NodeItems {
  readonly items: NodeItem[] = [];

  /** `order` says for each item of the list as it will be what it comes from; absent: all are read. */
  constructor(private readonly order?: (written: readonly ParsedNode[]) => readonly ItemSource[]) {}

  /** The items of the list `nodes`, in their order. */
  list(
    written: readonly ParsedNode[],
    read: (item: ParsedNode) => ReadValue | undefined,
    report: Report,
  ): readonly (ReadValue | undefined)[] {
    for (const source of this.order ? this.order(written) : written) {
      let item: NodeItem;
      if ('findings' in source) {
        item = source;
        report.addAll(item.findings);
      } else {
        const before = report.count;
        const value = read(source);
        item = { ...(value ? { value } : {}), findings: report.since(before) };
      }
      this.items.push(item);
    }
    return this.items.map(({ value }) => value);
  }

  /** The typed form of all items that are maps; each is made once, as long as nobody edits it. */
  drafts(build: (map: ReadMap) => NodeDraft, report: Report): readonly NodeDraft[] {
    const drafts: NodeDraft[] = [];
    for (const [index, item] of this.items.entries()) {
      if (item.draft) drafts.push(item.draft);
      else if (item.value?.kind === 'map') {
        const before = report.count;
        const draft = build(item.value);
        const findings = [...item.findings, ...report.since(before)];
        this.items[index] = { value: onlyName(item.value), draft, findings };
        drafts.push(draft);
      }
    }
    return drafts;
  }
}

/** Names are compared over the whole list; all else that anybody asks of a known item is in its draft. */
function onlyName(map: ReadMap): ReadMap {
  const name = map.entries.get('name');
  return { ...map, entries: new Map(name ? [['name', name]] : []) };
}
