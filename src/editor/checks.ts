import * as vscode from 'vscode';
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

/** Checks each cluster file when it changes, debounced by file, and keeps the results. */
export class Checks implements vscode.Disposable {
  readonly #results = new Map<string, CheckedFile>();
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
    if (!file) {
      if (this.#results.delete(uri.toString())) this.#checked.fire(uri);
      return;
    }
    try {
      const checked = core.check(file.text, core.systems, this.observedFor);
      this.#results.set(uri.toString(), { file, checked });
      this.#checked.fire(uri);
    } catch (error) {
      this.log.error(`${uri.fsPath} could not be checked; the findings shown are old.`, error);
    }
  }

  dispose(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#subscription.dispose();
    this.#checked.dispose();
  }
}
