import * as vscode from 'vscode';
import { plainMarkdown } from './plain-markdown';
import { clustersView, container } from './ids';
import type { Session } from './session';
import type { Sessions } from './sessions';
import { entryOf } from './sessions';
import { Coalesced } from './coalesce';
import { nodeFilter, type NodeFilter } from './node-filter';
import { changedRows, spoken, type Row } from './row';
import { tooltip } from './row-tooltip';
import { brokenFileRow, clusterRow, shownNodes } from './tree-rows';
import { silence } from './worst';

/** An element of the tree: one object for one id, so that the editor keeps its place and selection. */
export interface Element {
  readonly id: string;
  row: Row;
  readonly parent: Element | undefined;
}

/** Milliseconds between two redraws: at most four a second, however many nodes have news. */
const redrawMs = 250;
/** With more rows open than this, a parent whose count changes makes the editor read many again: once a second. */
const manyElements = 300;
const slowRedrawMs = 1_000;
/** More changed rows than this are drawn anew by reading the whole tree again. */
const mostChanges = 200;

/** Milliseconds between two looks at the clock, for countdowns. */
const tickMs = 1_000;

/** Milliseconds for which a tooltip that was shown may be shown again, though its ages are a little old. */
const tooltipKeepsMs = 10_000;

/** The view "Clusters". It draws from snapshots and redraws only the rows that changed. */
export class ClusterTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #elements = new Map<string, Element>();
  /** When rows were pointed at; epoch milliseconds. */
  readonly #hovered = new Map<string, number>();
  readonly #changed = new vscode.EventEmitter<Element[] | undefined>();
  readonly #seen = new vscode.EventEmitter<boolean>();
  readonly #view: vscode.TreeView<Element>;
  readonly #subscriptions: vscode.Disposable[];
  readonly #redraw = new Coalesced(
    () => (this.#elements.size > manyElements ? slowRedrawMs : redrawMs),
    () => this.#update(),
  );
  /** Rows whose children were shown. */
  readonly #opened = new Set<string>();
  /** Countdowns go on while no node has news. */
  readonly #ticking = setInterval(() => this.#tick(), tickMs);
  #roots: readonly Row[] = [];
  #filter: NodeFilter | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly sessions: Sessions) {
    this.#view = vscode.window.createTreeView(clustersView, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      this.#seen,
      this.#view.onDidChangeVisibility(({ visible }) => {
        sessions.setVisible(visible);
        this.#seen.fire(visible);
      }),
      sessions.onDidChange(() => this.#redraw.call()),
    ];
    sessions.setVisible(this.#view.visible);
  }

  get onDidChangeVisibility(): vscode.Event<boolean> {
    return this.#seen.event;
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** Brings the view back into sight after a reload, without taking the focus. */
  async comeBack(): Promise<void> {
    this.#redraw.flush();
    const [first] = this.getChildren();
    if (first) await this.#view.reveal(first, { select: false, focus: false });
  }

  /** Brings the view into sight. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`workbench.view.extension.${container}`);
  }

  /** What is filtered by, as it was typed. */
  get filter(): string | undefined {
    return this.#filter?.text;
  }

  /** Shows only the nodes that fit; an empty text shows all of them again. */
  setFilter(text: string): void {
    this.#filter = nodeFilter(text);
    this.#redraw.call();
  }

  /** Shows a node, or its cluster, without taking the focus. */
  async show(cluster: string, node?: string): Promise<void> {
    await this.reveal();
    this.#redraw.flush();
    const root = this.getChildren().find(({ id }) => id === cluster);
    if (!root) return;
    const row = node === undefined ? undefined : this.#find(root, node);
    await this.#view.reveal(row ?? root, { select: true, focus: false, expand: row === undefined });
  }

  #find(below: Element, node: string): Element | undefined {
    for (const child of this.getChildren(below)) {
      if (child.row.kind === 'node' && child.row.node === node) return child;
      const found = ['group', 'state'].includes(child.row.kind) ? this.#find(child, node) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  getChildren(element?: Element): Element[] {
    if (element) this.#opened.add(element.id);
    const rows = element ? element.row.children : this.#roots;
    return rows.map((row) => this.#element(row, element));
  }

  getParent(element: Element): Element | undefined {
    return element.parent;
  }

  getTreeItem({ row }: Element): vscode.TreeItem {
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const state = !row.hasChildren ? None : row.expanded ? Expanded : Collapsed;
    const item = new vscode.TreeItem(row.label, state);
    item.id = row.id;
    item.description = row.description;
    item.contextValue = row.context;
    item.accessibilityInformation = { label: spoken(row), role: 'treeitem' };
    if (row.icon) {
      const color = row.icon.color === undefined ? undefined : new vscode.ThemeColor(row.icon.color);
      item.iconPath = new vscode.ThemeIcon(row.icon.id, color);
    }
    if (row.kind === 'file') {
      const uri = vscode.Uri.parse(row.cluster);
      item.command = { command: 'vscode.open', title: vscode.l10n.t('Open'), arguments: [uri] };
    }
    return item;
  }

  /** Called when somebody points at the row: only then does its age have to be right. */
  resolveTreeItem(item: vscode.TreeItem, { row }: Element): vscode.TreeItem {
    const session = this.sessions.get(row.cluster);
    if (!session) return item;
    const lines = tooltip(entryOf(session), row, Date.now());
    const text = new vscode.MarkdownString(lines.map(plainMarkdown).join('\n\n'));
    item.tooltip = text;
    this.#hovered.set(row.id, Date.now());
    return item;
  }

  #element(row: Row, parent: Element | undefined): Element {
    const known = this.#elements.get(row.id);
    if (known && known.parent === parent) {
      known.row = row;
      return known;
    }
    const element = { id: row.id, row, parent };
    this.#elements.set(row.id, element);
    return element;
  }

  #tick(): void {
    const counts = (session: Session) => session.watched && session.system.rows !== undefined;
    if (this.#view.visible && this.sessions.all.some(counts)) this.#redraw.call();
  }

  #update(): void {
    const before = this.#roots;
    this.#roots = [
      ...this.sessions.all.map((session) =>
        clusterRow({ ...entryOf(session), ...this.sessions.marks(session), now: Date.now() }, this.#filter),
      ),
      ...this.sessions.broken.map(({ uri, errors }) =>
        brokenFileRow(uri.toString(), vscode.workspace.asRelativePath(uri), errors),
      ),
    ];
    const sameRoots =
      before.length === this.#roots.length && before.every((row, index) => row.id === this.#roots[index]?.id);
    this.#keep(this.#roots);
    this.#tell();
    if (!sameRoots) {
      this.#hovered.clear();
      this.#changed.fire(undefined);
      return;
    }
    const isOpen = (id: string) => this.#opened.has(id);
    const changed = new Set(this.#roots.flatMap((row, index) => changedRows(before[index], row, isOpen)));
    // The editor keeps a tooltip that it has shown; drawing the row again lets the next one be up to date.
    // Not at once: that would take it away from under the eyes of whoever reads it.
    for (const [id, at] of this.#hovered) {
      if (Date.now() - at < tooltipKeepsMs) continue;
      this.#hovered.delete(id);
      changed.add(id);
    }
    const elements = [...changed].map((id) => this.#elements.get(id)).filter((each) => each !== undefined);
    if (elements.length > mostChanges) this.#changed.fire(undefined);
    else if (elements.length > 0) this.#changed.fire(elements);
  }

  /** The badge counts silent nodes; the message says that, and by what, the tree is filtered. */
  #tell(): void {
    const { value, text } = silence(
      this.sessions.all.map((session) => (session.watched ? session.state : undefined)),
    );
    if (this.#view.badge?.value !== value || this.#view.badge.tooltip !== text)
      this.#view.badge = value === 0 ? undefined : { value, tooltip: text };
    const message = this.#filter ? this.#filterMessage(this.#filter) : '';
    if ((this.#view.message ?? '') !== message) this.#view.message = message;
  }

  #filterMessage(filter: NodeFilter): string {
    const entries = this.sessions.all.map(entryOf);
    const shown = entries.reduce((sum, entry) => sum + shownNodes(entry, filter), 0);
    const all = entries.reduce((sum, entry) => sum + entry.cluster.nodes.length, 0);
    return vscode.l10n.t(
      'Nodes shown: {0} of {1}, for “{2}”. Clear Filter shows all of them.',
      shown,
      all,
      filter.text,
    );
  }

  /** Hands the new rows to the elements that exist, and drops elements whose row is gone. */
  #keep(roots: readonly Row[]): void {
    const present = new Set<string>();
    const visit = (row: Row): void => {
      present.add(row.id);
      const element = this.#elements.get(row.id);
      if (element) element.row = row;
      // What nobody has opened has no elements, and its rows need not be made.
      if (this.#opened.has(row.id)) row.children.forEach(visit);
    };
    roots.forEach(visit);
    for (const id of this.#elements.keys()) if (!present.has(id)) this.#elements.delete(id);
    for (const id of this.#opened) if (!present.has(id)) this.#opened.delete(id);
  }

  dispose(): void {
    clearInterval(this.#ticking);
    this.#redraw.dispose();
    for (const each of this.#subscriptions) each.dispose();
  }
}
