import * as vscode from 'vscode';
import { clusterFileGlob, isClusterFile, mayBeClusterFile } from './file-names';
import type { Log } from './log';

/** A cluster file as it stands now: in an editor, else on the disk. */
export interface ClusterFile {
  readonly uri: vscode.Uri;
  readonly text: string | Uint8Array;
  /** False while an editor holds changes that were not saved. */
  readonly saved: boolean;
}

/** More files than this are not one person's clusters; the rest is named in the log. */
const mostFiles = 500;

/** Bytes. A larger file is not read until somebody opens it. */
const largestFile = 20_000_000;

/** Finds the cluster files of the workspace and follows them; an open editor wins over the disk. */
export class ClusterFiles implements vscode.Disposable {
  readonly #files = new Map<string, ClusterFile>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: vscode.Disposable[] = [this.#changed];
  /** A file appeared, changed or went away. */
  readonly onDidChange = this.#changed.event;

  constructor(private readonly log: Log) {}

  get(uri: vscode.Uri): ClusterFile | undefined {
    return this.#files.get(uri.toString());
  }

  get all(): readonly ClusterFile[] {
    return [...this.#files.values()];
  }

  /** Begins to watch, then reads what is there. */
  async start(): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(clusterFileGlob);
    const reread = (uri: vscode.Uri) => void this.#read(uri);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(reread),
      watcher.onDidChange(reread),
      watcher.onDidDelete((uri) => this.#openDocument(uri) ?? this.#forget(uri)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#take(document)),
      vscode.workspace.onDidChangeTextDocument((event) => this.#take(event.document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.#take(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#search()),
    );
    for (const document of vscode.workspace.textDocuments) this.#take(document);
    await this.#search();
  }

  /** Takes in a file that is no part of the workspace, or reads it again. */
  include(uri: vscode.Uri): Promise<void> {
    return this.#read(uri);
  }

  /** Such a file is gone. */
  exclude(uri: vscode.Uri): void {
    this.#forget(uri);
  }

  async #search(): Promise<void> {
    const found = await vscode.workspace.findFiles(clusterFileGlob, '**/node_modules/**', mostFiles);
    if (found.length === mostFiles) this.log.warn(`Only the first ${mostFiles} cluster files are read.`);
    await Promise.all(found.map((uri) => this.#read(uri)));
  }

  async #read(uri: vscode.Uri): Promise<void> {
    if (this.#openDocument(uri)) return;
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > largestFile) {
        this.log.warn(`${uri.fsPath} has ${size} bytes and is read only when you open it.`);
        return;
      }
      const bytes = await vscode.workspace.fs.readFile(uri);
      if (this.#openDocument(uri)) return;
      this.#set({ uri, text: bytes, saved: true });
    } catch (error) {
      this.log.warn(`${uri.fsPath} cannot be read: ${String(error)}`);
      this.#forget(uri);
    }
  }

  #openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
    const key = uri.toString();
    return vscode.workspace.textDocuments.find((each) => each.uri.toString() === key && !each.isClosed);
  }

  #take(document: vscode.TextDocument): void {
    if (!isOurs(document)) return;
    this.#set({
      uri: document.uri,
      text: document.getText(),
      saved: !document.isDirty && !document.isUntitled,
    });
  }

  #closed(document: vscode.TextDocument): void {
    if (!isOurs(document)) return;
    if (document.isUntitled) this.#forget(document.uri);
    else void this.#read(document.uri);
  }

  #set(file: ClusterFile): void {
    const { uri, text } = file;
    const words = typeof text === 'string' ? text : new TextDecoder().decode(text);
    if (!isClusterFile(uri.path, words)) {
      this.#forget(uri);
      return;
    }
    const before = this.#files.get(uri.toString());
    if (before && before.saved === file.saved && same(before.text, text)) return;
    this.#files.set(uri.toString(), file);
    this.#changed.fire(uri);
  }

  #forget(uri: vscode.Uri): void {
    if (this.#files.delete(uri.toString())) this.#changed.fire(uri);
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}

function same(before: string | Uint8Array, after: string | Uint8Array): boolean {
  if (typeof before === 'string' || typeof after === 'string') return before === after;
  return Buffer.compare(before, after) === 0;
}

/** Not the sides of a comparison, output channels and the like: those have schemes of their own. */
function isOurs(document: vscode.TextDocument): boolean {
  return ['file', 'untitled'].includes(document.uri.scheme) && mayBeClusterFile(document.uri.path);
}
