import * as vscode from 'vscode';
import { plainMarkdown } from './plain-markdown';
import { clustersView, container } from './ids';
import type { Sessions } from './sessions';
import { entryOf } from './sessions';
import type { Row } from './tree-rows';
import { brokenFileRow, changedRows, clusterRow, spoken, tooltip } from './tree-rows';

/** An element of the tree: one object for one id, so that the editor keeps its place and selection. */
export interface Element {
  readonly id: string;
  row: Row;
  readonly parent: Element | undefined;
}

/** Milliseconds in which news of several nodes become one redraw. */
const coalesceMs = 100;

/** Milliseconds for which a tooltip that was shown may be shown again, though its ages are a little old. */
const tooltipKeepsMs = 10_000;

/** The view "Clusters". It draws from snapshots and redraws only the rows that changed. */
export class ClusterTree implements vscode.TreeDataProvider<Element>, vscode.Disposable {
  readonly #elements = new Map<string, Element>();
  /** When rows were pointed at; epoch milliseconds. */
  readonly #hovered = new Map<string, number>();
  readonly #changed = new vscode.EventEmitter<Element[] | undefined>();
  readonly #view: vscode.TreeView<Element>;
  readonly #subscriptions: vscode.Disposable[];
  #roots: readonly Row[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(private readonly sessions: Sessions) {
    this.#view = vscode.window.createTreeView(clustersView, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#changed,
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => sessions.setVisible(visible)),
      sessions.onDidChange(() => this.#later()),
    ];
    sessions.setVisible(this.#view.visible);
  }

  /** Brings the view into sight. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`workbench.view.extension.${container}`);
  }

  getChildren(element?: Element): Element[] {
    const rows = element ? element.row.children : this.#roots;
    return rows.map((row) => this.#element(row, element));
  }

  getParent(element: Element): Element | undefined {
    return element.parent;
  }

  getTreeItem({ row }: Element): vscode.TreeItem {
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const state = row.children.length === 0 ? None : row.expanded ? Expanded : Collapsed;
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
      item.command = { command: 'vscode.open', title: 'Open', arguments: [uri] };
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

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, coalesceMs);
  }

  #update(): void {
    const before = this.#roots;
    this.#roots = [
      ...this.sessions.all.map((session) =>
        clusterRow({ ...entryOf(session), isOutdated: this.sessions.isOutdated(session) }),
      ),
      ...this.sessions.broken.map(({ uri, errors }) =>
        brokenFileRow(uri.toString(), vscode.workspace.asRelativePath(uri), errors),
      ),
    ];
    const sameRoots =
      before.length === this.#roots.length && before.every((row, index) => row.id === this.#roots[index]?.id);
    this.#keep(this.#roots);
    if (!sameRoots) {
      this.#hovered.clear();
      this.#changed.fire(undefined);
      return;
    }
    const changed = new Set(this.#roots.flatMap((row, index) => changedRows(before[index], row)));
    // The editor keeps a tooltip that it has shown; drawing the row again lets the next one be up to date.
    // Not at once: that would take it away from under the eyes of whoever reads it.
    for (const [id, at] of this.#hovered) {
      if (Date.now() - at < tooltipKeepsMs) continue;
      this.#hovered.delete(id);
      changed.add(id);
    }
    const elements = [...changed].map((id) => this.#elements.get(id)).filter((each) => each !== undefined);
    if (elements.length > 0) this.#changed.fire(elements);
  }

  /** Hands the new rows to the elements that exist, and drops elements whose row is gone. */
  #keep(roots: readonly Row[]): void {
    const present = new Set<string>();
    const visit = (row: Row): void => {
      present.add(row.id);
      const element = this.#elements.get(row.id);
      if (element) element.row = row;
      row.children.forEach(visit);
    };
    roots.forEach(visit);
    for (const id of this.#elements.keys()) if (!present.has(id)) this.#elements.delete(id);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of this.#subscriptions) each.dispose();
  }
}
