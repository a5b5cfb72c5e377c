import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { IncrementalParser } from '../cluster/incremental';
import type { Checked } from '../rules/check';
import type { Observed } from '../rules/observed';
import type { ClusterFile, ClusterFiles } from './cluster-files';
import type { Core } from './core';
import type { Log } from './log';

/** A cluster file with what the rules say about exactly this text. */
export interface CheckedFile {
  readonly file: ClusterFile;
  readonly checked: Checked;
}

/** Milliseconds without a keystroke before a file is checked: short of what feels late. */
const pauseMs = 150;

/** Characters (or bytes) from which reading a whole file would stall the editor: some 150 nodes. */
const largeFile = 40_000;

/** Checks each cluster file when it changes, debounced by file, and keeps the results. */
export class Checks implements vscode.Disposable {
  /** Each file by itself, and with what only all of them together show. */
  readonly #alone = new Map<string, CheckedFile>();
  readonly #results = new Map<string, CheckedFile>();
  readonly #parsers = new Map<string, IncrementalParser>();
  #core: Core | undefined;
  #isDisposed = false;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #checked = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscription: vscode.Disposable;
  /** A file was checked anew, or went away. */
  readonly onDidCheck = this.#checked.event;
  /** What the nodes of a cluster report; given later, because sessions need the checks first. */
  observedFor: (clusterName: string) => Observed | undefined = () => undefined;

  constructor(
    private readonly files: ClusterFiles,
    private readonly core: () => Promise<Core>,
    private readonly log: Log,
  ) {
    this.#subscription = files.onDidChange((uri) => this.later(uri));
  }

  get(uri: vscode.Uri): CheckedFile | undefined {
    return this.#results.get(uri.toString());
  }

  get all(): readonly CheckedFile[] {
    return [...this.#results.values()];
  }

  /** The file that a finding names: files are named as a person would, from the workspace folder on. */
  uriOf(name: string): vscode.Uri | undefined {
    return this.all.find(({ file }) => nameOf(file) === name)?.file.uri;
  }

  /** Checks a file after a pause; at once when it was never checked. */
  later(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#waiting.get(key));
    const pause = this.#results.has(key) ? pauseMs : 0;
    this.#waiting.set(
      key,
      setTimeout(() => {
        this.#waiting.delete(key);
        void this.#run(uri);
      }, pause),
    );
  }

  async #run(uri: vscode.Uri): Promise<void> {
    const core = await this.core();
    // Read after the wait: the newest text is the one to check.
    const file = this.files.get(uri);
    try {
      if (file) {
        const checked = await this.#check(core, file);
        // While a thread read it the file has changed again, which has its own check.
        if (this.#isDisposed || this.files.get(uri) !== file) return;
        this.#alone.set(uri.toString(), { file, checked });
      } else {
        this.#alone.delete(uri.toString());
        this.#parsers.delete(uri.toString());
      }
      this.#join(core, uri);
    } catch (error) {
      this.log.error(`${uri.fsPath} could not be checked; the findings shown are old.`, error);
    }
  }

  /** An edit is read at once; a whole text only as long as it is small, else by a thread. */
  async #check(core: Core, { uri, text }: ClusterFile): Promise<Checked> {
    const key = uri.toString();
    const parser = this.#parsers.get(key) ?? core.newParser();
    this.#parsers.set(key, parser);
    const parsed = parser.parseEdit(text) ?? (text.length < largeFile ? parser.parseWhole(text) : undefined);
    if (parsed) return core.judge(parsed, core.systems, this.observedFor);
    this.#core = core;
    try {
      const { checked, kept } = await core.thread.check(text, this.observedFor);
      if (kept) parser.kept = kept;
      return checked;
    } catch (error) {
      if (!this.#isDisposed) this.log.warn(`Large files are checked within the editor: ${String(error)}`);
      return core.check(text, core.systems, this.observedFor);
    }
  }

  /** Looks at all files together; tells of the changed one, and of others whose findings are new with it. */
  #join(core: Core, changed: vscode.Uri): void {
    const alone = [...this.#alone].sort(([a], [b]) => a.localeCompare(b));
    const joined = core.acrossFiles(alone.map(([, { file, checked }]) => ({ name: nameOf(file), checked })));
    const before = new Map(this.#results);
    this.#results.clear();
    for (const [index, [key, { file }]] of alone.entries()) {
      const checked = joined[index]?.checked;
      if (checked) this.#results.set(key, { file, checked });
    }
    for (const [key, { file, checked }] of this.#results) {
      const known = before.get(key)?.checked;
      if (
        key !== changed.toString() &&
        known !== checked &&
        !isDeepStrictEqual(known?.findings, checked.findings)
      ) {
        this.#checked.fire(file.uri);
      }
    }
    this.#checked.fire(changed);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#core?.thread.dispose();
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#subscription.dispose();
    this.#checked.dispose();
  }
}

function nameOf(file: ClusterFile): string {
  return vscode.workspace.asRelativePath(file.uri);
}
